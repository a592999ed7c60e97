/** Why a link could not be had or was lost, as far as a caller can act on it. */
export type NetworkErrorCode =
  | "refused"
  | "timeout"
  | "unreachable"
  | "unknownHost"
  | "reset"
  | "addressInUse"
  | "notPermitted"
  | "badAddress"
  | "insecure"
  | "closed"
  | "failed";

const BY_ERRNO: Readonly<Record<string, NetworkErrorCode>> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETDOWN: "unreachable",
  ENOTFOUND: "unknownHost",
  EAI_AGAIN: "unknownHost",
  ECONNRESET: "reset",
  EPIPE: "reset",
  EADDRINUSE: "addressInUse",
  EACCES: "notPermitted",
  EPERM: "notPermitted",
  EADDRNOTAVAIL: "badAddress",
  EINVAL: "badAddress",
};

/** Thrown by a {@link Network}, and the reason of a link that did not end in order. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly code: NetworkErrorCode;
  /** The place it happened to, `host:port`. */
  readonly address: string;

  constructor(code: NetworkErrorCode, message: string, address: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.address = address;
  }

  /** Wraps what node:net threw; `attempt` says what was tried, such as "dial". */
  static from(cause: unknown, attempt: string, address: string): NetworkError {
    const errno = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new NetworkError(BY_ERRNO[errno] ?? "failed", `Cannot ${attempt} "${address}": ${reason}`, address, {
      cause,
    });
  }
}
