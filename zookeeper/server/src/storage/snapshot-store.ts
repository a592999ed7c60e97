import { join } from "node:path";
import type { Disk, DiskFile } from "@branta/foundation-runtime";
import { formatZxid, snapshotFileName, snapshotFileZxid } from "@branta/zookeeper-protocol";
import {
  compressChunks,
  decompressChunks,
  GLANCE_BYTES,
  looksComplete,
  type SnapshotCompression,
} from "./compression.ts";
import { type Pace, pacedChunks } from "./paced-chunks.ts";
import type { SnapshotEnd, SnapshotSink, SnapshotSource } from "./snapshot-source.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-stream.ts";
import { StorageError } from "./storage-error.ts";
import type { WarningHook } from "./storage-warning.ts";

/** What is still in the cache is written out this often, so that the end of a large snapshot does not hold up the log's syncs. */
const SYNC_EVERY_BYTES = 8 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
/** How many snapshots are tried before a server gives up (FileSnap.deserialize). */
const RESTORE_TRIES_MAX = 100;

/** One snapshot file. */
export interface SnapshotFile {
  readonly name: string;
  readonly path: string;
  /** From the name: everything up to here is contained. */
  readonly zxid: number;
  readonly compression: SnapshotCompression;
}

/** A snapshot that was just written and is durable. */
export interface WrittenSnapshot {
  readonly name: string;
  readonly path: string;
  readonly zxid: number;
  /** On disk, compressed. */
  readonly sizeBytes: number;
}

/** Where snapshots are kept, and how new ones are written. */
export interface SnapshotStoreOptions {
  readonly disk: Disk;
  /** `<dataDir>/version-2` */
  readonly directory: string;
  readonly compression?: SnapshotCompression;
  readonly onWarning?: WarningHook;
}

/** A snapshot's name until it is complete; not a snapshot's name to Apache, which judges half-written ones by their last bytes. */
export const PREPARED_SNAPSHOT_PREFIX = "prepared-snapshot.";

function extensionOf(compression: SnapshotCompression): string {
  return compression === "" ? "" : `.${compression}`;
}

/** The snapshots in a directory: `snapshot.<zxid>[.gz|.snappy]`, Apache's own. */
export class SnapshotStore {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #compression: SnapshotCompression;
  readonly #onWarning: WarningHook | undefined;

