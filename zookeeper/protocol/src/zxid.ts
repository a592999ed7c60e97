const TWO_32 = 0x1_0000_0000;

/** Transactions an epoch has room for; after these a new leader must be elected (ZOOKEEPER-1277). */
export const ZXID_COUNTER_MAX = TWO_32 - 1;

/** A transaction number: the leader's epoch in the high 32 bits, a counter in the low ones. */
export function makeZxid(epoch: number, counter: number): number {
  return epoch * TWO_32 + counter;
}

export function zxidEpoch(zxid: number): number {
  return Math.floor(zxid / TWO_32);
}

export function zxidCounter(zxid: number): number {
  return zxid >>> 0;
}

/** A zxid as messages show it: "0x100000002". Negative ones as the 64 bits they are. */
export function formatZxid(zxid: number): string {
  return `0x${zxid < 0 ? BigInt.asUintN(64, BigInt(zxid)).toString(16) : zxid.toString(16)}`;
}

/** A session id as messages show it: "0x100001123280027". */
export function formatSessionId(sessionId: bigint): string {
  return `0x${BigInt.asUintN(64, sessionId).toString(16)}`;
}
