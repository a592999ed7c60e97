import { zxidCounter } from "@branta/zookeeper-protocol";

import type { LogEntry } from "./effects.ts";
import { followsOn } from "./follows-on.ts";

/** A part of a history without a gap. */
export interface Stretch {
  /** The position before the first entry. */
  readonly base: number;
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
}

/** Index of the first entry greater than `zxid`. */
export function indexAfter(entries: readonly LogEntry[], zxid: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.zxid <= zxid) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether this very position is in the stretch. */
export function hasPosition({ base, entries }: Stretch, zxid: number): boolean {
  return zxid === base || entries[indexAfter(entries, zxid) - 1]?.zxid === zxid;
}

/** A position just before an entry, where the true one before it is not known: nothing else can be equal to it. */
export function positionBefore(zxid: number): number {
  return zxid - 1;
}

/**
 * What was read from the log on disk, up to where memory began, with what memory has by now, as one stretch.
 *
 * @returns null where something is missing in what was read, or between the two, or is there twice
 */
export function joinStretches(read: readonly LogEntry[], inMemory: Stretch): Stretch | null {
  const first = read[0];
  if (first === undefined) return null;
  const entries = [...read, ...inMemory.entries];
  for (let index = 1; index < entries.length; index++) {
    if (!followsOn(entries[index]!.zxid, entries[index - 1]!.zxid)) return null;
  }
  // A base that is the beginning of an epoch may stand for a position that nobody remembers: then what follows must do.
  const meets = read.at(-1)!.zxid >= inMemory.base;
  const mayMeet = zxidCounter(inMemory.base) === 0 && entries.length > read.length;
  return meets || mayMeet ? { base: positionBefore(first.zxid), entries } : null;
}
