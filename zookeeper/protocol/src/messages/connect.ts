import type { Codec } from "@branta/foundation-bytes";

/** The first frame of a connection, without a RequestHeader: asks for a new session or an old one. */
export interface ConnectRequest {
  /** Always 0. */
  readonly protocolVersion: number;
  /** Last transaction the client has seen; a server that is behind it must not serve this client. */
  readonly lastZxidSeen: number;
  /** Session timeout the client would like, ms. */
  readonly timeOut: number;
  /** 0n asks for a new session. */
  readonly sessionId: bigint;
  /** 16 bytes; what the server gave with the session id. */
  readonly passwd: Buffer | null;
  /** True if a server without quorum will do. */
  readonly readOnly: boolean;
  /** False for clients up to 3.3 (44 bytes, not 45); they must be answered in kind. */
  readonly readOnlyPresent: boolean;
}

/**
 * `ConnectRequest => protocolVersion:int lastZxidSeen:long timeOut:int sessionId:long passwd:buffer [readOnly:boolean]`
 */
export const connectRequest: Codec<ConnectRequest> = {
  name: "ConnectRequest",
  encode(writer, message) {
    writer.int(message.protocolVersion);
    writer.longNumber(message.lastZxidSeen);
    writer.int(message.timeOut);
    writer.long(message.sessionId);
    writer.buffer(message.passwd);
    if (message.readOnlyPresent) writer.bool(message.readOnly);
  },
  decode(reader) {
    const protocolVersion = reader.int();
    const lastZxidSeen = reader.longNumber();
    const timeOut = reader.int();
    const sessionId = reader.long();
    const passwd = reader.buffer();
    const readOnlyPresent = reader.remaining > 0;
    const readOnly = readOnlyPresent && reader.bool();
    return { protocolVersion, lastZxidSeen, timeOut, sessionId, passwd, readOnly, readOnlyPresent };
  },
};

/** The answer to ConnectRequest, without a ReplyHeader. */
export interface ConnectResponse {
  /** Always 0. */
  readonly protocolVersion: number;
  /** Session timeout the server granted, ms; 0 if the session has expired, and the connection will close. */
  readonly timeOut: number;
  /** 0n if the session has expired. */
  readonly sessionId: bigint;
  /** 16 bytes to show when the session is resumed on another connection. */
  readonly passwd: Buffer | null;
  /** True if this server has no quorum and serves only reads. */
  readonly readOnly: boolean;
  /** As it was in the request: 37 bytes with it, 36 without. */
  readonly readOnlyPresent: boolean;
}

/** `ConnectResponse => protocolVersion:int timeOut:int sessionId:long passwd:buffer [readOnly:boolean]` */
export const connectResponse: Codec<ConnectResponse> = {
  name: "ConnectResponse",
  encode(writer, message) {
    writer.int(message.protocolVersion);
    writer.int(message.timeOut);
    writer.long(message.sessionId);
    writer.buffer(message.passwd);
    if (message.readOnlyPresent) writer.bool(message.readOnly);
  },
  decode(reader) {
    const protocolVersion = reader.int();
    const timeOut = reader.int();
    const sessionId = reader.long();
    const passwd = reader.buffer();
    const readOnlyPresent = reader.remaining > 0;
    const readOnly = readOnlyPresent && reader.bool();
    return { protocolVersion, timeOut, sessionId, passwd, readOnly, readOnlyPresent };
  },
};
