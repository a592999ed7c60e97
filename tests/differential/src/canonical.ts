import { BytesError, Reader } from "@branta/foundation-bytes";
import { OpCode } from "@branta/zookeeper-protocol";
import type { ReplyShape } from "./step.ts";

const NOTIFICATION_XID = -1;
/** As /zookeeper/config tells of a server: what stands before its ports. */
const MEMBER = /^(server\.\d+=127\.0\.0\.1):\d+:\d+/gm;
/** A time that is not within this of now is shown as it is. */
const CLOCK_SLACK_MS = 3_600_000;

/** What reading a server's frames needs to know of that server. */
export interface SessionNames {
  /** Number of the session in the order of their making; undefined for ids never handed out. */
  name(sessionId: bigint): number | undefined;
}

/**
 * A frame as text that two correct servers agree on: times are masked, session ids are replaced by the order of their
 * making, lists that have no order are sorted. Everything else stands as it came, bytes left over included.
 */
export function canonicalFrame(frame: Buffer, shape: ReplyShape, names: SessionNames): string {
  const reader = new Reader(frame);
  try {
    const xid = reader.int();
    const zxid = counterOf(reader.longNumber());
    const err = reader.int();
    const head = xid === NOTIFICATION_XID ? `event zxid=${zxid} err=${err}` : `xid=${xid} zxid=${zxid} err=${err}`;
    let body = "";
    if (xid === NOTIFICATION_XID) body = event(reader);
    else if (err === 0 && reader.remaining > 0) body = readBody(reader, shape, names);
    return `${head}${body}${leftOver(reader)}`;
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    return `unreadable as ${shape} (${error.message}): ${frame.toString("hex")}`;
  }
}

function event(reader: Reader): string {
  return ` type=${reader.int()} state=${reader.int()} path=${text(reader)}`;
}

function readBody(reader: Reader, shape: ReplyShape, names: SessionNames): string {
  switch (shape) {
    case "nothing":
      return "";
    case "path":
      return ` path=${text(reader)}`;
    case "pathStat":
      return ` path=${text(reader)}${stat(reader, names)}`;
    case "stat":
      return stat(reader, names);
    case "dataStat":
      return ` data=${data(reader)}${stat(reader, names)}`;
    case "aclStat":
      return ` acl=${list(reader, acl, false)}${stat(reader, names)}`;
    case "children":
    case "ephemerals":
      return ` list=${list(reader, text, true)}`;
    case "childrenStat":
      return ` list=${list(reader, text, true)}${stat(reader, names)}`;
    case "number":
    case "error":
      return ` number=${reader.int()}`;
    case "identities":
      return ` identities=${list(reader, identity, true)}`;
    case "multi":
    default:
      return multi(reader, names);
  }
}

function multi(reader: Reader, names: SessionNames): string {
  let out = "";
  for (;;) {
    const type = reader.int();
    const done = reader.bool();
    const err = reader.int();
    out += ` {type=${type} done=${done} err=${err}`;
    if (done) return `${out}}`;
    out += `${multiPart(reader, type, names)}}`;
  }
}

function multiPart(reader: Reader, type: number, names: SessionNames): string {
  switch (type) {
    case OpCode.create:
      return ` path=${text(reader)}`;
    case OpCode.create2:
    case OpCode.createContainer:
    case OpCode.createTTL:
      return ` path=${text(reader)}${stat(reader, names)}`;
    case OpCode.setData:
      return stat(reader, names);
    case OpCode.getData:
      return ` data=${data(reader)}${stat(reader, names)}`;
    case OpCode.getChildren:
      return ` list=${list(reader, text, true)}`;
    case OpCode.error:
      return ` number=${reader.int()}`;
    default:
      return "";
  }
}

function stat(reader: Reader, names: SessionNames): string {
  const czxid = counterOf(reader.longNumber());
  const mzxid = counterOf(reader.longNumber());
  const ctime = time(reader.longNumber());
  const mtime = time(reader.longNumber());
  const versions = `${reader.int()}/${reader.int()}/${reader.int()}`;
  const owner = reader.long();
  const length = reader.int();
  const children = reader.int();
  const pzxid = counterOf(reader.longNumber());
  const who = owner === 0n ? "0" : (names.name(owner) ?? `0x${BigInt.asUintN(64, owner).toString(16)}`);
  return ` stat(c=${czxid} m=${mzxid} p=${pzxid} t=${ctime}${mtime} v=${versions} owner=${who} length=${length} children=${children})`;
}

/** A zxid without its epoch: how many elections an ensemble has had is not for clients to see. */
export function counterOf(zxid: number): number {
  return zxid < 0 ? zxid : zxid % 0x1_0000_0000;
}

function time(timeMs: number): string {
  if (timeMs === 0) return "0";
  return Math.abs(timeMs - Date.now()) < CLOCK_SLACK_MS ? "T" : String(timeMs);
}

function text(reader: Reader): string {
  return JSON.stringify(reader.string());
}

function data(reader: Reader): string {
  const bytes = reader.buffer();
  // Each ensemble has ports of its own.
  return bytes === null ? "null" : `"${bytes.toString("latin1").replace(MEMBER, "$1")}"`;
}

function acl(reader: Reader): string {
  return `${reader.int()}:${text(reader)}:${text(reader)}`;
}

function identity(reader: Reader): string {
  return `${text(reader)}:${text(reader)}`;
}

function list(reader: Reader, read: (reader: Reader) => string, sorted: boolean): string {
  const items = reader.vector(read);
  if (items === null) return "null";
  return `[${(sorted ? items.sort() : items).join(",")}]`;
}

function leftOver(reader: Reader): string {
  return reader.remaining === 0 ? "" : ` left over: ${reader.raw(reader.remaining).toString("hex")}`;
}
