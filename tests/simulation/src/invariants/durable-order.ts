import type { DurableWrite } from "@branta/zookeeper-engine";
import { mustHold } from "../simulation-error.ts";
import { type HistoryNode, zxidText } from "../world/history-node.ts";
import { type DiskImage, lastZxidOf } from "../world/server-disk.ts";
import { checkPrimaryOrder } from "./primary-order.ts";
import type { TotalOrder } from "./total-order.ts";

/**
 * Every state that a disk passes through is one a server may be restarted from: zxids increase without a gap, epochs never
 * go back, and what is committed stays.
 */
export function checkWrite(
  order: TotalOrder,
  server: number,
  write: DurableWrite,
  before: DiskImage,
  after: DiskImage,
  isOnQuorum: (history: HistoryNode) => boolean,
): void {
  switch (write.kind) {
    case "append":
      return checkPrimaryOrder(lastZxidOf(before), write.entry.zxid, "log", server);
    case "truncate":
    case "snapshot":
      return checkCommittedStays(order, server, write, before, after, isOnQuorum);
    case "configuration":
    case "nextConfiguration":
      return;
    case "acceptedEpoch":
    case "currentEpoch":
      mustHold(
        after.acceptedEpoch >= before.acceptedEpoch &&
          after.currentEpoch >= before.currentEpoch &&
          after.currentEpoch <= Math.max(after.acceptedEpoch, 0),
        "monotonicEpochs",
        () =>
          `server ${server} goes from epochs ${epochsText(before)} to ${epochsText(after)}: neither may go back, nor the current one be ahead`,
      );
  }
}

function checkCommittedStays(
  order: TotalOrder,
  server: number,
  write: { readonly kind: string; readonly zxid: number },
  before: DiskImage,
  after: DiskImage,
  isOnQuorum: (history: HistoryNode) => boolean,
): void {
  const committed = order.sharedLength(before.tip);
  // A follower may log again what its leader has just committed without it.
  if (committed > 0 && !after.tip.startsWith(order.at(committed))) {
    mustHold(
      isOnQuorum(order.at(committed)),
      "committedStays",
      () =>
        `server ${server} loses ${zxidText(order.at(committed).zxid)}, which is committed, by ${write.kind} to ${zxidText(write.zxid)}`,
    );
  }
  if (write.kind !== "truncate") return;
  mustHold(
    lastZxidOf(after) === write.zxid,
    "durableOrder",
    () =>
      `server ${server} cuts to ${zxidText(write.zxid)}, which its log has not: it ends at ${zxidText(lastZxidOf(after))} then`,
  );
}

function epochsText({ acceptedEpoch, currentEpoch }: DiskImage): string {
  return `accepted ${acceptedEpoch}, current ${currentEpoch}`;
}
