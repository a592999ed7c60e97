import { type Acl, DIGEST_VERSION, nodeName, parentPath, type StatPersisted } from "@branta/zookeeper-protocol";

import { OPEN_ACL_ID } from "../tree/acl-table.ts";
import { NO_NODE, ROOT } from "../tree/znode-reader.ts";
import type { DataTree } from "./data-tree.ts";
import { TreeCursor, type VisitedNode } from "./tree-cursor.ts";

/** What a snapshot consists of, to be pulled piece by piece while the tree goes on changing. */
export interface SnapshotPieces {
  readonly sessionCount: number;
  readonly aclCount: number;
  sessions(): Iterable<{ sessionId: bigint; timeoutMs: number }>;
  acls(): Iterable<{ aclId: number; acl: Acl[] }>;
  nodes(): Iterable<VisitedNode>;
  /** Asked after the last node. */
  zxidDigest(): { zxid: number; version: number; digest: bigint } | null;
  /** Asked at the very end. */
  lastProcessedZxid(): number | null;
}

/** Sessions and lists as they are now, nodes as they will be when they are pulled. */
export function snapshotPieces<W extends object>(
  tree: DataTree<W>,
  options: { digestEnabled: boolean; lastProcessedZxid: boolean },
): SnapshotPieces {
  const sessions = [...tree.sessions].map(([sessionId, timeoutMs]) => ({ sessionId, timeoutMs }));
  const acls = tree.acls.entries().map(({ id, acl }) => ({ aclId: id, acl: [...acl] }));
  return {
    sessionCount: sessions.length,
    aclCount: acls.length,
    sessions: () => sessions,
    acls: () => acls,
    nodes: () => walk(tree),
    zxidDigest() {
      if (!options.digestEnabled) return null;
      const digest = tree.znodes.digest.toBigInt();
      return { zxid: tree.lastProcessedZxid, version: DIGEST_VERSION, digest };
    },
    lastProcessedZxid: () => (options.lastProcessedZxid ? tree.lastProcessedZxid : null),
  };
}

function* walk<W extends object>(tree: DataTree<W>): Generator<VisitedNode> {
  const cursor = new TreeCursor(tree.znodes);
  using _ = tree.znodes.follow(cursor);
  for (let node = cursor.next(); node !== null; node = cursor.next()) yield node;
}

/** Fills an empty tree from the pieces of a snapshot, in the order in which they stand there. */
export class SnapshotRestore<W extends object> {
  readonly #tree: DataTree<W>;

  constructor(tree: DataTree<W>) {
    this.#tree = tree;
  }

  session(sessionId: bigint, timeoutMs: number): void {
    this.#tree.sessions.set(sessionId, timeoutMs);
  }

  acl(aclId: number, acl: Acl[]): void {
    this.#tree.acls.restore(aclId, acl);
  }

  node(path: string, data: Buffer | null, aclId: number, stat: StatPersisted): void {
    const { znodes, acls } = this.#tree;
    if (aclId !== OPEN_ACL_ID) acls.addUser(aclId);
    let id = path === "" ? ROOT : NO_NODE;
    if (id === ROOT) {
      znodes.setData(ROOT, data);
      znodes.replaceAcl(ROOT, aclId);
    } else {
      const parent = znodes.find(parentPath(path));
      if (parent === NO_NODE) throw new Error(`Cannot restore node "${path}": its parent must come before it`);
      const numbers = { ephemeralOwner: 0n, zxid: 0, time: 0 };
      id = znodes.create(parent, path, { name: nodeName(path), data, acl: aclId, ...numbers });
      this.#tree.indexOwner(path, stat.ephemeralOwner);
    }
    znodes.restoreStat(id, stat);
    znodes.refreshDigest(id, path === "" ? "/" : path);
  }

  /**
   * How far the tree is ahead of its transactions is left open. The nodes do not tell: one that was removed between the
   * visits to its parent and to itself leaves no trace. Nor does the end that Apache's files state: it stands still while a
   * server catches up with an earlier snapshot, and is 0 after one from a leader.
   * @param zxid the transaction up to which all is certainly contained
   */
  end(zxid: number): void {
    this.#tree.acls.dropUnused();
    this.#tree.rebuildQuotas();
    this.#tree.lastProcessedZxid = zxid;
    this.#tree.fuzzyUpTo = Number.POSITIVE_INFINITY;
  }
}
