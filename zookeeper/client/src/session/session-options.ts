import type { HostAndPort } from "../connection-string.ts";
import type { BackoffOptions } from "./backoff.ts";
import type { Random } from "./move.ts";
import type { Lookup, TlsOptions } from "./open-socket.ts";

/** An identity to show to every server. */
export interface AuthInfo {
  /** "digest", or another scheme the servers know. */
  readonly scheme: string;
  /** For digest `user:password`. */
  readonly auth: string | Uint8Array;
}

/** SASL towards the servers. */
export interface SaslOptions {
  readonly mechanism: "DIGEST-MD5";
  readonly username: string;
  readonly password: string;
  /** Host in the digest-uri; "zk-sasl-md5", which every ZooKeeper server has, if it is not given. */
  readonly host?: string;
}

/** What it takes to continue a session, in this process or another. */
export interface SessionCredentials {
  readonly id: bigint;
  /** 16 bytes. */
  readonly password: Buffer;
}

/** Everything a session needs to know; {@link ConnectOptions} says what the defaults are. */
export interface SessionOptions {
  readonly hosts: readonly HostAndPort[];
  readonly sessionTimeoutMs: number;
  readonly connectTimeoutMs: number | undefined;
  readonly onExpiry: "close" | "renew";
  readonly readOnly: boolean;
  readonly retryReads: boolean;
  readonly maxWaiting: number;
  readonly maxInFlight: number;
  readonly maxReplyBytes: number;
  readonly auth: readonly AuthInfo[];
  readonly sasl: SaslOptions | undefined;
  readonly tls: TlsOptions | undefined;
  readonly credentials: SessionCredentials | undefined;
  readonly shuffle: boolean;
  readonly backoff: BackoffOptions;
  readonly lookup: Lookup;
  readonly random: Random;
}
