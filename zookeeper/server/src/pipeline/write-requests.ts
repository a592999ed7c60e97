import { BytesError, type Reader } from "@branta/foundation-bytes";
import { effectiveMultiOp, RequestRefusal, type WriteRequest } from "@branta/zookeeper-engine";
import {
  createRequest,
  createTtlRequest,
  deleteRequest,
  ErrorCode,
  readMultiRequest,
  NULL_TEXT,
  OpCode,
  reconfigRequest,
  setAclRequest,
  setDataRequest,
} from "@branta/zookeeper-protocol";

const DECODERS = new Map<number, (reader: Reader) => WriteRequest>([
  [OpCode.create, (reader) => ({ ...createRequest.decode(reader), type: OpCode.create })],
  [OpCode.create2, (reader) => ({ ...createRequest.decode(reader), type: OpCode.create2 })],
  [OpCode.createContainer, (reader) => ({ ...createRequest.decode(reader), type: OpCode.createContainer })],
  [OpCode.createTTL, (reader) => ({ ...createTtlRequest.decode(reader), type: OpCode.createTTL })],
  [OpCode.delete, (reader) => ({ ...deleteRequest.decode(reader), type: OpCode.delete })],
  [OpCode.deleteContainer, (reader) => ({ path: deleteContainerPath(reader), type: OpCode.deleteContainer })],
  [OpCode.setData, decodeSetData],
  [OpCode.setACL, (reader) => ({ ...setAclRequest.decode(reader), type: OpCode.setACL })],
  [OpCode.multi, decodeMulti],
  [OpCode.reconfig, decodeReconfig],
  [OpCode.closeSession, () => ({ type: OpCode.closeSession })],
]);

/** Whether the operation changes something, so that it must go through the log. */
export function isWrite(type: number): boolean {
  return DECODERS.has(type);
}

/**
 * Reads a body. Multis that cannot be read fail as transactions: their failures take a zxid.
 * @throws BytesError for a body that is none
 */
export function decodeWrite(type: number, reader: Reader): WriteRequest {
  return DECODERS.get(type)!(reader);
}

function decodeReconfig(reader: Reader): WriteRequest {
  return { ...reconfigRequest.decode(reader), type: OpCode.reconfig };
}

function decodeSetData(reader: Reader): WriteRequest {
  const { path, data, version } = setDataRequest.decode(reader);
  return { type: OpCode.setData, path, data, version };
}

function decodeMulti(reader: Reader): WriteRequest {
  try {
    return { ...readMultiRequest(reader, effectiveMultiOp), type: OpCode.multi };
  } catch (error) {
    if (error instanceof RequestRefusal) {
      throw new BytesError("malformed", "Cannot read multi: a create has no ACL", reader.offset);
    }
    if (error instanceof BytesError) return { type: OpCode.error, err: ErrorCode.MarshallingError };
    throw error;
  }
}

/** `DeleteContainerRequest => path:ustring` */
function deleteContainerPath(reader: Reader): string {
  return reader.string() ?? NULL_TEXT;
}
