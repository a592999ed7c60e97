import { join } from "node:path";
import { adler32, encodeToBuffer } from "@branta/foundation-bytes";
import type { Disk, DiskFile } from "@branta/foundation-runtime";
import { fileHeader, SNAPSHOT_FILE_HEADER } from "@branta/zookeeper-protocol";
import type { SnapshotSink } from "./snapshot-source.ts";
import { PREPARED_SNAPSHOT_PREFIX } from "./snapshot-store.ts";
import { SnapshotFeed } from "./snapshot-stream.ts";

/** As in SnapshotStore: so that the sync at the end is a short one. */
const SYNC_EVERY_BYTES = 8 * 1024 * 1024;
/** "/", which ends every seal. */
const END_PATH = Buffer.from([0, 0, 0, 1, 0x2f]);

/** Where a snapshot goes that comes from a leader. */
export interface ReceivedSnapshotOptions {
  readonly disk: Disk;
  readonly snapshotDirectory: string;
  /** Tells several of them apart. */
  readonly number: number;
  /** Gets the content as it comes. */
  readonly sink: SnapshotSink;
}

/**
 * A leader's snapshot on its way to disk and into a tree at the same time. What comes over the wire is a snapshot file
 * without header and seals, so it is written as it comes. The file's name means nothing until it is installed.
 */
export class ReceivedSnapshot {
  readonly path: string;
  readonly #disk: Disk;
  readonly #file: DiskFile;
  readonly #feed: SnapshotFeed;
  #sizeBytes = 0;
  #unsyncedBytes = 0;
  #adler = 1;

  private constructor(options: ReceivedSnapshotOptions, file: DiskFile) {
    this.#disk = options.disk;
    this.#file = file;
    this.path = file.path;
    this.#feed = new SnapshotFeed(options.sink, 0, file.path);
  }

  /** Begins a file, and the sink. */
  static async create(options: ReceivedSnapshotOptions): Promise<ReceivedSnapshot> {
    const { disk, snapshotDirectory, number } = options;
    const path = join(snapshotDirectory, `${PREPARED_SNAPSHOT_PREFIX}received-${number}.tmp`);
    const snapshot = new ReceivedSnapshot(options, await disk.open(path, "create"));
    await snapshot.write(encodeToBuffer(fileHeader, SNAPSHOT_FILE_HEADER));
    return snapshot;
  }

  /** Takes the next bytes, for itself. One call at a time. @throws StorageError `corruptSnapshot`, DiskError */
  async write(bytes: Buffer): Promise<void> {
    this.#adler = adler32(bytes, this.#adler);
    this.#feed.push(bytes);
    await this.#file.write(this.#sizeBytes, bytes, 0, bytes.length);
    this.#sizeBytes += bytes.length;
    this.#unsyncedBytes += bytes.length;
    if (this.#unsyncedBytes < SYNC_EVERY_BYTES) return;
    this.#unsyncedBytes = 0;
    await this.#file.datasync();
  }

  /**
   * Seals what was written, which must end with the path "/" behind the nodes; the content is durable on return and the
   * sink complete.
   * @throws StorageError `corruptSnapshot` if it is not whole, DiskError
   */
  async complete(): Promise<void> {
    const checksum = Buffer.alloc(8);
    checksum.writeUInt32BE(this.#adler, 4);
    await this.write(Buffer.concat([checksum, END_PATH]));
    this.#feed.finish();
    await this.#file.sync();
    await this.#file.close();
  }

  /** Gives back what an unfinished transfer has taken. */
  async discard(): Promise<void> {
    await this.#file.close();
    await this.#disk.remove(this.path).catch(() => undefined);
  }
}
