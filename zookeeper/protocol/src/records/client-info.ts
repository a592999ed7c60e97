import type { Codec } from "@branta/foundation-bytes";
import { readText } from "../text.ts";

/** One identity of a connection, as whoAmI shows it. */
export interface ClientInfo {
  readonly authScheme: string;
  /** Name in the scheme; for digest only the user, never the hash. */
  readonly user: string;
}

/** `ClientInfo => authScheme:ustring user:ustring` */
export const clientInfoCodec: Codec<ClientInfo> = {
  name: "ClientInfo",
  encode(writer, info) {
    writer.string(info.authScheme);
    writer.string(info.user);
  },
  decode(reader) {
    return { authScheme: readText(reader, "authScheme"), user: readText(reader, "user") };
  },
};
