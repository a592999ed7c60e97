import type { Codec } from "@branta/foundation-bytes";
import { readPath, readText } from "../text.ts";

/** sync (9): answers when this server has seen everything committed before. */
export interface SyncRequest {
  readonly path: string;
}

/** `SyncRequest => path:ustring` */
export const syncRequest: Codec<SyncRequest> = {
  name: "SyncRequest",
  encode(writer, message) {
    writer.string(message.path);
  },
  decode(reader) {
    return { path: readPath(reader) };
  },
};

/** The reply to sync (9). */
export interface SyncResponse {
  /** The path of the request. */
  readonly path: string;
}

/** `SyncResponse => path:ustring` */
export const syncResponse: Codec<SyncResponse> = {
  name: "SyncResponse",
  encode(writer, message) {
    writer.string(message.path);
  },
  decode(reader) {
    return { path: readText(reader, "path") };
  },
};
