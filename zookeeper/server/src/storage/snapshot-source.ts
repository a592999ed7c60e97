import type { Acl, StatPersisted } from "@branta/zookeeper-protocol";

/** The digest of the whole tree as of a transaction. */
export interface SnapshotDigest {
  readonly zxid: number;
  /** Which way of counting: 2 in all servers since 3.6. */
  readonly version: number;
  readonly digest: bigint;
}

/** One node; the root's path is "". */
export interface SourceNode {
  readonly path: string;
  readonly data: Buffer | null;
  readonly aclId: number;
  readonly stat: StatPersisted;
}

/**
 * What is to be written, pulled piece by piece while the server goes on working. Sessions and ACLs are taken in one turn;
 * nodes with pauses between them, so they may show later transactions: a fuzzy snapshot, made exact by replaying the log.
 */
export interface SnapshotSource {
  readonly sessionCount: number;
  readonly aclCount: number;
  sessions(): Iterable<{ readonly sessionId: bigint; readonly timeoutMs: number }>;
  acls(): Iterable<{ readonly aclId: number; readonly acl: readonly Acl[] }>;
  /** Parents before children. */
  nodes(): Iterable<SourceNode>;
  /** Asked after the last node; null writes none, as servers before 3.6. */
  zxidDigest(): SnapshotDigest | null;
  /** Asked at the very end; null writes none, as servers before 3.9. */
  lastProcessedZxid(): number | null;
}

/** What stands at the end of a snapshot. */
export interface SnapshotEnd {
  /** From the file's name: everything up to here is contained, and perhaps more. */
  readonly zxid: number;
  /** Null in files of servers before 3.6, or that keep no digests. */
  readonly zxidDigest: SnapshotDigest | null;
  /** Null in files of servers before 3.9. */
  readonly lastProcessedZxid: number | null;
}

/** Takes a snapshot apart. */
export interface SnapshotSink {
  /** Everything starts from empty: also after a snapshot that turned out to be damaged half way. */
  begin(): void;
  session(sessionId: bigint, timeoutMs: number): void;
  acl(aclId: number, acl: Acl[]): void;
  /** `data` is a view: copy what is kept. */
  node(path: string, data: Buffer | null, aclId: number, stat: StatPersisted): void;
  /** All checksums held. */
  end(info: SnapshotEnd): void;
}
