import type { StatPersisted } from "@branta/zookeeper-protocol";
import type { SnapshotEnd, SnapshotSink } from "@branta/zookeeper-server";
import { formatJavaDate } from "../console/java-date.ts";

/** A node as the report needs it. */
interface ReportedNode {
  readonly path: string;
  readonly data: Buffer | null;
  readonly stat: StatPersisted;
  readonly children: ReportedNode[];
}

/** First number that disk usage viewers are given for a node; each needs one of its own. */
const FIRST_INODE = 1_001;

/** Gathers a snapshot, and writes it as Apache's formatter does: in detail, or as JSON for ncdu. */
export class SnapshotReport implements SnapshotSink {
  readonly #nodes = new Map<string, ReportedNode>();
  readonly #sessions: { readonly id: bigint; readonly timeoutMs: number }[] = [];
  readonly #ephemeralCounts = new Map<bigint, number>();
  #end: SnapshotEnd | null = null;

  begin(): void {
    this.#nodes.clear();
    this.#sessions.length = 0;
    this.#ephemeralCounts.clear();
  }

  session(id: bigint, timeoutMs: number): void {
    this.#sessions.push({ id, timeoutMs });
  }

  /** The report shows no ACLs. */
  acl(): void {}

  node(path: string, data: Buffer | null, _aclId: number, stat: StatPersisted): void {
    const node = { path, data: data === null ? null : Buffer.from(data), stat, children: [] };
    this.#nodes.set(path, node);
    if (path !== "") this.#nodes.get(path.slice(0, path.lastIndexOf("/")))?.children.push(node);
    const owner = stat.ephemeralOwner;
    this.#ephemeralCounts.set(owner, (this.#ephemeralCounts.get(owner) ?? 0) + 1);
  }

  end(info: SnapshotEnd): void {
    this.#end = info;
  }

  /** Nodes, sessions, digest and the last zxid; `withData` shows data in base64 instead of its length. */
  *details(withData: boolean): Generator<string, void, undefined> {
    // Apache's tree holds its root under two names, and its formatter counts both.
    yield `ZNode Details (count=${this.#nodes.size + 1}):`;
    let lastZxid = this.#end?.zxid ?? 0;
    for (const node of this.#walk()) {
      lastZxid = Math.max(lastZxid, node.stat.mzxid, node.stat.pzxid);
      yield* nodeLines(node, withData);
    }
    yield "----";
    yield "Session Details (sid, timeout, ephemeralCount):";
    for (const { id, timeoutMs } of this.#sessions) {
      yield `${hex(id)}, ${timeoutMs}, ${this.#ephemeralCounts.get(id) ?? 0}`;
    }
    const digest = this.#end?.zxidDigest;
    if (digest !== null && digest !== undefined && digest.zxid !== 0) {
      yield `Target zxid digest is: ${digest.zxid.toString(16)}, ${BigInt.asIntN(64, digest.digest)}`;
    }
    yield "----";
    yield `Last zxid: 0x${lastZxid.toString(16)}`;
  }

  /** ncdu's export format, sizes being those of the data. */
  *json(timestampMs: number): Generator<string, void, undefined> {
    yield `[1,0,{"progname":"SnapshotFormatter.java","progver":"0.01","timestamp":${timestampMs}}`;
    const root = this.#nodes.get("");
    if (root !== undefined) yield* nodeJson(root, { next: FIRST_INODE });
    yield "]";
  }

  /** Each node before its children, in the order of the file. */
  *#walk(): Generator<ReportedNode, void, undefined> {
    const root = this.#nodes.get("");
    const waiting = root === undefined ? [] : [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      yield node;
      waiting.push(...node.children.toReversed());
    }
  }
}

function* nodeLines({ path, data, stat }: ReportedNode, withData: boolean): Generator<string, void, undefined> {
  yield "----";
  yield path === "" ? "/" : path;
  yield `  cZxid = ${hex(stat.czxid)}`;
  yield `  ctime = ${formatJavaDate(stat.ctime)}`;
  yield `  mZxid = ${hex(stat.mzxid)}`;
  yield `  mtime = ${formatJavaDate(stat.mtime)}`;
  yield `  pZxid = ${hex(stat.pzxid)}`;
  yield `  cversion = ${stat.cversion}`;
  yield `  dataVersion = ${stat.version}`;
  yield `  aclVersion = ${stat.aversion}`;
  yield `  ephemeralOwner = ${hex(stat.ephemeralOwner)}`;
  yield withData ? `  data = ${data?.toString("base64") ?? ""}` : `  dataLength = ${data?.length ?? 0}`;
}

function* nodeJson(node: ReportedNode, inode: { next: number }): Generator<string, void, undefined> {
  const name = node.path === "" ? "/" : node.path.slice(node.path.lastIndexOf("/") + 1);
  const size = node.data?.length ?? 0;
  const self = JSON.stringify({ name, asize: size, dsize: size, dev: 0, ino: inode.next++ });
  if (node.children.length === 0) {
    yield `,${self}`;
    return;
  }
  yield `,[${self}`;
  for (const child of node.children) yield* nodeJson(child, inode);
  yield "]";
}

/** Sixteen characters with the 0x, as Apache's formatter pads them. */
function hex(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16).padStart(14, "0")}`;
}
