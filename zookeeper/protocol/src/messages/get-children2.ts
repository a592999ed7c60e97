import type { Codec } from "@branta/foundation-bytes";
import { type Stat, statCodec } from "../records/stat.ts";
import { readText, readTexts, writeTexts } from "../text.ts";

/** getChildren2 (12): lists the children of a node and reads its stat. */
export interface GetChildren2Request {
  readonly path: string;
  /** True to leave a one-shot watch. */
  readonly watch: boolean;
}

/** `GetChildren2Request => path:ustring watch:boolean` */
export const getChildren2Request: Codec<GetChildren2Request> = {
  name: "GetChildren2Request",
  encode(writer, message) {
    writer.string(message.path);
    writer.bool(message.watch);
  },
  decode(reader) {
    return { path: readText(reader, "path"), watch: reader.bool() };
  },
};

/** The reply to getChildren2 (12). */
export interface GetChildren2Response {
  /** Names without the parent path, in no particular order. */
  readonly children: readonly string[];
  readonly stat: Stat;
}

/** `GetChildren2Response => children:vector<ustring> stat:Stat` */
export const getChildren2Response: Codec<GetChildren2Response> = {
  name: "GetChildren2Response",
  encode(writer, message) {
    writeTexts(writer, message.children);
    statCodec.encode(writer, message.stat);
  },
  decode(reader) {
    return { children: readTexts(reader), stat: statCodec.decode(reader) };
  },
};
