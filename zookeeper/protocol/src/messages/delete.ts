import type { Codec } from "@branta/foundation-bytes";
import { readPath } from "../text.ts";

/** delete (2): removes a node without children. Its reply has no body. */
export interface DeleteRequest {
  readonly path: string;
  /** Version of the data that must hold; -1 for any. */
  readonly version: number;
}

/** `DeleteRequest => path:ustring version:int` */
export const deleteRequest: Codec<DeleteRequest> = {
  name: "DeleteRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.int(message.version);
  },
  decode(reader) {
    return { path: readPath(reader), version: reader.int() };
  },
};
