import type { Codec } from "@branta/foundation-bytes";
import { type ClientInfo, clientInfoCodec } from "../records/client-info.ts";

/** The reply to whoAmI (107), which is asked without a body. */
export interface WhoAmIResponse {
  readonly clientInfo: readonly ClientInfo[];
}

/** `WhoAmIResponse => clientInfo:vector<ClientInfo>` */
export const whoAmIResponse: Codec<WhoAmIResponse> = {
  name: "WhoAmIResponse",
  encode(writer, message) {
    writer.vector(message.clientInfo, clientInfoCodec.encode);
  },
  decode(reader) {
    return { clientInfo: reader.vector(clientInfoCodec.decode) ?? [] };
  },
};
