import type { Codec } from "@branta/foundation-bytes";
import { type Stat, statCodec } from "../records/stat.ts";
import { readPath } from "../text.ts";

/** setData (5): replaces the data of a node. */
export interface SetDataRequest {
  readonly path: string;
  readonly data: Buffer | null;
  /** Version of the data that must hold; -1 for any. */
  readonly version: number;
}

/** `SetDataRequest => path:ustring data:buffer version:int` */
export const setDataRequest: Codec<SetDataRequest> = {
  name: "SetDataRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.buffer(message.data);
    writer.int(message.version);
  },
  decode(reader) {
    return { path: readPath(reader), data: reader.buffer(), version: reader.int() };
  },
};

/** The reply to setData (5), and to check (13) when it stands alone. */
export interface SetDataResponse {
  readonly stat: Stat;
}

/** `SetDataResponse => stat:Stat` */
export const setDataResponse: Codec<SetDataResponse> = {
  name: "SetDataResponse",
  encode(writer, message) {
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { stat: statCodec.decode(reader) };
  },
};
