/** A zxid as people and log files write it: "0x100000001". */
export function zxidText(zxid: number): string {
  return zxid < 0 ? String(zxid) : `0x${zxid.toString(16)}`;
}

const EPOCH_STEP = 0x1_0000_0000;

/** The upper half of a zxid: the leadership in which it was made. */
export function epochOf(zxid: number): number {
  return Math.floor(zxid / EPOCH_STEP);
}
