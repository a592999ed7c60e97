import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { DISK_HARM_FILE, type DiskHarm } from "./disk-harm.ts";

/**
 * Is loaded into a server's process before its own code: fsync and fdatasync do what the file in its working folder says, from
 * when it appears until it is gone. A real disk that is slow keeps who waits for it as long, and tells an error once.
 */

const { fsync, fdatasync, fsyncSync, fdatasyncSync } = fs;

type Done = (error: NodeJS.ErrnoException | null) => void;

function harm(): DiskHarm | null {
  try {
    return JSON.parse(fs.readFileSync(DISK_HARM_FILE, "utf8")) as DiskHarm;
  } catch {
    // Not there, or being written.
    return null;
  }
}

function failure(): NodeJS.ErrnoException {
  return Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO", syscall: "fsync" });
}

function harmed(sync: (descriptor: number, done: Done) => void): typeof sync {
  return (descriptor, done) => {
    const now = harm();
    if (now === null) sync(descriptor, done);
    else if (now.kind === "failing") setImmediate(done, failure());
    else setTimeout(() => sync(descriptor, done), now.delayMs);
  };
}

function harmedNow(sync: (descriptor: number) => void): typeof sync {
  return (descriptor) => {
    const now = harm();
    if (now?.kind === "failing") throw failure();
    if (now !== null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, now.delayMs);
    sync(descriptor);
  };
}

Object.assign(fs, {
  fsync: harmed(fsync),
  fdatasync: harmed(fdatasync),
  fsyncSync: harmedNow(fsyncSync),
  fdatasyncSync: harmedNow(fdatasyncSync),
});
syncBuiltinESMExports();
