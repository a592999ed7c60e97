import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** getAllChildrenNumber (104): counts the nodes below a node. */
export interface GetAllChildrenNumberRequest {
  readonly path: string;
}

/** `GetAllChildrenNumberRequest => path:ustring` */
export const getAllChildrenNumberRequest: Codec<GetAllChildrenNumberRequest> = {
  name: "GetAllChildrenNumberRequest",
  encode(writer, message) {
    writer.string(message.path);
  },
  decode(reader) {
    return { path: readText(reader, "path") };
  },
};

/** The reply to getAllChildrenNumber (104). */
export interface GetAllChildrenNumberResponse {
  /** Nodes at any depth, without the node itself. */
  readonly totalNumber: number;
}

/** `GetAllChildrenNumberResponse => totalNumber:int` */
export const getAllChildrenNumberResponse: Codec<GetAllChildrenNumberResponse> = {
  name: "GetAllChildrenNumberResponse",
  encode(writer, message) {
    writer.int(message.totalNumber);
  },
  decode(reader) {
    return { totalNumber: reader.int() };
  },
};
