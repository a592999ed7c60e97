import { STICKY } from "./item-header.ts";

/** A time to live up to here is counted from now; a longer one is a point in unix time. */
const RELATIVE_S_MAX = 60 * 60 * 24 * 30;
/** Expired as long as there has been a clock. */
const LONG_EXPIRED_S = 1;
const EXPIRY_S_MAX = 0x7fff_ffff;

/** When an item of this time to live expires: unix seconds; 0 is never, −1 sticky. */
export function expiryOf(timeToLiveS: number, nowS: number, startedS: number): number {
  if (timeToLiveS === 0) return 0;
  if (timeToLiveS < 0) return timeToLiveS === -1 ? STICKY : LONG_EXPIRED_S;
  if (timeToLiveS <= RELATIVE_S_MAX) return timeToLiveS + nowS;
  return timeToLiveS <= startedS ? LONG_EXPIRED_S : Math.min(timeToLiveS, EXPIRY_S_MAX);
}
