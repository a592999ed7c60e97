import type { Codec } from "@branta/foundation-bytes";
import { type Stat, statCodec } from "../records/stat.ts";
import { readText } from "../text.ts";

/** exists (3): asks for the stat of a node that may not be there. */
export interface ExistsRequest {
  readonly path: string;
  /** True to leave a one-shot watch, even if there is no node. */
  readonly watch: boolean;
}

/** `ExistsRequest => path:ustring watch:boolean` */
export const existsRequest: Codec<ExistsRequest> = {
  name: "ExistsRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.bool(message.watch);
  },
  decode(reader) {
    return { path: readText(reader, "path"), watch: reader.bool() };
  },
};

/** The reply to exists (3). */
export interface ExistsResponse {
  readonly stat: Stat;
}

/** `ExistsResponse => stat:Stat` */
export const existsResponse: Codec<ExistsResponse> = {
  name: "ExistsResponse",
  encode(writer, message) {
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { stat: statCodec.decode(reader) };
  },
};
