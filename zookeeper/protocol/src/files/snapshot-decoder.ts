import { BytesError, Reader } from "@branta/foundation-bytes";
import { type Acl, aclCodec } from "../records/acl.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import { checkMagic, FILE_HEADER_BYTES, type FileHeader, fileHeader, SNAPSHOT_MAGIC } from "./file-header.ts";
import {
  type SnapshotAcl,
  type SnapshotNode,
  snapshotNode,
  type SnapshotSession,
  snapshotSession,
  type ZxidDigest,
  zxidDigest,
} from "./snapshot-records.ts";
import { isEndPath, type Measure, measureAcl, measureNode, measureZxidDigest } from "./snapshot-sizes.ts";

/** What a snapshot says, in the order in which it says it. */
export type SnapshotEvent =
  | { readonly type: "header"; readonly header: FileHeader }
  | { readonly type: "session"; readonly session: SnapshotSession }
  | { readonly type: "acl"; readonly entry: SnapshotAcl }
  /** Parents come before children. The data is a view into the chunk it came in. */
  | { readonly type: "node"; readonly node: SnapshotNode }
  /** The nodes are complete and their checksum holds; nothing before this is to be believed. */
  | { readonly type: "sealed" }
  /** Its own checksum holds as well. */
  | { readonly type: "digest"; readonly digest: ZxidDigest }
  /** Its own checksum holds as well. */
  | { readonly type: "lastProcessedZxid"; readonly zxid: number };

/** What comes next in the stream. */
type Stage =
  | "header"
  | "sessionCount"
  | "session"
  | "aclCount"
  | "aclHead"
  | "acl"
  | "node"
  | "seal"
  | "afterNodes"
  | "digest"
  | "digestSeal"
  | "afterDigest"
  | "lastProcessedZxid"
  | "lastSeal"
  | "done";

const SEAL_BYTES = 13;

const MEASURES: { readonly [S in Stage]: Measure } = {
  header: () => FILE_HEADER_BYTES,
  sessionCount: () => 4,
  session: () => 12,
  aclCount: () => 4,
  aclHead: () => 12,
  acl: measureAcl,
  node: measureNode,
  seal: () => SEAL_BYTES,
  // Enough to tell a digest, whose version comes after eight bytes, from the seal of a last zxid.
  afterNodes: () => 12,
  digest: measureZxidDigest,
  digestSeal: () => SEAL_BYTES,
  afterDigest: () => 1,
  lastProcessedZxid: () => 8,
  lastSeal: () => SEAL_BYTES,
  done: (_bytes, _at, available) => available,
};

/** Stages at which a snapshot may end. */
const ENDS: ReadonlySet<Stage> = new Set(["afterNodes", "afterDigest", "done"]);

/**
 * Reads a snapshot from chunks of any size and holds no more than the record that is being read, so that a snapshot
 * may be larger than memory. The grammar is with SnapshotEncoder.
 */
export class SnapshotDecoder {
  readonly #input = new ChunkQueue();
  readonly #reader = new Reader(Buffer.alloc(0));
  #stage: Stage = "header";
  /** Bytes without which another look at the input is no use. */
  #wanted = 1;
  /** How many records of the current list are still to come. */
  #left = 0;
  #aclsLeft = 0;
  #aclId = 0;
  #acl: Acl[] = [];
  #digest: ZxidDigest = { zxid: 0, digestVersion: 0, digest: 0n };
  #zxid = 0;

