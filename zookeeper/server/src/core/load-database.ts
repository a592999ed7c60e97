import { Reader } from "@branta/foundation-bytes";
import type { Clock, Disk } from "@branta/foundation-runtime";
import { applyTxn, DataTree, type DeliverEvent, SnapshotRestore, type TriggerHook } from "@branta/zookeeper-engine";
import { type Acl, OpCode, type StatPersisted, txnEntry } from "@branta/zookeeper-protocol";

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
   * Ephemeral nodes of sessions that are over stay: what one member of an ensemble removed by itself, it would lack against
   * the others.
   */
  readonly keepsOrphans?: boolean;
  /** A replayed transaction left another tree than the one that wrote it: counted, and logged once. */
  onDigestMismatch(zxid: number): void;
}

/** Reads the newest snapshot and replays the log after it. */
export async function loadDatabase<W extends object>(options: LoadOptions<W>): Promise<LoadedDatabase<W>> {
  const sink = new RestoringSink<W>(() => newTree(options));
  const recovered = await recover({
    disk: options.disk,
    clock: options.clock,
    ...options.directories,
    sink,
    onEntry(record) {
      replay(sink, record.bytes, options);
      options.onRecord?.(record);
    },
    trustEmptySnapshot: options.config.snapshotTrustEmpty,
    dbAutoCreate: options.config.dbAutocreate,
    onWarning: options.onWarning,
  });
  const tree = sink.ready();
  tree.lastProcessedZxid = Math.max(tree.lastProcessedZxid, recovered.lastZxid, 0);
  if (options.keepsOrphans !== true) endDeadSessions(tree);
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

  end(info: Parameters<SnapshotSink["end"]>[0]): void {
    this.#restore!.end(info.zxid, info.zxidDigest?.zxid ?? info.lastProcessedZxid ?? undefined);
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

function replay<W extends object>(sink: RestoringSink<W>, bytes: Buffer, options: LoadOptions<W>): void {
  const entry = txnEntry.decode(new Reader(bytes));
  applyTxn(sink.ready(), entry);
  // Until the snapshot's last moment is passed, the tree is ahead of its transactions.
  const { zxid } = entry.header;
  if (!options.config.digestEnabled || entry.digest === null || zxid <= sink.tree.fuzzyUpTo) return;
  const digest = sink.tree.znodes.digest.toBigInt();
  if (entry.digest.version === 2 && entry.digest.treeDigest !== digest) options.onDigestMismatch(zxid);
}

/** Removes ephemeral nodes whose session is unknown: its end was logged, or its beginning lost. */
export function endDeadSessions<W extends object>(tree: DataTree<W>): void {
  const dead = [...tree.ephemerals()].map(([sessionId]) => sessionId).filter((id) => !tree.sessions.has(id));
  for (const sessionId of dead) {
    const header = { clientId: sessionId, cxid: 0, zxid: tree.lastProcessedZxid, time: 0, type: OpCode.closeSession };
    applyTxn(tree, { header, txn: { type: OpCode.closeSession, paths2Delete: null } });
  }
}
