import { adler32, Writer } from "@branta/foundation-bytes";
import { type Acl, writeAcls } from "../records/acl.ts";
import { fileHeader, SNAPSHOT_FILE_HEADER } from "./file-header.ts";
import { END_PATH, type SnapshotNode, snapshotNode, type ZxidDigest, zxidDigest } from "./snapshot-records.ts";

/** Entries whose number is known before the first; a Map is one. */
export interface Counted<T> extends Iterable<T> {
  readonly size: number;
}

/** A snapshot as a file, or as a leader sends it to a learner: without header and seals, and nothing after the nodes. */
export type SnapshotForm = "file" | "wire";

const DEFAULT_CHUNK_BYTES = 64 * 1024;

/**
 * Writes a snapshot piece by piece, so that whoever walks the tree can stop after any node and hand over what there is:
 *
 *     encoder.begin(sessions, acls);
 *     for (const node of nodes) {
 *       encoder.node(node);
 *       if (encoder.length >= chunkBytes) await write(encoder.take());
 *     }
 *     encoder.endNodes();
 *     encoder.digest(zxidDigest);
 *     encoder.lastProcessedZxid(zxid);
 *     await write(encoder.take());
 *
 * `Snapshot => FileHeader sessions nodes Seal [ZxidDigest Seal] [lastProcessedZxid:long Seal]` where
 * `sessions => count:int *Session`, `nodes => count:int *AclEntry *Node "/"`, and a `Seal => adler32:long "/"` holds the
 * checksum of all bytes before it.
 */
export class SnapshotEncoder {
  readonly #writer: Writer;
  readonly #form: SnapshotForm;
  #adler = 1;
  /** How much of the writer's bytes is in #adler. */
  #hashed = 0;

  constructor(chunkBytes = DEFAULT_CHUNK_BYTES, form: SnapshotForm = "file") {
    this.#writer = new Writer(chunkBytes);
    this.#form = form;
  }

  /** Bytes that {@link take} would hand over. */
  get length(): number {
    return this.#writer.length;
  }

  /**
   * Must come first, and once.
   *
   * @param sessions session ids and timeouts in ms.
   * @param acls the table of ACLs: every number that nodes will refer to, but for OPEN_ACL_ID.
   */
  begin(sessions: Counted<readonly [bigint, number]>, acls: Counted<readonly [number, readonly Acl[]]>): void {
    const writer = this.#writer;
    if (this.#form === "file") fileHeader.encode(writer, SNAPSHOT_FILE_HEADER);
    writer.int(sessions.size);
    for (const [sessionId, timeOut] of sessions) {
      writer.long(sessionId);
      writer.int(timeOut);
    }
    writer.int(acls.size);
    for (const [aclId, acl] of acls) {
      writer.longNumber(aclId);
      writeAcls(writer, acl);
    }
  }

  /** Parents before children; the root first, with path "". */
  node(node: SnapshotNode): void {
    snapshotNode.encode(this.#writer, node);
  }

  /** Ends the nodes. What is written up to here is a whole snapshot, as servers before 3.6 wrote it. */
  endNodes(): void {
    this.#writer.string(END_PATH);
    this.#seal();
  }

  /** Since 3.6. For files only. */
  digest(digest: ZxidDigest): void {
    zxidDigest.encode(this.#writer, digest);
    this.#seal();
  }

  /** Since 3.9. For files only. */
  lastProcessedZxid(zxid: number): void {
    this.#writer.longNumber(zxid);
    this.#seal();
  }

  /** Hands over what was written since the last time. */
  take(): Buffer {
    this.#hash();
    this.#hashed = 0;
    return this.#writer.detach();
  }

  #seal(): void {
    if (this.#form === "wire") return;
    this.#hash();
    this.#writer.longNumber(this.#adler);
    this.#writer.string(END_PATH);
  }

  #hash(): void {
    if (this.#form === "wire") return;
    const end = this.#writer.length;
    this.#adler = adler32(this.#writer.bytes, this.#adler, this.#hashed, end);
    this.#hashed = end;
  }
}
