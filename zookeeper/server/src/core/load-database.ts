import { Reader } from "@branta/foundation-bytes";
import type { Clock, Disk } from "@branta/foundation-runtime";
import { applyTxn, DataTree, type DeliverEvent, SnapshotRestore, type TriggerHook } from "@branta/zookeeper-engine";
import {
  type Acl,
  DIGEST_VERSION,
  OpCode,
  type StatPersisted,
  type TxnEntry,
  txnEntry,
} from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import {
  type Directories,
  recover,
  type Recovered,
  type SnapshotSink,
  type TxnLogRecord,
  type WarningHook,
} from "../storage/index.ts";

/** The database as it stands on disk. */
export interface LoadedDatabase<W extends object> {
  readonly tree: DataTree<W>;
  readonly recovered: Recovered;
}

export interface LoadOptions<W extends object> {
  readonly config: ServerConfig;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly directories: Directories;
  readonly hashSeed: number;
  readonly deliver: DeliverEvent<W>;
  readonly onTrigger?: TriggerHook;
  readonly onWarning: WarningHook;
  /** Told of every transaction that is replayed. */
  readonly onRecord?: (record: TxnLogRecord) => void;
  /**
   * For a member of an ensemble. Ephemeral nodes of sessions that are over stay: what one member removed by itself, it would
   * lack against the others. And no digest is compared: an Apache server that was killed may have had more in its tree, and so
   * in its snapshot, than in its log; the ensemble has the rest.
   */
  readonly isMember?: boolean;
  /** The last replayed transactions, so many from `zxid` on, left other trees than those that they left where they were written. */
  onDigestMismatch(zxid: number, count: number): void;
}

/** Reads the newest snapshot and replays the log after it. */
export async function loadDatabase<W extends object>(options: LoadOptions<W>): Promise<LoadedDatabase<W>> {
  const sink = new RestoringSink<W>(() => newTree(options));
  const isChecked = options.config.digestEnabled && options.isMember !== true;
  const digests = isChecked ? new ReplayedDigests() : null;
  const recovered = await recover({
    disk: options.disk,
    clock: options.clock,
    ...options.directories,
    sink,
    onEntry(record) {
      const entry = txnEntry.decode(new Reader(record.bytes));
      applyTxn(sink.ready(), entry);
      digests?.compare(entry, sink.tree);
      options.onRecord?.(record);
    },
    trustEmptySnapshot: options.config.snapshotTrustEmpty,
    dbAutoCreate: options.config.dbAutocreate,
    onWarning: options.onWarning,
  });
  const tree = sink.ready();
  tree.lastProcessedZxid = Math.max(tree.lastProcessedZxid, recovered.lastZxid, 0);
  if (digests !== null && digests.mismatches > 0) options.onDigestMismatch(digests.firstZxid, digests.mismatches);
  if (options.isMember !== true) {
    tree.fuzzyUpTo = tree.lastProcessedZxid;
    endDeadSessions(tree);
  }
  return { tree, recovered };
}

/** Takes a snapshot apart into a new tree, as often as it takes to find a good one. */
export class RestoringSink<W extends object> implements SnapshotSink {
  readonly #newTree: () => DataTree<W>;
  #restore: SnapshotRestore<W> | null = null;
  tree: DataTree<W>;

  constructor(newTree: () => DataTree<W>) {
    this.#newTree = newTree;
    this.tree = newTree();
  }

  /** To be called before the first transaction: an empty database has the nodes that every server makes. */
  ready(): DataTree<W> {
    if (this.tree.znodes.count === 1) this.tree.createBuiltIns();
    return this.tree;
  }

  begin(): void {
    this.tree = this.#newTree();
    this.#restore = new SnapshotRestore(this.tree);
  }

  session(sessionId: bigint, timeoutMs: number): void {
    this.#restore!.session(sessionId, timeoutMs);
  }

  acl(aclId: number, acl: Acl[]): void {
    this.#restore!.acl(aclId, acl);
  }

  node(path: string, data: Buffer | null, aclId: number, stat: StatPersisted): void {
    this.#restore!.node(path, data, aclId, stat);
  }

  end({ zxid }: Parameters<SnapshotSink["end"]>[0]): void {
    this.#restore!.end(zxid);
  }
}

/** An empty tree by the configuration's rules. */
export function newTree<W extends object>(
  options: Pick<LoadOptions<W>, "config" | "deliver" | "onTrigger" | "hashSeed">,
): DataTree<W> {
  const { extendedTypesEnabled, emulate353TtlNodes } = options.config;
  const ownerRules = { extendedTypes: extendedTypesEnabled, emulate353: emulate353TtlNodes };
  const { deliver, onTrigger, hashSeed } = options;
  return new DataTree<W>({ ownerRules, deliver, onTrigger, hashSeed });
}

/**
 * Compares the tree with what replayed transactions foretell. A snapshot that was taken while the tree changed is ahead of the
 * first of them, nobody knows of how many; a tree that has been right since says that those before were such. A tree that is
 * really another one stays so to the end.
 */
class ReplayedDigests {
  /** How many of the last transactions left another tree. */
  mismatches = 0;
  /** The first of them. */
  firstZxid = 0;

  compare<W extends object>({ header, digest }: TxnEntry, { znodes }: DataTree<W>): void {
    if (digest?.version !== DIGEST_VERSION) return;
    if (znodes.digest.is(digest.treeDigest)) this.mismatches = 0;
    else if (this.mismatches++ === 0) this.firstZxid = header.zxid;
  }
}

/** Removes ephemeral nodes whose session is unknown: its end was logged, or its beginning lost. */
export function endDeadSessions<W extends object>(tree: DataTree<W>): void {
  const dead = [...tree.ephemerals()].map(([sessionId]) => sessionId).filter((id) => !tree.sessions.has(id));
  for (const sessionId of dead) {
    const header = { clientId: sessionId, cxid: 0, zxid: tree.lastProcessedZxid, time: 0, type: OpCode.closeSession };
    applyTxn(tree, { header, txn: { type: OpCode.closeSession, paths2Delete: null } });
  }
}
