import { nodeDigest, type StatPersisted } from "@branta/zookeeper-protocol";

import { ByteSlab } from "./byte-slab.ts";
import { hashPath, PathIndex } from "./path-index.ts";
import { TreeDigest } from "./tree-digest.ts";
import { ExtraField } from "./znode-extras.ts";
import { emptyStat, FLAG_BITS, NO_NODE, ROOT, ZnodeReader } from "./znode-reader.ts";
import { DoubleField, IntField, NO_EXTRA, type ZnodeId, ZnodeRecords } from "./znode-records.ts";

const EMPTY = Buffer.alloc(0);
const SLASH = 0x2f;

const Flag = {
  /** The name has characters outside ASCII: compare it as text, not as bytes. */
  wideName: 1,
  /** Below /zookeeper: each server keeps these by itself, so the digest leaves them out. */
  outsideDigest: 2,
} as const;

/** What a new node begins with; zxid becomes czxid, mzxid and pzxid, time ctime and mtime. */
export interface NewZnode {
  readonly name: string;
  readonly data: Uint8Array | null;
  readonly acl: number;
  readonly ephemeralOwner: bigint;
  readonly zxid: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Somebody who stands on nodes while the tree changes. */
export interface TreeWalker {
  beforeRemove(id: ZnodeId): void;
  afterCreate(id: ZnodeId): void;
}

/**
 * The tree of znodes: structure, data, stats and digest. It knows nothing of sessions, watches or rights.
 *
 * Numbers live in {@link ZnodeRecords}, names and data in a {@link ByteSlab}, paths in a {@link PathIndex}:
 * about 220 bytes a node with 100 bytes of data, none of it on the JavaScript heap.
 */
export class ZnodeTree extends ZnodeReader {
  readonly #index: PathIndex;
  readonly #digest = new TreeDigest();
  readonly #walkers = new Set<TreeWalker>();
  readonly #seed: number;
  /** For one digest at a time. */
  readonly #stat = emptyStat();
  /** What was found last: a write looks for its node more than once. "/" until there is something. */
  #lastPath = "/";
  #lastFound: ZnodeId = ROOT;
  #dataBytes = 0;

  /** @param hashSeed any number; a secret one keeps clients from building paths that collide. */
  constructor(hashSeed = 0x811c_9dc5) {
    super(new ZnodeRecords(), new ByteSlab());
    this.#seed = hashSeed | 0;
    this.#index = new PathIndex({
      pathHashOf: (id) => this.records.int(id, IntField.pathHash),
      hasPath: (id, path) => this.#hasPath(id, path),
    });
    const root = this.records.allocate();
    this.records.setInt(root, IntField.parent, NO_NODE);
    this.records.setInt(root, IntField.pathHash, this.#seed);
    this.records.setInt(root, IntField.acl, -1);
    this.refreshDigest(root, "/");
  }

  /** Nodes in the tree, the root included. */
  get count(): number {
    return this.records.count;
  }

