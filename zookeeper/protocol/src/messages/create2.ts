import type { Codec } from "@branta/foundation-bytes";
import { type Stat, statCodec } from "../records/stat.ts";
import { readText } from "../text.ts";

/** The reply to create2 (15), createContainer (19) and createTTL (21). */
export interface Create2Response {
  /** The name the node got, which for sequential nodes is longer than the one asked for. */
  readonly path: string;
  readonly stat: Stat;
}

/** `Create2Response => path:ustring stat:Stat` */
export const create2Response: Codec<Create2Response> = {
  name: "Create2Response",
  encode(writer, message) {
    writer.string(message.path);
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { path: readText(reader, "path"), stat: statCodec.decode(reader) };
  },
};
