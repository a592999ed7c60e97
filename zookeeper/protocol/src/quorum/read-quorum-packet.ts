import { BytesError, Reader } from "@branta/foundation-bytes";
import { type Id, idCodec } from "../records/acl.ts";
import { zxidEpoch } from "../zxid.ts";
import { readExactLong } from "./exact-long.ts";
import type { QuorumPacket, SessionTouch } from "./quorum-packet.ts";
import { QuorumType } from "./quorum-types.ts";

/** How many bytes of the ids in a packet's authinfo are believed. */
const AUTH_INFO_BYTES_MAX = 1024 * 1024;
const HEAD_BYTES = 16;
/** Servers before 3.4 do not say: ZAB as it was before epochs were agreed on. */
const OLD_PROTOCOL = 1;

/** A packet's fields before its data has been looked into. */
interface Raw {
  readonly zxid: number;
  /** Over the data alone. */
  readonly data: Reader;
  readonly authInfo: readonly Id[];
}

type TransactionKind = "proposal" | "ack" | "commit" | "inform";

const TRANSACTION_KINDS: ReadonlyMap<number, TransactionKind> = new Map<number, TransactionKind>([
  [QuorumType.proposal, "proposal"],
  [QuorumType.ack, "ack"],
  [QuorumType.commit, "commit"],
  [QuorumType.inform, "inform"],
]);

type Decode = (raw: Raw) => QuorumPacket;

const DECODERS: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [QuorumType.request, readRequest],
  [QuorumType.ping, ({ zxid, data }) => ({ kind: "ping", zxid, touched: readTouched(data) })],
  [QuorumType.revalidate, readRevalidation],
  [QuorumType.sync, () => ({ kind: "sync" })],
  [
    QuorumType.commitAndActivate,
    ({ zxid, data }) => ({ kind: "commitAndActivate", zxid, designatedLeader: readServerId(data) }),
  ],
  [
    QuorumType.newLeader,
    ({ zxid, data }) => ({ kind: "newLeader", zxid, configuration: rest(data).toString() || null }),
  ],
  [QuorumType.followerInfo, (raw) => ({ kind: "followerInfo", ...readLearnerInfo(raw) })],
  [QuorumType.observerInfo, (raw) => ({ kind: "observerInfo", ...readLearnerInfo(raw) })],
  [QuorumType.upToDate, () => ({ kind: "upToDate" })],
  [QuorumType.diff, ({ zxid }) => ({ kind: "diff", zxid })],
  [QuorumType.trunc, ({ zxid }) => ({ kind: "trunc", zxid })],
  [QuorumType.snap, ({ zxid }) => ({ kind: "snap", zxid })],
  [
    QuorumType.leaderInfo,
    ({ zxid, data }) => ({ kind: "leaderInfo", epoch: zxidEpoch(zxid), protocolVersion: data.int() }),
  ],
  [QuorumType.ackEpoch, ({ zxid, data }) => ({ kind: "ackEpoch", lastZxid: zxid, currentEpoch: data.int() })],
  [
    QuorumType.informAndActivate,
    ({ zxid, data }) => ({
      kind: "informAndActivate",
      zxid,
      designatedLeader: readServerId(data),
      bytes: rest(data),
    }),
  ],
]);

/**
 * How many bytes a packet takes that begins at `at`; if too few are there to tell, as many as it takes to tell more.
 * @throws BytesError `tooLong` for data above `dataBytesMax`.
 */
export function measureQuorumPacket(bytes: Buffer, at: number, available: number, dataBytesMax: number): number {
  if (available < HEAD_BYTES) return HEAD_BYTES;
  let end = HEAD_BYTES + fieldBytes(bytes, at + 12, "data", dataBytesMax);
  if (available < end + 4) return end + 4;
  let fields = bytes.readInt32BE(at + end) * 2;
  end += 4;
  for (; fields > 0; fields--) {
    if (available < end + 4) return end + 4;
    end += 4 + fieldBytes(bytes, at + end, "authinfo", AUTH_INFO_BYTES_MAX);
    if (end > HEAD_BYTES + dataBytesMax + AUTH_INFO_BYTES_MAX) throw tooLong("authinfo", end, AUTH_INFO_BYTES_MAX, at);
  }
  return end;
}

/**
 * Reads a packet that is there whole; its byte strings are views. Null for a type that nobody here knows: servers pass
 * over those.
 * @throws BytesError if the data is not what the type wants.
 */
export function readQuorumPacket(reader: Reader): QuorumPacket | null {
  const type = reader.int();
  const zxid = readExactLong(reader, "zxid");
  const dataBytes = Math.max(0, reader.int());
  const kind = TRANSACTION_KINDS.get(type);
  if (kind !== undefined) return readTransactionPacket(reader, kind, zxid, dataBytes);
  const data = new Reader(reader.bytes, reader.offset, reader.offset + dataBytes);
  reader.skip(dataBytes);
  const authInfo = reader.vector(idCodec.decode) ?? [];
  return DECODERS.get(type)?.({ zxid, data, authInfo }) ?? null;
}

/** Several of these for each transaction: read without what the others need. */
function readTransactionPacket(reader: Reader, kind: TransactionKind, zxid: number, dataBytes: number): QuorumPacket {
  const at = reader.offset;
  reader.skip(dataBytes);
  reader.vector(idCodec.decode);
  if (kind === "ack" || kind === "commit") return { kind, zxid };
  return { kind, zxid, bytes: reader.bytes.subarray(at, at + dataBytes) };
}

function rest(data: Reader): Buffer {
  return data.raw(data.remaining);
}

function readServerId(data: Reader): number {
  return readExactLong(data, "designated leader");
}

function readRequest({ data, authInfo }: Raw): QuorumPacket {
  return {
    kind: "request",
    sessionId: data.long(),
    cxid: data.int(),
    type: data.int(),
    body: rest(data),
    authInfo,
  };
}

/** A question has a timeout, an answer a bool: only their lengths tell. */
function readRevalidation({ data }: Raw): QuorumPacket {
  const sessionId = data.long();
  return data.remaining < 4
    ? { kind: "revalidated", sessionId, isValid: data.bool() }
    : { kind: "revalidate", sessionId, timeoutMs: data.int() };
}

function readTouched(data: Reader): SessionTouch[] {
  const touched: SessionTouch[] = [];
  while (data.remaining > 0) touched.push({ sessionId: data.long(), timeoutMs: data.int() });
  return touched;
}

function readLearnerInfo({ zxid, data }: Raw) {
  return {
    acceptedEpoch: zxidEpoch(zxid),
    serverId: readExactLong(data, "server id"),
    protocolVersion: data.remaining > 0 ? data.int() : OLD_PROTOCOL,
    configVersion: data.remaining > 0 ? readExactLong(data, "version of configuration") : 0,
  };
}

function fieldBytes(bytes: Buffer, at: number, field: string, max: number): number {
  const length = bytes.readInt32BE(at);
  if (length < -1) throw new BytesError("malformed", `Cannot read ${field}: length is ${length}, must be >= -1`, at);
  if (length > max) throw tooLong(field, length, max, at);
  return Math.max(0, length);
}

function tooLong(field: string, length: number, max: number, at: number): BytesError {
  return new BytesError("tooLong", `Cannot read ${field}: length is ${length}, must be <= ${max}`, at);
}