  /** Bytes of paths and data, as Apache's approximate_data_size counts them. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  get digest(): TreeDigest {
    return this.#digest;
  }

  /** The node at an absolute path, or {@link NO_NODE}. Both "/" and "" are the root. */
  find(path: string): ZnodeId {
    if (path === this.#lastPath) return this.#lastFound;
    if (path === "/" || path === "") return ROOT;
    const found = this.#index.find(path, hashPath(path, this.#seed));
    if (found === NO_NODE) return NO_NODE;
    this.#lastPath = path;
    this.#lastFound = found;
    return found;
  }

  /** Adds a child. The caller has made sure that there is none of that name. */
  create(parent: ZnodeId, path: string, node: NewZnode): ZnodeId {
    const records = this.records;
    const id = records.allocate();
    this.#setName(id, node.name, this.#isOutsideDigest(parent, path));
    const hash = hashPath(`/${node.name}`, records.int(parent, IntField.pathHash));
    records.setInt(id, IntField.pathHash, hash);
    records.setInt(id, IntField.acl, node.acl);
    records.setDouble(id, DoubleField.czxid, node.zxid);
    records.setDouble(id, DoubleField.mzxid, node.zxid);
    this.#setOwner(id, node.ephemeralOwner);
    records.setDouble(id, DoubleField.ctime, node.time);
    records.setDouble(id, DoubleField.mtime, node.time);
    this.#storeData(id, node.data);
    this.#link(parent, id);
    this.#index.add(id, hash);
    this.#dataBytes += path.length + (node.data?.length ?? 0);
    this.refreshDigest(id, path);
    for (const walker of this.#walkers) walker.afterCreate(id);
    return id;
  }

  /** Tells somebody who walks the tree of every creation and removal, until disposed. */
  follow(walker: TreeWalker): Disposable {
    this.#walkers.add(walker);
    return { [Symbol.dispose]: () => void this.#walkers.delete(walker) };
  }

  /** Takes a childless node out of the tree. */
  remove(id: ZnodeId, path: string): void {
    const records = this.records;
    for (const walker of this.#walkers) walker.beforeRemove(id);
    if (id === this.#lastFound) {
      this.#lastPath = "/";
      this.#lastFound = ROOT;
    }
    this.#digest.subtract(records.int(id, IntField.digest));
    this.#index.remove(id, records.int(id, IntField.pathHash));
    this.#unlink(id);
    const dataLength = Math.max(records.int(id, IntField.dataLength), 0);
    this.slab.free(records.int(id, IntField.nameRef), this.nameLength(id));
    this.slab.free(records.int(id, IntField.dataRef), dataLength);
    this.#dataBytes -= path.length + dataLength;
    const extra = records.int(id, IntField.extra);
    if (extra !== NO_EXTRA) this.extras.free(extra);
    records.free(id);
  }

  /** Replaces data and nothing else: neither stat nor digest. Call {@link refreshDigest} when the change is whole. */
  setData(id: ZnodeId, data: Uint8Array | null): void {
    const records = this.records;
    const oldLength = Math.max(records.int(id, IntField.dataLength), 0);
    const ref = this.slab.replace(records.int(id, IntField.dataRef), oldLength, data ?? EMPTY);
    records.setInt(id, IntField.dataRef, ref);
    records.setInt(id, IntField.dataLength, data === null ? -1 : data.length);
    this.#dataBytes += (data?.length ?? 0) - oldLength;
  }

  setModified(id: ZnodeId, version: number, zxid: number, time: number): void {
    this.records.setInt(id, IntField.version, version);
    this.records.setDouble(id, DoubleField.mzxid, zxid);
    this.records.setDouble(id, DoubleField.mtime, time);
  }

  setAcl(id: ZnodeId, acl: number, aversion: number): void {
    this.records.setInt(id, IntField.acl, acl);
    this.#setExtra(id, ExtraField.aversion, aversion);
  }

  /** Points a node at another ACL without counting it as a change. */
  replaceAcl(id: ZnodeId, acl: number): void {
    this.records.setInt(id, IntField.acl, acl);
  }

  setCversion(id: ZnodeId, cversion: number): void {
    this.#setExtra(id, ExtraField.cversion, cversion);
  }

  setPzxid(id: ZnodeId, pzxid: number): void {
    if (pzxid !== this.pzxid(id)) this.extras.setPzxid(this.#extraOf(id), pzxid);
  }

  /** Overwrites the whole stat, as restoring a snapshot does. */
  restoreStat(id: ZnodeId, stat: StatPersisted): void {
    const records = this.records;
    for (const field of ["czxid", "mzxid", "ctime", "mtime"] as const) {
      records.setDouble(id, DoubleField[field], stat[field]);
    }
    records.setInt(id, IntField.version, stat.version);
    this.setPzxid(id, stat.pzxid);
    this.setCversion(id, stat.cversion);
    this.#setExtra(id, ExtraField.aversion, stat.aversion);
    this.#setOwner(id, stat.ephemeralOwner);
  }

  /** Recomputes a node's share of the digest after its data or stat changed. `path` is the node's own. */
  refreshDigest(id: ZnodeId, path: string): void {
    if ((this.flags(id) & Flag.outsideDigest) !== 0) return;
    this.#digest.subtract(this.records.int(id, IntField.digest));
    const ref = this.records.int(id, IntField.dataRef);
    const dataLength = Math.max(this.dataLength(id), 0);
    const from = this.slab.offsetOf(ref);
    const data = dataLength === 0 ? null : this.slab.bufferOf(ref);
    const crc = nodeDigest(path, data, this.readStat(id, this.#stat), from, from + dataLength);
    this.records.setInt(id, IntField.digest, crc);
    this.#digest.add(crc);
  }

  /** The node's share of the digest as it stands. */
  nodeDigest(id: ZnodeId): number {
    return this.records.int(id, IntField.digest);
  }

  #hasPath(id: ZnodeId, path: string): boolean {
    let end = path.length;
    for (let at = id; at !== ROOT; at = this.parent(at)) {
      const start = this.#matchNameBackwards(at, path, end);
      if (start < 1 || path.charCodeAt(start - 1) !== SLASH) return false;
      end = start - 1;
    }
    return end === 0;
  }

  /** Where the node's name begins if `path` has it just before `end`, else -1. */
  #matchNameBackwards(id: ZnodeId, path: string, end: number): number {
    if ((this.flags(id) & Flag.wideName) !== 0) {
      const name = this.name(id);
      return path.endsWith(name, end) ? end - name.length : -1;
    }
    const length = this.nameLength(id);
    const start = end - length;
    if (start < 1) return -1;
    const ref = this.records.int(id, IntField.nameRef);
    const bytes = this.slab.bufferOf(ref);
    const from = this.slab.offsetOf(ref);
    // From the end: siblings tend to share a prefix and differ in a number.
    for (let i = length - 1; i >= 0; i--) if (bytes[from + i] !== path.charCodeAt(start + i)) return -1;
    return start;
  }

  #setName(id: ZnodeId, name: string, isOutsideDigest: boolean): void {
    const bytes = Buffer.from(name, "utf8");
    const flags = (bytes.length === name.length ? 0 : Flag.wideName) | (isOutsideDigest ? Flag.outsideDigest : 0);
    this.records.setInt(id, IntField.nameRef, this.slab.store(bytes));
    this.records.setInt(id, IntField.nameLengthAndFlags, (bytes.length << FLAG_BITS) | flags);
  }

  #isOutsideDigest(parent: ZnodeId, path: string): boolean {
    return (this.flags(parent) & Flag.outsideDigest) !== 0 || (parent !== ROOT && path.startsWith("/zookeeper/"));
  }

  #setOwner(id: ZnodeId, owner: bigint): void {
    if (owner === 0n && !this.hasOwner(id)) return;
    this.#setExtra(id, ExtraField.ownerHigh, Number(BigInt.asIntN(32, owner >> 32n)));
    this.#setExtra(id, ExtraField.ownerLow, Number(BigInt.asIntN(32, owner)));
  }

  #setExtra(id: ZnodeId, field: ExtraField, value: number): void {
    if (value !== this.extra(id, field)) this.extras.setInt(this.#extraOf(id), field, value);
  }

  /** The node's extra record, made if it has none. */
  #extraOf(id: ZnodeId): number {
    let extra = this.records.int(id, IntField.extra);
    if (extra !== NO_EXTRA) return extra;
    extra = this.extras.allocate(this.czxid(id), NO_NODE);
    this.records.setInt(id, IntField.extra, extra);
    return extra;
  }

  #storeData(id: ZnodeId, data: Uint8Array | null): void {
    this.records.setInt(id, IntField.dataLength, data === null ? -1 : data.length);
    this.records.setInt(id, IntField.dataRef, this.slab.store(data ?? EMPTY));
  }

