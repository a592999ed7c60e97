import { zxidCounter, zxidEpoch } from "@branta/zookeeper-protocol";

/** Whether a transaction may come right after another: the next of its epoch, or the first of a later one. */
export function followsOn(zxid: number, last: number): boolean {
  if (zxid === last + 1 && zxidCounter(zxid) !== 0) return true;
  return zxidEpoch(zxid) > zxidEpoch(last) && zxidCounter(zxid) === 1;
}
