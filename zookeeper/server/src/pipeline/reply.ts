import type { Writer } from "@branta/foundation-bytes";
import { type ErrorCode, multiResponse, type MultiResult, OpCode } from "@branta/zookeeper-protocol";
import { type DataTree, type TxnResult, writeStat } from "@branta/zookeeper-engine";

/** A frame's length, then xid, zxid and err. */
const HEADER_BYTES = 4 + 16;

/** Begins a reply and answers where it begins; its header is filled in by {@link endReply}. */
export function beginReply(out: Writer): number {
  return out.reserve(HEADER_BYTES);
}

/** Fills in the header of the reply that began at `at`; with an error there is no body. */
export function endReply(out: Writer, at: number, xid: number, zxid: number, err: ErrorCode): void {
  if (err !== 0) out.truncate(at + HEADER_BYTES);
  out.patchInt(at, out.length - at - 4);
  out.patchInt(at + 4, xid);
  const high = Math.floor(zxid / 0x1_0000_0000);
  out.patchInt(at + 8, high);
  out.patchInt(at + 12, zxid - high * 0x1_0000_0000);
  out.patchInt(at + 16, err);
}

/** A reply without a body. */
export function writeHeaderReply(out: Writer, xid: number, zxid: number, err: ErrorCode): void {
  endReply(out, beginReply(out), xid, zxid, err);
}

/** Writes the body of the reply to a transaction's request. */
export function writeTxnReplyBody<W extends object>(out: Writer, tree: DataTree<W>, result: TxnResult): void {
  switch (result.type) {
    case OpCode.create:
      out.string(result.path);
      return;
    case OpCode.create2:
    case OpCode.createContainer:
    case OpCode.createTTL:
      out.string(result.path);
      writeStat(tree.znodes, result.node, tree.ownerRules, out);
      return;
    case OpCode.setData:
    case OpCode.setACL:
      writeStat(tree.znodes, result.node, tree.ownerRules, out);
      return;
    case OpCode.reconfig:
      tree.znodes.writeData(result.node, out);
      writeStat(tree.znodes, result.node, tree.ownerRules, out);
      return;
    case OpCode.multi:
      multiResponse.encode(out, { results: (result.results ?? []).map(multiResult) });
      return;
    default:
      return;
  }
}

function multiResult(result: TxnResult & { readonly stat: unknown }): MultiResult {
  const { type } = result;
  // The reply has no types of its own for containers and TTL nodes: Apache answers both as create2.
  const replyType = type === OpCode.createContainer || type === OpCode.createTTL ? OpCode.create2 : type;
  return { ...result, type: replyType } as unknown as MultiResult;
}
