import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** auth (100), with xid -4: adds an identity to the connection. Its reply has no body. */
export interface AuthPacket {
  /** Always 0. */
  readonly type: number;
  readonly scheme: string;
  /** What the scheme wants; for digest `user:password`. */
  readonly auth: Buffer | null;
}

/** `AuthPacket => type:int scheme:ustring auth:buffer` */
export const authPacket: Codec<AuthPacket> = {
  name: "AuthPacket",
  encode(writer, message) {
    writer.int(message.type);
    writer.string(message.scheme);
    writer.buffer(message.auth);
  },
  decode(reader) {
    return { type: reader.int(), scheme: readText(reader, "scheme"), auth: reader.buffer() };
  },
};
