import type { Codec } from "@branta/foundation-bytes";
import { readText, readTexts, writeTexts } from "../text.ts";

/** getChildren (8): lists the children of a node. */
export interface GetChildrenRequest {
  readonly path: string;
  /** True to leave a one-shot watch. */
  readonly watch: boolean;
}

/** `GetChildrenRequest => path:ustring watch:boolean` */
export const getChildrenRequest: Codec<GetChildrenRequest> = {
  name: "GetChildrenRequest",
  encode(writer, message) {
    writer.string(message.path);
    writer.bool(message.watch);
  },
  decode(reader) {
    return { path: readText(reader, "path"), watch: reader.bool() };
  },
};

/** The reply to getChildren (8). */
export interface GetChildrenResponse {
  /** Names without the parent path, in no particular order. */
  readonly children: readonly string[];
}

/** `GetChildrenResponse => children:vector<ustring>` */
export const getChildrenResponse: Codec<GetChildrenResponse> = {
  name: "GetChildrenResponse",
  encode(writer, message) {
    writeTexts(writer, message.children);
  },
  decode(reader) {
    return { children: readTexts(reader) };
  },
};
