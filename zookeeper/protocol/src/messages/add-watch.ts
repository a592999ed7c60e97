import type { Codec } from "@branta/foundation-bytes";
import { readPath } from "../text.ts";

/** addWatch (106): leaves a watch that stays. Its reply is ErrorResponse; the four bytes are required. */
export interface AddWatchRequest {
  readonly path: string;
  /** One of AddWatchMode. */
  readonly mode: number;
}

/** `AddWatchRequest => path:ustring mode:int` */
export const addWatchRequest: Codec<AddWatchRequest> = {
  name: "AddWatchRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.int(message.mode);
  },
  decode(reader) {
    return { path: readPath(reader), mode: reader.int() };
  },
};
