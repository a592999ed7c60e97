import { mustHold } from "../simulation-error.ts";
import { counterOf, epochOf, zxidText } from "../world/history-node.ts";

/**
 * Local primary order: a leader's transactions come in the order of its proposals, without a gap. Global primary order:
 * those of earlier epochs come first.
 *
 * @param where for the message: whose log or tree this is
 */
export function checkPrimaryOrder(previous: number, zxid: number, where: string): void {
  const [epochBefore, epoch] = [epochOf(previous), epochOf(zxid)];
  const message = (): string => `${where}: ${zxidText(zxid)} after ${zxidText(previous)}`;
  mustHold(epoch >= epochBefore, "globalPrimaryOrder", message);
  if (epoch === epochBefore) mustHold(zxid === previous + 1, "localPrimaryOrder", message);
  else mustHold(counterOf(zxid) === 1, "localPrimaryOrder", message);
}
