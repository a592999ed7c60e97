import type { Codec } from "@branta/foundation-bytes";
import { ErrorCode } from "../error-codes.ts";
import { OpCode } from "../op-codes.ts";
import type { Typed, TypedCodecs } from "../typed-record.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import {
  type GetChildrenRequest,
  type GetChildrenResponse,
  getChildrenRequest,
  getChildrenResponse,
} from "./get-children.ts";
import { type GetDataRequest, type GetDataResponse, getDataRequest, getDataResponse } from "./get-data.ts";
import { readParts, writeParts } from "./multi-parts.ts";

/** One read of a multiRead. */
export type MultiReadOp =
  | Typed<typeof OpCode.getData, GetDataRequest>
  | Typed<typeof OpCode.getChildren, GetChildrenRequest>;

/** multiRead (22): several reads in one round trip; each succeeds or fails alone. */
export interface MultiReadRequest {
  readonly ops: readonly MultiReadOp[];
}

const OPS: TypedCodecs<MultiReadOp> = {
  [OpCode.getData]: getDataRequest,
  [OpCode.getChildren]: getChildrenRequest,
};

/** `MultiReadRequest => *(MultiHeader{op,false,-1} record) MultiHeader{-1,true,-1}` */
export const multiReadRequest: Codec<MultiReadRequest> = {
  name: "MultiReadRequest",
  encode(writer, message) {
    writeParts(writer, message.ops, OPS, () => -1);
  },
  decode(reader) {
    return { ops: readParts(reader, OPS) };
  },
};

/** What one read found. */
export type MultiReadResult =
  | Typed<typeof OpCode.getData, GetDataResponse>
  | Typed<typeof OpCode.getChildren, GetChildrenResponse>
  | Typed<typeof OpCode.error, ErrorResponse>;

/** The reply to multiRead (22). */
export interface MultiReadResponse {
  readonly results: readonly MultiReadResult[];
}

const RESULTS: TypedCodecs<MultiReadResult> = {
  [OpCode.getData]: getDataResponse,
  [OpCode.getChildren]: getChildrenResponse,
  [OpCode.error]: errorResponse,
};

/** `MultiReadResponse => *(MultiHeader{op,false,err} record) MultiHeader{-1,true,-1}` */
export const multiReadResponse: Codec<MultiReadResponse> = {
  name: "MultiReadResponse",
  encode(writer, message) {
    writeParts(writer, message.results, RESULTS, resultError);
  },
  decode(reader) {
    return { results: readParts(reader, RESULTS) };
  },
};

function resultError(result: MultiReadResult): number {
  return result.type === OpCode.error ? result.err : ErrorCode.Ok;
}
