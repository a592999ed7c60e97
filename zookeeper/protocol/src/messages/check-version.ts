import type { Codec } from "@branta/foundation-bytes";
import { readPath } from "../text.ts";

/** check (13): inside multi, lets the others happen only if a node has a version. */
export interface CheckVersionRequest {
  readonly path: string;
  /** Version of the data that must hold; -1 for any. */
  readonly version: number;
}

/** `CheckVersionRequest => path:ustring version:int` */
export const checkVersionRequest: Codec<CheckVersionRequest> = {
  name: "CheckVersionRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.int(message.version);
  },
  decode(reader) {
    return { path: readPath(reader), version: reader.int() };
  },
};
