import { SimulationError } from "../simulation-error.ts";
import { counterOf, epochOf, zxidText } from "../world/history-node.ts";

/**
 * Local primary order: a leader's transactions come in the order of its proposals, without a gap. Global primary order:
 * those of earlier epochs come first.
 *
 * @param what and `server`: where this was found
 */
export function checkPrimaryOrder(previous: number, zxid: number, what: "log" | "tree", server: number): void {
  const broken = brokenOrder(previous, zxid);
  if (broken === null) return;
  throw new SimulationError(broken, `${what} of server ${server}: ${zxidText(zxid)} after ${zxidText(previous)}`);
}

function brokenOrder(previous: number, zxid: number): "globalPrimaryOrder" | "localPrimaryOrder" | null {
  const epochBefore = epochOf(previous);
  const epoch = epochOf(zxid);
  if (epoch < epochBefore) return "globalPrimaryOrder";
  const isNext = epoch === epochBefore ? zxid === previous + 1 : counterOf(zxid) === 1;
  return isNext ? null : "localPrimaryOrder";
}
