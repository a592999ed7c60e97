import type { DurableState, LogEntry, PersistToken } from "@branta/zookeeper-engine";
import { type DiskImage, lastZxidOf } from "./server-disk.ts";

/** The token that stands for what a server finds on its disk when it starts. */
export const FOUND = 1 as PersistToken;

/** What a server finds after a restart. @param recentMax how much of its log it reads into memory */
export function durableStateOf(image: DiskImage, recentMax: number): DurableState {
  const recent: LogEntry[] = [];
  for (let node = image.tip; node !== image.base && recent.length < recentMax; node = node.previous!) {
    recent.push({ zxid: node.zxid, bytes: node.bytes });
  }
  recent.reverse();
  return {
    acceptedEpoch: image.acceptedEpoch,
    currentEpoch: image.currentEpoch,
    recent,
    lastZxid: lastZxidOf(image),
    oldestZxid: Math.max(image.baseZxid, 0),
    nextConfiguration: image.nextConfiguration,
    token: FOUND,
  };
}

/** The log's entries from the last one at or before `after` up to `to`; null where the log does not reach back so far. */
export function readLog({ base, tip }: DiskImage, after: number, to: number): LogEntry[] | null {
  const entries: LogEntry[] = [];
  for (let node = tip.upTo(to); ; node = node.previous!) {
    if (node === base) return base.previous === null ? entries.reverse() : null;
    entries.push({ zxid: node.zxid, bytes: node.bytes });
    if (node.zxid <= after) return entries.reverse();
  }
}
