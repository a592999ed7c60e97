import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Disk } from "./disk.ts";
import { NodeDisk } from "./node-disk.ts";
import { SeededRandom } from "./random.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

/** What every disk must do, run against the real one and the simulated one. */
const temporary = await mkdtemp(join(tmpdir(), "disk-test-"));
afterAll(() => rm(temporary, { recursive: true }));

const DISKS: readonly (readonly [string, string, Disk])[] = [
  ["NodeDisk", temporary, new NodeDisk()],
  ["SimulatedDisk", "/", new SimulatedDisk({ random: new SeededRandom(1), capacityBytes: 10_000_000 })],
];

describe.each(DISKS)("%s", (_, root, disk) => {
  test("makes directories with their parents, and lists sorted names", async () => {
    const directory = join(root, "list/a/b");
    await disk.makeDirectory(directory);
    await disk.makeDirectory(directory);
    for (const name of ["y", "x", "z"]) await (await disk.open(join(directory, name), "create")).close();
    expect(await disk.list(directory)).toEqual(["x", "y", "z"]);
    expect(await disk.list(join(root, "list/a"))).toEqual(["b"]);
    expect(await disk.isWritable(directory)).toBe(true);
    expect(await disk.isWritable(join(root, "list/none"))).toBe(false);
  });

  test("reads and writes at positions, within and beyond the file", async () => {
    await disk.makeDirectory(join(root, "rw"));
    const path = join(root, "rw/file");
    await using file = await disk.open(path, "create");
    await file.write(5, Buffer.from("..world.."), 2, 7);
    await file.write(0, Buffer.from("hello"), 0, 5);
    expect(await file.size()).toBe(10);
    const into = Buffer.alloc(8, "-");
    expect(await file.read(6, into, 1, 8)).toBe(4);
    expect(into.toString()).toBe("-orld---");
    expect(await file.read(10, into, 0, 8)).toBe(0);
    await file.write(12, Buffer.from("!"), 0, 1);
    await file.datasync();
    expect(await disk.readWhole(path)).toEqual(Buffer.from("helloworld\0\0!"));
    await file.truncate(3);
    await file.truncate(4);
    await file.sync();
    expect((await disk.readWhole(path)).toString()).toBe("hel\0");
    expect(await disk.info(path)).toMatchObject({ kind: "file", sizeBytes: 4 });
    expect(await disk.info(join(root, "rw"))).toMatchObject({ kind: "directory" });
    expect(await disk.info(join(root, "rw/none"))).toBeNull();
  });

  test("writes and syncs on the spot, as it does in its own time", async () => {
    await disk.makeDirectory(join(root, "now"));
    const path = join(root, "now/file");
    const file = await disk.open(path, "create");
    file.writeNow(3, Buffer.from("..lo!"), 2, 5);
    file.writeNow(0, Buffer.from("hel"), 0, 3);
    file.datasyncNow();
    expect((await disk.readWhole(path)).toString()).toBe("hello!");
    await file.close();
    expect(() => file.writeNow(0, Buffer.from("x"), 0, 1)).toThrow(/the file is closed/);
    expect(() => file.datasyncNow()).toThrow(/the file is closed/);
  });

  test("create empties, write keeps, and both may read", async () => {
    await disk.makeDirectory(join(root, "modes"));
    const path = join(root, "modes/file");
    for (const mode of ["create", "write", "read"] as const) {
      await using file = await disk.open(path, mode);
      if (mode === "create") await file.write(0, Buffer.from("abc"), 0, 3);
      if (mode === "write") await file.write(1, Buffer.from("X"), 0, 1);
      expect(await file.read(0, Buffer.alloc(9), 0, 9)).toBe(3);
    }
    expect((await disk.readWhole(path)).toString()).toBe("aXc");
    await (await disk.open(path, "create")).close();
    expect(await disk.readWhole(path)).toHaveLength(0);
  });

  test("renames over what is there, and removes", async () => {
    const directory = join(root, "names");
    await disk.makeDirectory(directory);
    for (const name of ["a", "b"]) {
      await using file = await disk.open(join(directory, name), "create");
      await file.write(0, Buffer.from(name), 0, 1);
    }
    await disk.rename(join(directory, "a"), join(directory, "b"));
    await disk.syncDirectory(directory);
    expect(await disk.list(directory)).toEqual(["b"]);
    expect((await disk.readWhole(join(directory, "b"))).toString()).toBe("a");
    await disk.remove(join(directory, "b"));
    expect(await disk.list(directory)).toEqual([]);
  });

  test("says what was tried and why it failed", async () => {
    const missing = join(root, "none/file");
    for (const attempt of [
      () => disk.open(missing, "read"),
      () => disk.open(missing, "write"),
      () => disk.open(missing, "create"),
      () => disk.readWhole(missing),
      () => disk.list(missing),
      () => disk.remove(missing),
      () => disk.rename(missing, `${missing}2`),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: "DiskError", code: "notFound", path: missing });
    }
  });

  test("a closed file is of no more use, and may be closed again", async () => {
    await disk.makeDirectory(join(root, "closed"));
    const file = await disk.open(join(root, "closed/file"), "create");
    await file.close();
    await file.close();
    await expect(file.write(0, Buffer.from("x"), 0, 1)).rejects.toMatchObject({ code: "closed" });
    await expect(file.read(0, Buffer.alloc(1), 0, 1)).rejects.toMatchObject({ code: "closed" });
    await expect(file.datasync()).rejects.toMatchObject({ code: "closed" });
    await expect(file.truncate(0)).rejects.toMatchObject({ code: "closed" });
    await expect(file.size()).rejects.toMatchObject({ code: "closed" });
  });

  test("knows how much room there is", async () => {
    expect(await disk.freeBytes(root)).toBeGreaterThan(0);
  });
});
