import type { Codec } from "@branta/foundation-bytes";
import { readTexts, writeTexts } from "../text.ts";

/** setWatches2 (105), with xid -8: setWatches with the two kinds of persistent watches. */
export interface SetWatches2 {
  /** Last transaction the client has seen. */
  readonly relativeZxid: number;
  readonly dataWatches: readonly string[];
  readonly existWatches: readonly string[];
  readonly childWatches: readonly string[];
  readonly persistentWatches: readonly string[];
  readonly persistentRecursiveWatches: readonly string[];
}

/**
 * `SetWatches2 => relativeZxid:long dataWatches:vector<ustring> existWatches:vector<ustring>
 *  childWatches:vector<ustring> persistentWatches:vector<ustring> persistentRecursiveWatches:vector<ustring>`
 */
export const setWatches2: Codec<SetWatches2> = {
  name: "SetWatches2",
  encode(writer, message) {
    writer.longNumber(message.relativeZxid);
    writeTexts(writer, message.dataWatches);
    writeTexts(writer, message.existWatches);
    writeTexts(writer, message.childWatches);
    writeTexts(writer, message.persistentWatches);
    writeTexts(writer, message.persistentRecursiveWatches);
  },
  decode(reader) {
    return {
      relativeZxid: reader.longNumber(),
      dataWatches: readTexts(reader),
      existWatches: readTexts(reader),
      childWatches: readTexts(reader),
      persistentWatches: readTexts(reader),
      persistentRecursiveWatches: readTexts(reader),
    };
  },
};
