import type { Codec } from "@branta/foundation-bytes";
import { readPath } from "../text.ts";

/** removeWatches (18): takes watches back. The reply has no body; no watch is NoWatcher. */
export interface RemoveWatchesRequest {
  readonly path: string;
  /** One of WatcherType. */
  readonly type: number;
}

/** `RemoveWatchesRequest => path:ustring type:int` */
export const removeWatchesRequest: Codec<RemoveWatchesRequest> = {
  name: "RemoveWatchesRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.int(message.type);
  },
  decode(reader) {
    return { path: readPath(reader), type: reader.int() };
  },
};
