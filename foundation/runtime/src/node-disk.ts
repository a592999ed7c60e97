import * as fs from "node:fs";
import { dirname } from "node:path";
import { DiskError } from "./disk-error.ts";
import type { Disk, DiskFile, FileInfo, OpenMode } from "./disk.ts";

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: fs.constants.O_RDONLY,
  write: fs.constants.O_RDWR,
  create: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC,
};

/** Turns one callback call of node:fs into a promise whose rejection says what was tried. */
function call<T>(
  attempt: string,
  path: string,
  run: (done: (error: Error | null, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    run((error, value) => {
      if (error === null) resolve(value);
      else reject(DiskError.from(error, attempt, path));
    });
  });
}

/** The real file system. Plain callbacks instead of node:fs/promises: one promise less for each operation. */
export class NodeDisk implements Disk {
  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const descriptor = await call<number>("open", path, (done) => fs.open(path, FLAGS[mode], 0o644, done));
    return new NodeDiskFile(path, descriptor);
  }

  readWhole(path: string): Promise<Buffer> {
    return call<Buffer>("read", path, (done) => fs.readFile(path, done));
  }

  async info(path: string): Promise<FileInfo | null> {
    try {
      const stats = await call<fs.Stats>("look at", path, (done) => fs.stat(path, done));
      return {
        kind: stats.isDirectory() ? "directory" : "file",
        sizeBytes: stats.size,
        modifiedMs: stats.mtimeMs,
      };
    } catch (error) {
      if (error instanceof DiskError && error.code === "notFound") return null;
      throw error;
    }
  }

  async list(directory: string): Promise<string[]> {
    const names = await call<string[]>("list", directory, (done) => fs.readdir(directory, done));
    return names.toSorted();
  }

  async makeDirectory(path: string): Promise<void> {
    const first = await call<string | undefined>("make directory", path, (done) =>
      fs.mkdir(path, { recursive: true }, done),
    );
    if (first === undefined) return;
    // A new directory is as lasting as its entry in the parent, up to the first one that was there before.
    for (let made = path; made.length >= first.length; made = dirname(made)) await this.syncDirectory(dirname(made));
  }

  async rename(from: string, to: string): Promise<void> {
    await call<void>(`rename to "${to}"`, from, (done) => fs.rename(from, to, (error) => done(error)));
  }

  async remove(path: string): Promise<void> {
    await call<void>("remove", path, (done) => fs.unlink(path, (error) => done(error)));
  }

  async syncDirectory(path: string): Promise<void> {
    const descriptor = await call<number>("open directory", path, (done) => fs.open(path, "r", done));
    try {
      await call<void>("sync directory", path, (done) => fs.fsync(descriptor, (error) => done(error)));
    } finally {
      await call<void>("close directory", path, (done) => fs.close(descriptor, (error) => done(error ?? null)));
    }
  }

  async isWritable(directory: string): Promise<boolean> {
    try {
      const mode = fs.constants.W_OK | fs.constants.X_OK;
      await call<void>("access", directory, (done) => fs.access(directory, mode, (error) => done(error)));
      return true;
    } catch {
      return false;
    }
  }

  async freeBytes(path: string): Promise<number> {
    const stats = await call<fs.StatsFs>("measure free space of", path, (done) => fs.statfs(path, done));
    return stats.bavail * stats.bsize;
  }
}

class NodeDiskFile implements DiskFile {
  readonly path: string;
  readonly #descriptor: number;
  #closed = false;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  async read(position: number, into: Buffer, start: number, end: number): Promise<number> {
    let at = start;
    while (at < end) {
      const got = await this.#readOnce(position + at - start, into, at, end);
      if (got === 0) break;
      at += got;
    }
    return at - start;
  }

  async write(position: number, bytes: Buffer, start: number, end: number): Promise<void> {
    let at = start;
    while (at < end) {
      const wrote = await this.#writeOnce(position + at - start, bytes, at, end);
      // write(2) may take less than it was given, but nothing at all without an error means no progress ever.
      if (wrote === 0) throw new DiskError("ioError", `Cannot write to "${this.path}": no byte was taken`, this.path);
      at += wrote;
    }
  }

  writeNow(position: number, bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const from = at;
      const wrote = this.#callNow(`write ${end - at} bytes to`, () =>
        fs.writeSync(this.#descriptor, bytes, from, end - from, position + from - start),
      );
      if (wrote === 0) throw new DiskError("ioError", `Cannot write to "${this.path}": no byte was taken`, this.path);
      at += wrote;
    }
  }

  datasyncNow(): void {
    this.#callNow("sync the data of", () => fs.fdatasyncSync(this.#descriptor));
  }

  datasync(): Promise<void> {
    return this.#call("sync the data of", (done) => fs.fdatasync(this.#descriptor, (error) => done(error)));
  }

  sync(): Promise<void> {
    return this.#call("sync", (done) => fs.fsync(this.#descriptor, (error) => done(error)));
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#call(`cut to ${sizeBytes} bytes`, (done) =>
      fs.ftruncate(this.#descriptor, sizeBytes, (error) => done(error)),
    );
  }

  async size(): Promise<number> {
    const stats = await this.#call<fs.Stats>("look at", (done) => fs.fstat(this.#descriptor, done));
    return stats.size;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await call<void>("close", this.path, (done) => fs.close(this.#descriptor, (error) => done(error ?? null)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #readOnce(position: number, into: Buffer, at: number, end: number): Promise<number> {
    return this.#call<number>("read", (done) => fs.read(this.#descriptor, into, at, end - at, position, done));
  }

  #writeOnce(position: number, bytes: Buffer, at: number, end: number): Promise<number> {
    return this.#call<number>(`write ${end - at} bytes to`, (done) =>
      fs.write(this.#descriptor, bytes, at, end - at, position, done),
    );
  }

  /** A closed descriptor's number may already belong to another file: it is never handed to the kernel again. */
  #call<T = void>(attempt: string, run: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closedError(attempt));
    return call<T>(attempt, this.path, run);
  }

  #callNow<T>(attempt: string, run: () => T): T {
    if (this.#closed) throw this.#closedError(attempt);
    try {
      return run();
    } catch (error) {
      throw DiskError.from(error as Error, attempt, this.path);
    }
  }

  #closedError(attempt: string): DiskError {
    return new DiskError("closed", `Cannot ${attempt} "${this.path}": the file is closed`, this.path);
  }
}
