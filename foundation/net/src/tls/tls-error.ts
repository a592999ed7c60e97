/**
 * What went wrong with TLS.
 * `setting`: a value that cannot be used. `store`: a key or trust store cannot be read. `handshake`: the peer did not get
 * through it. `certificate`: its certificate is not trusted or not for its host. `timeout`: it did not say enough in time.
 * `closed`: the connection or the acceptor ended meanwhile.
 */
export type TlsErrorCode = "setting" | "store" | "handshake" | "certificate" | "timeout" | "closed";

/** Thrown by everything about TLS in this package. */
export class TlsError extends Error {
  override readonly name = "TlsError";
  readonly code: TlsErrorCode;

  constructor(code: TlsErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
