import { mustHold } from "../simulation-error.ts";
import { epochOf, type HistoryNode, zxidText } from "../world/history-node.ts";
import type { TotalOrder } from "./total-order.ts";

/**
 * Primary integrity: a leader begins with everything that was committed in earlier epochs, so that what a client was told
 * is never lost. A leader that is established late, when a later epoch has begun, need not know that epoch's transactions.
 */
export function checkPrimaryIntegrity(order: TotalOrder, server: number, epoch: number, history: HistoryNode): void {
  const shared = order.sharedLength(history);
  if (shared === order.length) return;
  const missing = order.at(shared + 1);
  mustHold(
    epochOf(missing.zxid) >= epoch,
    "primaryIntegrity",
    () => `server ${server} leads epoch ${epoch} without ${zxidText(missing.zxid)}, which is committed`,
  );
}