  #link(parent: ZnodeId, id: ZnodeId): void {
    const { records, extras } = this;
    const family = this.#extraOf(parent);
    const first = extras.int(family, ExtraField.firstChild);
    records.setInt(id, IntField.parent, parent);
    records.setInt(id, IntField.next, NO_NODE);
    if (first === NO_NODE) {
      extras.setInt(family, ExtraField.firstChild, id);
      records.setInt(id, IntField.previous, id);
    } else {
      const last = records.int(first, IntField.previous);
      records.setInt(last, IntField.next, id);
      records.setInt(id, IntField.previous, last);
      records.setInt(first, IntField.previous, id);
    }
    extras.setInt(family, ExtraField.childCount, extras.int(family, ExtraField.childCount) + 1);
  }

  #unlink(id: ZnodeId): void {
    const { records, extras } = this;
    const family = this.#extraOf(records.int(id, IntField.parent));
    const first = extras.int(family, ExtraField.firstChild);
    const next = records.int(id, IntField.next);
    const previous = records.int(id, IntField.previous);
    if (first === id) extras.setInt(family, ExtraField.firstChild, next);
    else records.setInt(previous, IntField.next, next);
    const heldBy = next !== NO_NODE ? next : first === id ? NO_NODE : first;
    if (heldBy !== NO_NODE) records.setInt(heldBy, IntField.previous, previous);
    extras.setInt(family, ExtraField.childCount, extras.int(family, ExtraField.childCount) - 1);
  }
}
