import type { Codec } from "@branta/foundation-bytes";
import { readTexts, writeTexts } from "../text.ts";

/** getEphemerals (103): lists the ephemeral nodes of the asking session. */
export interface GetEphemeralsRequest {
  /** Only paths that begin so; null, "" and "/" mean all. */
  readonly prefixPath: string | null;
}

/** `GetEphemeralsRequest => prefixPath:ustring` */
export const getEphemeralsRequest: Codec<GetEphemeralsRequest> = {
  name: "GetEphemeralsRequest",
  encode(writer, message) {
    writer.string(message.prefixPath);
  },
  decode(reader) {
    return { prefixPath: reader.string() };
  },
};

/** The reply to getEphemerals (103). */
export interface GetEphemeralsResponse {
  /** Whole paths. */
  readonly ephemerals: readonly string[];
}

/** `GetEphemeralsResponse => ephemerals:vector<ustring>` */
export const getEphemeralsResponse: Codec<GetEphemeralsResponse> = {
  name: "GetEphemeralsResponse",
  encode(writer, message) {
    writeTexts(writer, message.ephemerals);
  },
  decode(reader) {
    return { ephemerals: readTexts(reader) };
  },
};
