import { BytesError } from "@branta/foundation-bytes";
import {
  type CreateRequest,
  ErrorCode,
  isContainer,
  isCreateMode,
  isTtl,
  type MultiOp,
  NULL_ACLS,
  OpCode,
} from "@branta/zookeeper-protocol";
import { RequestRefusal } from "./request-refusal.ts";

/**
 * What a part of a multi asks for in truth: within a multi it is the mode, not the part's type, that decides what kind
 * of node a create makes, while outside of one it is the type.
 * @throws BytesError "malformed" for modes that no create in a multi can have: the multi then cannot be read, which takes
 *   a zxid
 * @throws RequestRefusal for a create without an ACL, which does not take one
 */
export function effectiveMultiOp(op: MultiOp): MultiOp {
  switch (op.type) {
    case OpCode.create:
    case OpCode.create2:
    case OpCode.createContainer:
      if (!isCreateMode(op.flags)) throw wrongMode(op.flags);
      if (op.acl === NULL_ACLS) throw RequestRefusal.of(ErrorCode.MarshallingError);
      if (isTtl(op.flags)) throw wrongMode(op.flags);
      return isContainer(op.flags) ? { ...op, type: OpCode.createContainer } : op;
    case OpCode.createTTL:
      return isCreateMode(op.flags) && isTtl(op.flags) ? op : withoutTtl(op);
    default:
      return op;
  }
}

function withoutTtl(request: CreateRequest): MultiOp {
  const { path, data, acl, flags } = request;
  const type = isCreateMode(flags) && isContainer(flags) ? OpCode.createContainer : OpCode.create;
  return { type, path, data, acl, flags };
}

function wrongMode(flags: number): BytesError {
  return new BytesError("malformed", `Cannot read multi: a create has mode ${flags}, must be 0 to 4`, 0);
}
