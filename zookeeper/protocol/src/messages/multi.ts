import type { Codec, Reader } from "@branta/foundation-bytes";
import { ErrorCode } from "../error-codes.ts";
import { OpCode } from "../op-codes.ts";
import type { Typed, TypedCodecs } from "../typed-record.ts";
import { type CheckVersionRequest, checkVersionRequest } from "./check-version.ts";
import { type CreateRequest, type CreateResponse, createRequest, createResponse } from "./create.ts";
import { type CreateTtlRequest, createTtlRequest } from "./create-ttl.ts";
import { type Create2Response, create2Response } from "./create2.ts";
import { type DeleteRequest, deleteRequest } from "./delete.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { readParts, writeParts } from "./multi-parts.ts";
import { type SetDataRequest, type SetDataResponse, setDataRequest, setDataResponse } from "./set-data.ts";

/** One operation of a multi. */
export type MultiOp =
  | Typed<typeof OpCode.create | typeof OpCode.create2 | typeof OpCode.createContainer, CreateRequest>
  | Typed<typeof OpCode.createTTL, CreateTtlRequest>
  | Typed<typeof OpCode.delete, DeleteRequest>
  | Typed<typeof OpCode.setData, SetDataRequest>
  | Typed<typeof OpCode.check, CheckVersionRequest>;

/** multi (14): all of these happen, or none. */
export interface MultiRequest {
  readonly ops: readonly MultiOp[];
}

const OPS: TypedCodecs<MultiOp> = {
  [OpCode.create]: createRequest,
  [OpCode.create2]: createRequest,
  [OpCode.createContainer]: createRequest,
  [OpCode.createTTL]: createTtlRequest,
  [OpCode.delete]: deleteRequest,
  [OpCode.setData]: setDataRequest,
  [OpCode.check]: checkVersionRequest,
};

/** `MultiRequest => *(MultiHeader{op,false,-1} record) MultiHeader{-1,true,-1}` */
export const multiRequest: Codec<MultiRequest> = {
  name: "MultiRequest",
  encode(writer, message) {
    writeParts(writer, message.ops, OPS, () => -1);
  },
  decode(reader) {
    return { ops: readParts(reader, OPS) };
  },
};

/** Reads a MultiRequest whose parts are looked at one by one, so that the first that cannot be decides. */
export function readMultiRequest(reader: Reader, accept: (op: MultiOp) => MultiOp): MultiRequest {
  return { ops: readParts(reader, OPS, accept) };
}

/** What became of one operation. If one fails, all results are errors: Ok before it, RuntimeInconsistency after. */
export type MultiResult =
  | Typed<typeof OpCode.create, CreateResponse>
  | Typed<typeof OpCode.create2 | typeof OpCode.createContainer | typeof OpCode.createTTL, Create2Response>
  | Typed<typeof OpCode.delete | typeof OpCode.check, unknown>
  | Typed<typeof OpCode.setData, SetDataResponse>
  | Typed<typeof OpCode.error, ErrorResponse>;

/** The reply to multi (14). Its ReplyHeader says Ok even if the multi failed. */
export interface MultiResponse {
  readonly results: readonly MultiResult[];
}

const RESULTS: TypedCodecs<MultiResult> = {
  [OpCode.create]: createResponse,
  [OpCode.create2]: create2Response,
  // Apache answers these two as create2; their own types are read as well, since nothing else could be meant.
  [OpCode.createContainer]: create2Response,
  [OpCode.createTTL]: create2Response,
  [OpCode.delete]: null,
  [OpCode.check]: null,
  [OpCode.setData]: setDataResponse,
  [OpCode.error]: errorResponse,
};

/** `MultiResponse => *(MultiHeader{op,false,err} record) MultiHeader{-1,true,-1}` */
export const multiResponse: Codec<MultiResponse> = {
  name: "MultiResponse",
  encode(writer, message) {
    writeParts(writer, message.results, RESULTS, resultError);
  },
  decode(reader) {
    return { results: readParts(reader, RESULTS) };
  },
};

function resultError(result: MultiResult): number {
  return result.type === OpCode.error ? result.err : ErrorCode.Ok;
}
