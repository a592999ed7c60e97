import type { Writer } from "@branta/foundation-bytes";
import type { StatPersisted } from "@branta/zookeeper-protocol";

import type { ByteSlab } from "./byte-slab.ts";
import { ExtraField, ZnodeExtras } from "./znode-extras.ts";
import { DoubleField, IntField, NO_EXTRA, type ZnodeId, type ZnodeRecords } from "./znode-records.ts";

/** Bits of a node's flags, below the length of its name. */
export const FLAG_BITS = 2;
const FLAG_MASK = (1 << FLAG_BITS) - 1;

/** The root's number. */
export const ROOT: ZnodeId = 0;
/** "No such node". */
export const NO_NODE: ZnodeId = -1;

/** The read side of the tree: fields, data, names and relations of a node that is known by its number. */
export class ZnodeReader {
  protected readonly records: ZnodeRecords;
  protected readonly slab: ByteSlab;
  protected readonly extras = new ZnodeExtras();

  protected constructor(records: ZnodeRecords, slab: ByteSlab) {
    this.records = records;
    this.slab = slab;
  }

  acl(id: ZnodeId): number {
    return this.records.int(id, IntField.acl);
  }

  version(id: ZnodeId): number {
    return this.records.int(id, IntField.version);
  }

  aversion(id: ZnodeId): number {
    return this.extra(id, ExtraField.aversion);
  }

  /** How many children were ever created here, modulo 2^32; clients see twice that less the children there are. */
  cversion(id: ZnodeId): number {
    return this.extra(id, ExtraField.cversion);
  }

  czxid(id: ZnodeId): number {
    return this.records.double(id, DoubleField.czxid);
  }

  mzxid(id: ZnodeId): number {
    return this.records.double(id, DoubleField.mzxid);
  }

  /** That of its creation for a node without an extra record: it never had children. */
  pzxid(id: ZnodeId): number {
    const extra = this.records.int(id, IntField.extra);
    return extra === NO_EXTRA ? this.czxid(id) : this.extras.pzxid(extra);
  }

  ctime(id: ZnodeId): number {
    return this.records.double(id, DoubleField.ctime);
  }

  mtime(id: ZnodeId): number {
    return this.records.double(id, DoubleField.mtime);
  }

  childCount(id: ZnodeId): number {
    return this.extra(id, ExtraField.childCount);
  }

  /** -1 for null. */
  dataLength(id: ZnodeId): number {
    return this.records.int(id, IntField.dataLength);
  }

  /** Session id, or the marks of containers and TTL nodes, or 0. */
  ephemeralOwner(id: ZnodeId): bigint {
    const high = this.extra(id, ExtraField.ownerHigh);
    const low = this.extra(id, ExtraField.ownerLow);
    if (high === 0 && low === 0) return 0n;
    return (BigInt(high) << 32n) | BigInt(low >>> 0);
  }

  hasOwner(id: ZnodeId): boolean {
    return this.extra(id, ExtraField.ownerHigh) !== 0 || this.extra(id, ExtraField.ownerLow) !== 0;
  }

  /** A copy of the data, or null. */
  data(id: ZnodeId): Buffer | null {
    const length = this.dataLength(id);
    if (length < 0) return null;
    const ref = this.records.int(id, IntField.dataRef);
    const at = this.slab.offsetOf(ref);
    return Buffer.from(this.slab.bufferOf(ref).subarray(at, at + length));
  }

  /** Writes the data as a jute buffer, straight from where it is kept. */
  writeData(id: ZnodeId, writer: Writer): void {
    const length = this.dataLength(id);
    writer.int(length);
    if (length <= 0) return;
    const ref = this.records.int(id, IntField.dataRef);
    const at = this.slab.offsetOf(ref);
    writer.copy(this.slab.bufferOf(ref), at, at + length);
  }

  parent(id: ZnodeId): ZnodeId {
    return this.records.int(id, IntField.parent);
  }

  firstChild(id: ZnodeId): ZnodeId {
    const extra = this.records.int(id, IntField.extra);
    return extra === NO_EXTRA ? NO_NODE : this.extras.int(extra, ExtraField.firstChild);
  }

  /** The next sibling in order of creation, or {@link NO_NODE}. */
  nextSibling(id: ZnodeId): ZnodeId {
    return this.records.int(id, IntField.next);
  }

  name(id: ZnodeId): string {
    const ref = this.records.int(id, IntField.nameRef);
    const at = this.slab.offsetOf(ref);
    return this.slab.bufferOf(ref).utf8Slice(at, at + this.nameLength(id));
  }

  /** Writes the name as a jute string, straight from where it is kept. */
  writeName(id: ZnodeId, writer: Writer): void {
    const length = this.nameLength(id);
    const ref = this.records.int(id, IntField.nameRef);
    const at = this.slab.offsetOf(ref);
    writer.int(length);
    writer.copy(this.slab.bufferOf(ref), at, at + length);
  }

  path(id: ZnodeId): string {
    if (id === ROOT) return "/";
    let path = "";
    for (let at = id; at !== ROOT; at = this.parent(at)) path = `/${this.name(at)}${path}`;
    return path;
  }

  /** The children's names in order of creation. */
  childNames(id: ZnodeId): string[] {
    const names: string[] = [];
    for (let child = this.firstChild(id); child !== NO_NODE; child = this.nextSibling(child)) {
      names.push(this.name(child));
    }
    return names;
  }

  /** All nodes below this one, not counting itself. */
  countDescendants(id: ZnodeId): number {
    if (id === ROOT) return this.records.count - 1;
    let count = 0;
    // Along the links, without a stack: a path may have as many levels as fit into a frame.
    for (let at = this.firstChild(id); at !== NO_NODE && at !== id;) {
      count++;
      let next = this.firstChild(at);
      while (next === NO_NODE && at !== id) {
        next = this.nextSibling(at);
        if (next === NO_NODE) at = this.parent(at);
      }
      at = next;
    }
    return count;
  }

  /** What the digest wants to know of a node; also what a snapshot stores of its stat. */
  persistedStat(id: ZnodeId): StatPersisted {
    return this.readStat(id, emptyStat());
  }

  /** Of the name, bytes. */
  protected nameLength(id: ZnodeId): number {
    return this.records.int(id, IntField.nameLengthAndFlags) >>> FLAG_BITS;
  }

  protected flags(id: ZnodeId): number {
    return this.records.int(id, IntField.nameLengthAndFlags) & FLAG_MASK;
  }

  /** A field that is 0 for nodes without an extra record. */
  protected extra(id: ZnodeId, field: ExtraField): number {
    const extra = this.records.int(id, IntField.extra);
    return extra === NO_EXTRA ? 0 : this.extras.int(extra, field);
  }

  /** Fills in {@link persistedStat}, for who asks often. */
  readStat(id: ZnodeId, into: MutableStat): MutableStat {
    into.czxid = this.czxid(id);
    into.mzxid = this.mzxid(id);
    into.pzxid = this.pzxid(id);
    into.ctime = this.ctime(id);
    into.mtime = this.mtime(id);
    into.version = this.version(id);
    into.cversion = this.cversion(id);
    into.aversion = this.aversion(id);
    into.ephemeralOwner = this.ephemeralOwner(id);
    return into;
  }
}

/** A stat that is being filled in. */
export type MutableStat = { -readonly [Field in keyof StatPersisted]: StatPersisted[Field] };

export function emptyStat(): MutableStat {
  return {
    czxid: 0,
    mzxid: 0,
    pzxid: 0,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
  };
}
