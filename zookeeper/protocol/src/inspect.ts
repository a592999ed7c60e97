import { BytesError, type Codec, Reader } from "@branta/foundation-bytes";
import { ErrorCode, errorName } from "./error-codes.ts";
import { formatValue } from "./format-value.ts";
import { connectRequest, connectResponse } from "./messages/connect.ts";
import { messageTypes } from "./messages/registry.ts";
import { replyHeader } from "./messages/reply-header.ts";
import { requestHeader } from "./messages/request-header.ts";
import { OpCode, opName } from "./op-codes.ts";
import type { TxnEntry } from "./transactions/txn-entry.ts";
import { Xid } from "./xids.ts";
import { formatSessionId, formatZxid } from "./zxid.ts";

/** The first frame of a client, without its length, on one line. Never throws, as all in this file. */
export function inspectConnectRequest(frame: Buffer): string {
  return `connect${inspectBody(connectRequest, new Reader(frame))}`;
}

/** The first frame of a server, without its length, on one line. */
export function inspectConnectResponse(frame: Buffer): string {
  return `connected${inspectBody(connectResponse, new Reader(frame))}`;
}

/** Any later frame of a client: `getData xid=5 {path="/a" watch=false}`. */
export function inspectRequest(frame: Buffer): string {
  const reader = new Reader(frame);
  return described(reader, () => {
    const { xid, type } = requestHeader.decode(reader);
    return `${opName(type)} xid=${xid}${inspectBody(messageTypes.get(type)?.request, reader)}`;
  });
}

/**
 * Any later frame of a server: `getData xid=5 zxid=0x1f NoNode`.
 *
 * @param type the operation that was asked for under the xid; watch events need none.
 */
export function inspectReply(frame: Buffer, type?: number): string {
  const reader = new Reader(frame);
  return described(reader, () => {
    const { xid, zxid, err } = replyHeader.decode(reader);
    const opCode = xid === Xid.notification ? OpCode.notification : type;
    const name = opCode === undefined ? "reply" : opName(opCode);
    const body = opCode === undefined ? undefined : messageTypes.get(opCode)?.response;
    const outcome = err === ErrorCode.Ok ? inspectBody(body, reader) : ` ${errorName(err)}`;
    return `${name} xid=${xid} zxid=${formatZxid(zxid)}${outcome}`;
  });
}

/** A transaction on one line: `setData zxid=0x2 session=0x1 cxid=3 time=… {path="/a" …} digest=0x…`. */
export function inspectTxnEntry({ header, txn, digest }: TxnEntry): string {
  const { type, ...fields } = txn;
  const who = `zxid=${formatZxid(header.zxid)} session=${formatSessionId(header.clientId)} cxid=${header.cxid}`;
  const when = `time=${header.time}`;
  const sum = digest === null ? "" : ` digest=${formatValue(digest.treeDigest)}`;
  return `${opName(type)} ${who} ${when} ${formatValue(fields)}${sum}`;
}

function inspectBody(codec: Codec<unknown> | null | undefined, reader: Reader): string {
  return described(reader, () => {
    const body = codec ? ` ${formatValue(codec.decode(reader))}` : "";
    return reader.remaining > 0 ? `${body} +${reader.remaining} bytes` : body;
  });
}

function described(reader: Reader, describe: () => string): string {
  try {
    return describe();
  } catch (error) {
    if (error instanceof BytesError)
      return ` (${error.code} at ${error.offset} of ${reader.bytes.length}: ${error.message})`;
    throw error;
  }
}
