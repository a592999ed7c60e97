import type { Codec } from "@branta/foundation-bytes";

/** sasl (102): one step of the client in a SASL exchange. */
export interface SaslRequest {
  readonly token: Buffer | null;
}

/** `GetSASLRequest => token:buffer` */
export const saslRequest: Codec<SaslRequest> = {
  name: "GetSASLRequest",
  encode(writer, message) {
    writer.buffer(message.token);
  },
  decode(reader) {
    return { token: reader.buffer() };
  },
};

/** The reply to sasl (102): one step of the server. */
export interface SaslResponse {
  readonly token: Buffer | null;
}

/** `SetSASLResponse => token:buffer` */
export const saslResponse: Codec<SaslResponse> = {
  name: "SetSASLResponse",
  encode(writer, message) {
    writer.buffer(message.token);
  },
  decode(reader) {
    return { token: reader.buffer() };
  },
};
