import { mustHold } from "../simulation-error.ts";
import { counterOf, epochOf, zxidText } from "../world/history-node.ts";

/**
 * Local primary order: a leader's transactions come in the order of its proposals, without a gap. Global primary order:
 * those of earlier epochs come first.
 *
 * @param what and `server`: where this was found
 */
export function checkPrimaryOrder(previous: number, zxid: number, what: "log" | "tree", server: number): void {
  const epochBefore = epochOf(previous);
  const epoch = epochOf(zxid);
  const message = (): string => `${what} of server ${server}: ${zxidText(zxid)} after ${zxidText(previous)}`;
  mustHold(epoch >= epochBefore, "globalPrimaryOrder", message);
  if (epoch === epochBefore) mustHold(zxid === previous + 1, "localPrimaryOrder", message);
  else mustHold(counterOf(zxid) === 1, "localPrimaryOrder", message);
}
