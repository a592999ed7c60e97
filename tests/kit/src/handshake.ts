import { Writer } from "@branta/foundation-bytes";
import type { WireConnection } from "./wire-connection.ts";

const PASSWORD_BYTES = 16;

/** What a client says first. */
export interface ConnectFields {
  timeoutMs: number;
  lastZxidSeen?: number;
  /** 0n asks for a new session. */
  sessionId?: bigint;
  password?: Buffer | null;
  /** Undefined leaves the byte away, as clients before 3.4 do. */
  readOnly?: boolean | undefined;
}

/** What the server answers; a refused session has time-out 0. */
export interface ConnectAnswer {
  protocolVersion: number;
  timeoutMs: number;
  sessionId: bigint;
  password: Buffer | null;
  /** Undefined if the byte is not there. */
  readOnly: boolean | undefined;
}

/** The ConnectRequest record, without a length prefix. */
export function connectBody(fields: ConnectFields): Buffer {
  const writer = new Writer(64);
  writer.int(0);
  writer.longNumber(fields.lastZxidSeen ?? 0);
  writer.int(fields.timeoutMs);
  writer.long(fields.sessionId ?? 0n);
  writer.buffer(fields.password === undefined ? Buffer.alloc(PASSWORD_BYTES) : fields.password);
  if (fields.readOnly !== undefined) writer.bool(fields.readOnly);
  return writer.take();
}

/** Reads a ConnectResponse record. */
export function parseConnectAnswer(frame: Buffer): ConnectAnswer {
  const length = frame.readInt32BE(16);
  const passwordEnd = 20 + Math.max(length, 0);
  return {
    protocolVersion: frame.readInt32BE(0),
    timeoutMs: frame.readInt32BE(4),
    sessionId: frame.readBigInt64BE(8),
    password: length < 0 ? null : Buffer.from(frame.subarray(20, passwordEnd)),
    readOnly: frame.length > passwordEnd ? frame[passwordEnd] !== 0 : undefined,
  };
}

/** Shakes hands on a fresh connection; null if the server closes instead of answering. */
export async function handshake(
  connection: WireConnection,
  fields: ConnectFields,
  answerTimeoutMs?: number,
): Promise<ConnectAnswer | null> {
  connection.writeFrame(connectBody(fields));
  const frame = await connection.frame(answerTimeoutMs);
  return frame === null ? null : parseConnectAnswer(frame);
}
