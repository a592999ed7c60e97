import type { Codec } from "@branta/foundation-bytes";
import { readTexts, writeTexts } from "../text.ts";

/**
 * setWatches (101), with xid -8: re-arms one-shot watches after a reconnect. What happened meanwhile comes as events
 * before the reply, which has no body.
 */
export interface SetWatches {
  /** Last transaction the client has seen. */
  readonly relativeZxid: number;
  readonly dataWatches: readonly string[];
  readonly existWatches: readonly string[];
  readonly childWatches: readonly string[];
}

/**
 * `SetWatches => relativeZxid:long dataWatches:vector<ustring> existWatches:vector<ustring>
 *  childWatches:vector<ustring>`
 */
export const setWatches: Codec<SetWatches> = {
  name: "SetWatches",
  encode(writer, message) {
    writer.longNumber(message.relativeZxid);
    writeTexts(writer, message.dataWatches);
    writeTexts(writer, message.existWatches);
    writeTexts(writer, message.childWatches);
  },
  decode(reader) {
    return {
      relativeZxid: reader.longNumber(),
      dataWatches: readTexts(reader),
      existWatches: readTexts(reader),
      childWatches: readTexts(reader),
    };
  },
};
