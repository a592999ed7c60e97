/**
 * Values of `xid` that are no request numbers but say what a frame is (ClientCnxn).
 * Ordinary requests of a connection count upwards from 1.
 */
export const Xid = {
  /** A watch event, from server to client. */
  notification: -1,
  ping: -2,
  auth: -4,
  setWatches: -8,
} as const;
