import type { LogEntry } from "@branta/zookeeper-engine";

/** Where a transaction's time stands: behind session id (8 bytes), cxid (4) and zxid (8). */
const TIME_AT = 20;
const TWO_32 = 0x1_0000_0000;

/**
 * How long ago a transaction was made, in whole milliseconds; never negative. Its time is that of the leader's clock, which need not be ours.
 * @param wallMs milliseconds since 1970
 */
export function entryAgeMs({ bytes }: LogEntry, wallMs: number): number {
  return Math.max(0, wallMs - (bytes.readInt32BE(TIME_AT) * TWO_32 + bytes.readUInt32BE(TIME_AT + 4)));
}
