import type { LogEntry } from "@branta/zookeeper-engine";
import { Writer } from "@branta/foundation-bytes";
import { OpCode, txnEntry } from "@branta/zookeeper-protocol";

const PAYLOAD_BYTES = 4;
/** In a transaction with a header the payload stands in the place of the client's own number. */
const CXID_OFFSET = 8;

/** A transaction whose bytes are a number that no other proposal has. */
export function logEntry(zxid: number, payload: number): LogEntry {
  const bytes = Buffer.allocUnsafe(PAYLOAD_BYTES);
  bytes.writeUInt32BE(payload);
  return { zxid, bytes };
}

/** A transaction that brings a configuration, as Apache writes it; with null it brings none. */
export function reconfigEntry(zxid: number, payload: number, text: string | null): LogEntry {
  const writer = new Writer();
  txnEntry.encode(writer, {
    header: { clientId: 1n, cxid: payload, zxid, time: 0, type: OpCode.reconfig },
    txn: {
      type: OpCode.reconfig,
      path: "/zookeeper/config",
      data: text === null ? null : Buffer.from(text),
      version: -1,
    },
    digest: null,
  });
  return { zxid, bytes: writer.take() };
}

/** The number that a transaction was proposed with. */
export function payloadOf({ bytes }: { readonly bytes: Buffer }): number {
  return bytes.readUInt32BE(bytes.length === PAYLOAD_BYTES ? 0 : CXID_OFFSET);
}
