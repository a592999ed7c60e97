import type { Id } from "@branta/zookeeper-protocol";
import type { ServerConfig } from "../config/server-config.ts";
import type { ConnectionStats } from "./connection-stats.ts";
import type { EnsembleView } from "./ensemble-view.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { ServerStats } from "./server-stats.ts";

/** What a server is to its ensemble. */
export type ServerMode = "standalone" | "leader" | "follower" | "observer" | "read-only";

/** One client connection. */
export interface ConnectionView {
  /** IP address without brackets. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** 0 before the handshake. */
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
  /** Java's selector bits: 1 reads, 4 has bytes to write, 0 neither (throttled, or asking a four-letter word). */
  readonly interestOps: number;
  readonly stats: ConnectionStats;
}

/** Sessions that expire together. */
export interface SessionExpiry {
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly sessionIds: readonly bigint[];
}

/** Connections that are closed together when they stay silent. */
export interface ConnectionExpiry {
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly connections: readonly ConnectionView[];
}

/** One entry of the digest history, taken every 128 transactions. */
export interface ZxidDigestView {
  readonly zxid: number;
  readonly digest: bigint;
  readonly version: number;
}

/** Quotas below one child of the root, added up. Limits count the hard one where there is one; -1 is no limit. */
export interface NamespaceQuota {
  /** `app` for `/app/x`. */
  readonly namespace: string;
  readonly countLimit: number;
  readonly bytesLimit: number;
  readonly countUsage: number;
  readonly bytesUsage: number;
}

/** A snapshot on disk. */
export interface SnapshotView {
  readonly file: string;
  readonly zxid: number;
}

/**
 * Everything operators may learn from, or do to, a running server. Four-letter words, the admin server and metrics
 * know no more of it. Read only when somebody asks.
 */
export interface ServerView {
  /** Whether clients are served; while it is false most answers are refused. */
  readonly isServing: boolean;
  readonly isReadOnly: boolean;
  readonly mode: ServerMode;
  /** Null for a server by itself. */
  readonly ensemble: EnsembleView | null;
  readonly config: ServerConfig;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  /** Milliseconds since {@link ServerStats.startedAtMs}. */
  readonly uptimeMs: number;
  /** The ports that are open, -1 for none. */
  readonly clientPort: number;
  readonly secureClientPort: number;
  readonly outstandingRequests: number;
  readonly lastProcessedZxid: number;
  /** Connections of both ports, those without a session included. */
  readonly connectionCount: number;
  readonly nodeCount: number;
  /** Entries of both watch tables. */
  readonly watchCount: number;
  readonly ephemeralsCount: number;
  /** Bytes of paths and data. */
  readonly approximateDataSizeBytes: number;
  readonly globalSessionCount: number;
  readonly localSessionCount: number;
  /** 0–1. */
  readonly connectionDropProbability: number;
  readonly outstandingTlsHandshakes: number;
  /** Bits of `stmk`; kept, and without effect. */
  traceMask: bigint;

  /** Bytes below the folder of snapshots. */
  dataDirSizeBytes(): Promise<number>;
  /** Bytes below the folder of the transaction log. */
  logDirSizeBytes(): Promise<number>;
  /** Connections of the plain port. */
  connections(): Iterable<ConnectionView>;
  /** Connections of the TLS port. */
  secureConnections(): Iterable<ConnectionView>;
  /** Those whose end this server decides: a learner's local ones, else all. */
  sessionExpiry(): Iterable<SessionExpiry>;
  /** The ensemble's sessions with their timeouts in milliseconds. */
  globalSessions(): Iterable<readonly [sessionId: bigint, timeoutMs: number]>;
  connectionExpiry(): Iterable<ConnectionExpiry>;
  /** Ephemeral nodes by the session that owns them. */
  ephemerals(): Iterable<readonly [sessionId: bigint, paths: Iterable<string>]>;
  /** Watches on data and existence, as Apache shows no others. */
  watchesByPath(): Iterable<readonly [path: string, sessionIds: Iterable<bigint>]>;
  watchesBySession(): Iterable<readonly [sessionId: bigint, paths: Iterable<string>]>;
  /** Oldest first. */
  digestLog(): Iterable<ZxidDigestView>;
  /** The newest snapshot on disk, null when there is none. */
  lastSnapshot(): { readonly zxid: number; readonly writtenAtMs: number } | null;
  quotas(): Iterable<NamespaceQuota>;
  /** `crst`. */
  resetConnectionStats(): void;
  /** Writes a snapshot now. */
  takeSnapshot(): Promise<SnapshotView>;
  /** Replaces the tree by a snapshot's; answers its last zxid. */
  restore(snapshot: AsyncIterable<Uint8Array>): Promise<number>;
  /** The identities that a credential proves, or null when it proves none or the scheme is unknown. */
  authenticate(
    scheme: string,
    credential: Buffer | null,
    request: { readonly remoteAddress: string },
  ): readonly Id[] | null | Promise<readonly Id[] | null>;
  /** Whether the ACL of `/` grants all of these permissions to these identities; skipACL and the super user count. */
  rootAclPermits(ids: readonly Id[], permissions: number): boolean;
}
