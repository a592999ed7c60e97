import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** A watch fired. It follows a ReplyHeader with xid -1. */
export interface WatcherEvent {
  /** One of EventType. */
  readonly type: number;
  /** One of KeeperState. */
  readonly state: number;
  readonly path: string;
}

/** `WatcherEvent => type:int state:int path:ustring` */
export const watcherEvent: Codec<WatcherEvent> = {
  name: "WatcherEvent",
  encode(writer, message) {
    writer.int(message.type);
    writer.int(message.state);
    writer.string(message.path);
  },
  decode(reader) {
    return { type: reader.int(), state: reader.int(), path: readText(reader, "path") };
  },
};
