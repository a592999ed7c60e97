import type { Codec } from "@branta/foundation-bytes";
import { readPath } from "../text.ts";

/** checkWatches (17): is there a watch of this kind? The reply has no body; no watch is NoWatcher. */
export interface CheckWatchesRequest {
  readonly path: string;
  /** One of WatcherType. */
  readonly type: number;
}

/** `CheckWatchesRequest => path:ustring type:int` */
export const checkWatchesRequest: Codec<CheckWatchesRequest> = {
  name: "CheckWatchesRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.int(message.type);
  },
  decode(reader) {
    return { path: readPath(reader), type: reader.int() };
  },
};
