import { execFile } from "node:child_process";
import { open, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServerProcess } from "@branta/tests-kit";

const run = promisify(execFile);

const DISK_MB = 96;
const FILLER = "filler";
/** What fills a disk: large pieces first. */
const PIECES_BYTES = [1024 * 1024, 4096];

/**
 * A file system of its own, in memory, for each server's data: it can be full. It is there for this process and its children
 * only, in a mount namespace of their own (`unshare --mount`).
 */
export class SmallDisks implements AsyncDisposable {
  readonly #servers: readonly ServerProcess[];

  private constructor(servers: readonly ServerProcess[]) {
    this.#servers = servers;
  }

  /** Under the data folders of servers that have not been started. @throws Error in the parent process's mount namespace */
  static async mount(servers: readonly ServerProcess[]): Promise<SmallDisks> {
    // Where the parent has ended, its place is taken by a process that may not be looked at.
    const ofParent = await readlink(`/proc/${process.ppid}/ns/mnt`).catch(() => null);
    if ((await readlink("/proc/self/ns/mnt")) === ofParent) {
      throw new Error(`Cannot mount disks for servers: this process must have been started by "unshare --mount"`);
    }
    for (const { dataFolder } of servers) {
      const myid = await readFile(join(dataFolder, "myid"));
      await run("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", dataFolder]);
      await writeFile(join(dataFolder, "myid"), myid);
    }
    return new SmallDisks(servers);
  }

  /** No further byte goes to the server's disk, until {@link free}. */
  async fill({ dataFolder }: ServerProcess): Promise<void> {
    await using file = await open(join(dataFolder, FILLER), "a");
    for (const bytes of PIECES_BYTES) {
      const piece = Buffer.alloc(bytes);
      for (;;) {
        const written = await file.write(piece).catch((error: NodeJS.ErrnoException) => {
          if (error.code === "ENOSPC") return null;
          throw error;
        });
        if (written === null || written.bytesWritten < bytes) break;
      }
    }
  }

  /** All disks have room again. */
  async free(): Promise<void> {
    for (const { dataFolder } of this.#servers) await rm(join(dataFolder, FILLER), { force: true });
  }

  /** Once no server runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { dataFolder } of this.#servers) await run("umount", ["--lazy", dataFolder]);
  }
}
