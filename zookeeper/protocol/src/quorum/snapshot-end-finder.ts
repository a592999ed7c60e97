import { BytesError } from "@branta/foundation-bytes";
import { SNAPSHOT_FIELD_BYTES_MAX } from "../files/snapshot-sizes.ts";
import { STAT_PERSISTED_BYTES } from "../records/stat-persisted.ts";

/** What the next four bytes are. */
type Place = "sessionCount" | "aclCount" | "aclItems" | "scheme" | "id" | "path" | "data";

const SESSION_BYTES = 12;
const ACL_ID_BYTES = 8;
const PERMS_BYTES = 4;
const NODE_TAIL_BYTES = 8 + STAT_PERSISTED_BYTES;
const SLASH = 0x2f;

/** What stands behind a snapshot on the wire: "BenWasHere" with its length. */
export const SNAPSHOT_SIGNATURE: Buffer = Buffer.from("\0\0\0\x0aBenWasHere", "latin1");

/**
 * Finds where a snapshot ends that a leader sends: nothing says so in advance. It looks at lengths alone and keeps no
 * bytes. `Stream => sessions nodes "BenWasHere"`, see SnapshotEncoder: what a file has without its header and seals.
 */
export class SnapshotEndFinder {
  #place: Place = "sessionCount";
  /** Bytes to come that say nothing about the end. */
  #skip = 0;
  /** Of the number that is being read, and how much of it has come. */
  #value = 0;
  #valueBytes = 0;
  #aclsLeft = 0;
  #itemsLeft = 0;
  /** The next byte is a whole path, and ends the nodes if it is a slash. */
  #isShortPath = false;
  /** How much of the signature has come; -1 before the nodes have ended. */
  #signed = -1;

  /** The snapshot and its signature are complete. */
  get isDone(): boolean {
    return this.#signed === SNAPSHOT_SIGNATURE.length;
  }

  /**
   * Looks at the next bytes.
   * @returns how many belong to the snapshot, and how many to snapshot and signature.
   * @throws BytesError if this is no snapshot.
   */
  push(chunk: Buffer): { readonly snapshotBytes: number; readonly bytes: number } {
    let at = 0;
    while (at < chunk.length && this.#signed < 0) at = this.#advance(chunk, at);
    const snapshotBytes = at;
    for (; at < chunk.length && !this.isDone; at++) {
      if (chunk[at] !== SNAPSHOT_SIGNATURE[this.#signed]) throw malformed(`it must end with "BenWasHere"`, at);
      this.#signed++;
    }
    return { snapshotBytes, bytes: at };
  }

  /** Reads one number, or part of it; answers where it stopped. */
  #advance(chunk: Buffer, from: number): number {
    const at = Math.min(from + this.#skip, chunk.length);
    this.#skip -= at - from;
    if (at === chunk.length) return at;
    if (this.#isShortPath) {
      this.#isShortPath = false;
      if (chunk[at] === SLASH) this.#signed = 0;
      return at + 1;
    }
    if (this.#valueBytes === 0 && at + 4 <= chunk.length) {
      this.#understand(chunk.readInt32BE(at), at);
      return at + 4;
    }
    this.#value = (this.#value << 8) | chunk[at]!;
    if (++this.#valueBytes === 4) {
      const value = this.#value;
      this.#value = 0;
      this.#valueBytes = 0;
      this.#understand(value, at);
    }
    return at + 1;
  }

  #understand(value: number, offset: number): void {
    switch (this.#place) {
      case "sessionCount":
        this.#skip = count(value, "sessions", offset) * SESSION_BYTES;
        this.#place = "aclCount";
        break;
      case "aclCount":
        this.#aclsLeft = count(value, "ACL lists", offset);
        this.#nextAcl();
        break;
      case "aclItems":
        this.#itemsLeft = count(value, "ACLs", offset);
        this.#nextItem();
        break;
      case "scheme":
        this.#skip = fieldBytes(value, "scheme", offset);
        this.#place = "id";
        break;
      case "id":
        this.#nextItem();
        this.#skip += fieldBytes(value, "id", offset);
        break;
      case "path":
        this.#isShortPath = value === 1;
        this.#skip = value === 1 ? 0 : fieldBytes(value, "path", offset);
        this.#place = "data";
        break;
      case "data":
        this.#skip = fieldBytes(value, "data", offset) + NODE_TAIL_BYTES;
        this.#place = "path";
        break;
    }
  }

  #nextAcl(): void {
    const isLast = this.#aclsLeft-- === 0;
    this.#skip = isLast ? 0 : ACL_ID_BYTES;
    this.#place = isLast ? "path" : "aclItems";
  }

  #nextItem(): void {
    if (this.#itemsLeft-- === 0) return this.#nextAcl();
    this.#skip = PERMS_BYTES;
    this.#place = "scheme";
  }
}

function count(value: number, what: string, offset: number): number {
  if (value < 0) throw malformed(`number of ${what} is ${value}, must be >= 0`, offset);
  return value;
}

function fieldBytes(length: number, field: string, offset: number): number {
  if (length >= -1 && length <= SNAPSHOT_FIELD_BYTES_MAX) return Math.max(0, length);
  throw malformed(`length of ${field} is ${length}, must be -1 to ${SNAPSHOT_FIELD_BYTES_MAX}`, offset);
}

function malformed(why: string, offset: number): BytesError {
  return new BytesError("malformed", `Cannot read snapshot: ${why}`, offset);
}
