import type { Codec } from "@branta/foundation-bytes";
import { type Stat, statCodec } from "../records/stat.ts";
import { readText } from "../text.ts";

/** getData (4): reads a node. */
export interface GetDataRequest {
  readonly path: string;
  /** True to leave a one-shot watch. */
  readonly watch: boolean;
}

/** `GetDataRequest => path:ustring watch:boolean` */
export const getDataRequest: Codec<GetDataRequest> = {
  name: "GetDataRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.bool(message.watch);
  },
  decode(reader) {
    return { path: readText(reader, "path"), watch: reader.bool() };
  },
};

/** The reply to getData (4) and to reconfig (16). */
export interface GetDataResponse {
  readonly data: Buffer | null;
  readonly stat: Stat;
}

/** `GetDataResponse => data:buffer stat:Stat` */
export const getDataResponse: Codec<GetDataResponse> = {
  name: "GetDataResponse",
  encode(writer, message) {
    writer.buffer(message.data);
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { data: reader.buffer(), stat: statCodec.decode(reader) };
  },
};