  /** What to do with a whole record at each stage, and which stage comes next. */
  readonly #steps: { readonly [S in Stage]: (events: SnapshotEvent[]) => Stage } = {
    header: (events) => {
      const header = fileHeader.decode(this.#reader);
      checkMagic(header, SNAPSHOT_MAGIC);
      events.push({ type: "header", header });
      return "sessionCount";
    },
    sessionCount: () => {
      this.#left = this.#count("sessions");
      return this.#left > 0 ? "session" : "aclCount";
    },
    session: (events) => {
      events.push({ type: "session", session: snapshotSession.decode(this.#reader) });
      return --this.#left > 0 ? "session" : "aclCount";
    },
    aclCount: () => {
      this.#left = this.#count("ACL lists");
      return this.#left > 0 ? "aclHead" : "node";
    },
    aclHead: (events) => {
      this.#aclId = this.#reader.longNumber();
      this.#aclsLeft = this.#count("ACLs");
      this.#acl = [];
      return this.#aclsLeft > 0 ? "acl" : this.#endAcl(events);
    },
    acl: (events) => {
      this.#acl.push(aclCodec.decode(this.#reader));
      return --this.#aclsLeft > 0 ? "acl" : this.#endAcl(events);
    },
    node: (events) => {
      if (isEndPath(this.#reader.bytes, this.#reader.offset)) {
        this.#reader.skip(5);
        return "seal";
      }
      events.push({ type: "node", node: snapshotNode.decode(this.#reader) });
      return "node";
    },
    seal: (events) => {
      this.#seal();
      events.push({ type: "sealed" });
      return "afterNodes";
    },
    // With digests switched off the last zxid follows at once, and the high half of its checksum is zero.
    afterNodes: () => (this.#reader.bytes.readInt32BE(this.#reader.offset + 8) === 0 ? "lastProcessedZxid" : "digest"),
    digest: () => {
      this.#digest = zxidDigest.decode(this.#reader);
      return "digestSeal";
    },
    digestSeal: (events) => {
      this.#seal();
      events.push({ type: "digest", digest: this.#digest });
      return "afterDigest";
    },
    afterDigest: () => "lastProcessedZxid",
    lastProcessedZxid: () => {
      this.#zxid = this.#reader.longNumber();
      return "lastSeal";
    },
    lastSeal: (events) => {
      this.#seal();
      events.push({ type: "lastProcessedZxid", zxid: this.#zxid });
      return "done";
    },
    // A later version may have more to say; all that we know of is complete.
    done: () => {
      this.#reader.skip(this.#reader.remaining);
      return "done";
    },
  };

  /** Takes the next bytes; answers what became complete with them. @throws BytesError if they are no snapshot. */
  push(chunk: Buffer): SnapshotEvent[] {
    const events: SnapshotEvent[] = [];
    this.#input.push(chunk);
    try {
      while (this.#input.gather(this.#wanted)) this.#advance(events);
    } catch (error) {
      throw error instanceof BytesError ? this.#located(error) : error;
    }
    return events;
  }

  /** Says that there are no more bytes. @throws BytesError "truncated" if there should be. */
  finish(): void {
    if (ENDS.has(this.#stage) && this.#input.length === 0) return;
    const at = this.#input.consumed;
    throw new BytesError("truncated", `Cannot read snapshot: it ends at ${at}, where "${this.#stage}" must follow`, at);
  }

  /** Reads one record, or finds out how many bytes it takes to. */
  #advance(events: SnapshotEvent[]): void {
    const { front, at } = this.#input;
    const available = front.length - at;
    const size = MEASURES[this.#stage](front, at, available);
    if (size > available) {
      this.#wanted = size;
      return;
    }
    this.#reader.reset(front, at, at + size);
    this.#stage = this.#steps[this.#stage](events);
    this.#input.advance(this.#reader.offset - at);
    this.#wanted = 1;
  }

  #endAcl(events: SnapshotEvent[]): Stage {
    events.push({ type: "acl", entry: { aclId: this.#aclId, acl: this.#acl } });
    return --this.#left > 0 ? "aclHead" : "node";
  }

  #count(what: string): number {
    const count = this.#reader.int();
    if (count < 0) this.#fail(`number of ${what} is ${count}, must be >= 0`);
    return count;
  }

  #seal(): void {
    const sum = this.#input.checksum;
    const high = this.#reader.int();
    const low = this.#reader.int() >>> 0;
    if (high !== 0 || low !== sum) {
      this.#fail(`Adler-32 of all before is 0x${sum.toString(16)}, which is not the one in the seal`);
    }
    if (!isEndPath(this.#reader.bytes, this.#reader.offset)) this.#fail(`a seal must end with path "/"`);
    this.#reader.skip(5);
  }

  #fail(why: string): never {
    throw new BytesError("malformed", why, this.#reader.offset);
  }

  /** The same error with its place in the snapshot instead of that in a chunk. */
  #located(error: BytesError): BytesError {
    const offset = this.#input.consumed + error.offset - this.#input.at;
    return new BytesError(error.code, `Cannot read snapshot at ${offset}: ${error.message}`, offset);
  }
}