  constructor(options: SnapshotStoreOptions) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#compression = options.compression ?? "";
    this.#onWarning = options.onWarning;
  }

  /** All snapshots, newest first, complete or not. */
  async list(): Promise<SnapshotFile[]> {
    const files: SnapshotFile[] = [];
    for (const name of await this.#disk.list(this.#directory)) {
      const zxid = snapshotFileZxid(name);
      const compression = compressionOf(name);
      if (zxid !== null && compression !== null)
        files.push({ name, path: join(this.#directory, name), zxid, compression });
    }
    return files.toSorted((a, b) => b.zxid - a.zxid);
  }

  /** The newest `count` snapshots that look complete by their first or last bytes, newest first. */
  async findValid(count: number): Promise<SnapshotFile[]> {
    const valid: SnapshotFile[] = [];
    for (const file of await this.list()) {
      if (valid.length === count) break;
      if (await this.#looksComplete(file)) valid.push(file);
    }
    return valid;
  }

  /**
   * Writes a snapshot, durable on return. It grows under another name, a chunk at a time, with a turn for everybody else
   * in between, longer where `pace` says so; only the complete and synced file gets the name.
   */
  async write(zxid: number, source: SnapshotSource, pace?: Pace): Promise<WrittenSnapshot> {
    const name = snapshotFileName(zxid, extensionOf(this.#compression));
    const path = join(this.#directory, name);
    const temporary = join(this.#directory, `${PREPARED_SNAPSHOT_PREFIX}${name.slice("snapshot.".length)}.tmp`);
    let sizeBytes = 0;
    try {
      await using file = await this.#disk.open(temporary, "create");
      const encoded = encodeSnapshot(source);
      const chunks = pace === undefined ? encoded : pacedChunks(encoded, pace);
      sizeBytes = await writeAll(file, compressChunks(this.#compression, chunks));
      await file.sync();
    } catch (error) {
      // A full disk is the usual reason: give back what was taken.
      await this.#disk.remove(temporary).catch(() => undefined);
      throw error;
    }
    await this.#disk.rename(temporary, path);
    await this.#disk.syncDirectory(this.#directory);
    return { name, path, zxid, sizeBytes };
  }

  /** Restores one snapshot. @throws StorageError `corruptSnapshot` */
  async read(file: SnapshotFile, sink: SnapshotSink): Promise<SnapshotEnd> {
    await using opened = await this.#disk.open(file.path, "read");
    try {
      return await decodeSnapshot(decompressChunks(file.compression, readAll(opened)), sink, file.zxid, file.path);
    } catch (error) {
      if (error instanceof StorageError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StorageError("corruptSnapshot", `Cannot restore "${file.path}": ${reason}`, {
        cause: error,
        file: file.path,
      });
    }
  }

  /**
   * Restores the newest snapshot that can be read; null if none even looks complete.
   * @throws StorageError `noValidSnapshot` if some look complete but none can be read.
   */
  async restoreNewest(sink: SnapshotSink): Promise<(SnapshotEnd & { readonly file: SnapshotFile }) | null> {
    const candidates = await this.findValid(RESTORE_TRIES_MAX);
    let lastError: unknown = null;
    for (const file of candidates) {
      try {
        return { ...(await this.read(file, sink)), file };
      } catch (error) {
        lastError = error;
        const message = error instanceof Error ? error.message : String(error);
        const offset = error instanceof StorageError ? (error.offset ?? 0) : 0;
        this.#onWarning?.({ kind: "badSnapshot", message, file: file.path, offset });
      }
    }
    if (candidates.length === 0) return null;
    const newest = formatZxid(candidates[0]!.zxid);
    throw new StorageError(
      "noValidSnapshot",
      `Cannot find a readable snapshot in "${this.#directory}": tried ${candidates.length} from ${newest} down`,
      {
        cause: lastError,
        file: this.#directory,
      },
    );
  }

  /** Removes what writes that were interrupted left behind. No snapshot may be in the making. */
  async removeLeftovers(): Promise<void> {
    for (const name of await this.#disk.list(this.#directory)) {
      if (!name.startsWith(PREPARED_SNAPSHOT_PREFIX)) continue;
      const path = join(this.#directory, name);
      await this.#disk.remove(path);
      this.#onWarning?.({
        kind: "leftover",
        message: `Removed "${path}", which an earlier run did not finish`,
        file: path,
        offset: 0,
      });
    }
  }

  async #looksComplete(file: SnapshotFile): Promise<boolean> {
    await using opened = await this.#disk.open(file.path, "read");
    const sizeBytes = await opened.size();
    const head = Buffer.alloc(Math.min(GLANCE_BYTES, sizeBytes));
    const tail = Buffer.alloc(head.length);
    await opened.read(0, head, 0, head.length);
    await opened.read(sizeBytes - tail.length, tail, 0, tail.length);
    return looksComplete(file.compression, head, tail, sizeBytes);
  }
}

/** Null for what is no snapshot of ours to read, such as the `.tmp` of a Java server that was killed. */
function compressionOf(name: string): SnapshotCompression | null {
  const [, , extension, ...more] = name.split(".");
  if (more.length > 0) return null;
  if (extension === undefined) return "";
  return extension === "gz" || extension === "snappy" ? extension : null;
}

async function writeAll(file: DiskFile, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number> {
  let position = 0;
  let unsynced = 0;
  for await (const chunk of chunks) {
    await file.write(position, chunk, 0, chunk.length);
    position += chunk.length;
    unsynced += chunk.length;
    if (unsynced < SYNC_EVERY_BYTES) continue;
    await file.datasync();
    unsynced = 0;
  }
  return position;
}

async function* readAll(file: DiskFile): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; ;) {
    // A buffer of its own each time: nodes are views into it until the sink has copied them.
    const chunk = Buffer.allocUnsafeSlow(READ_BYTES);
    const got = await file.read(position, chunk, 0, chunk.length);
    if (got === 0) return;
    yield chunk.subarray(0, got);
    position += got;
  }
}
