import type { LogEntry } from "@branta/zookeeper-engine";

/** A transaction whose bytes are a number that no other proposal has. */
export function logEntry(zxid: number, payload: number): LogEntry {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(payload);
  return { zxid, bytes };
}

/** The number that a transaction's bytes are. */
export function payloadOf({ bytes }: { readonly bytes: Buffer }): number {
  return bytes.readUInt32BE(0);
}
