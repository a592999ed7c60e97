import { gzipSync } from "node:zlib";
import type { SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import type { SnapshotDigest, SnapshotSource } from "./snapshot-source.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { encodeSnapshot } from "./snapshot-stream.ts";
import {
  collectWarnings,
  DIRECTORY,
  nodeOf,
  putFile,
  range,
  RecordingSink,
  simulatedDisk,
  sourceOf,
} from "./storage-test-kit.ts";

const METHODS = ["", "gz", "snappy"] as const;

/** The bytes of an uncompressed snapshot. */
function encoded(source: SnapshotSource): Buffer {
  return Buffer.concat([...encodeSnapshot(source)]);
}

async function writeSnapshots(disk: SimulatedDisk, zxids: readonly number[]): Promise<SnapshotStore> {
  const store = new SnapshotStore({ disk, directory: DIRECTORY });
  for (const zxid of zxids) await store.write(zxid, sourceOf(zxid));
  return store;
}

describe("SnapshotStore", () => {
  test.each(METHODS)("brings back what was written (compression %j)", async (compression) => {
    const disk = await simulatedDisk();
    const store = new SnapshotStore({ disk, directory: DIRECTORY, compression });
    const large = Buffer.alloc(700_000, "large ");
    const nodes = [
      nodeOf("", null),
      ...range(1, 3000).map((index) => nodeOf(`/n${index}`, Buffer.from(`data ${index}`))),
      nodeOf("/z", large),
    ];
    const written = await store.write(0xab, sourceOf(0, { nodes: () => nodes }));
    const name = `snapshot.ab${compression === "" ? "" : `.${compression}`}`;
    expect(written).toMatchObject({ name, path: `${DIRECTORY}/${name}`, zxid: 0xab });
    expect((await disk.info(written.path))?.sizeBytes).toBe(written.sizeBytes);
    const sink = new RecordingSink();
    const end = await store.restoreNewest(sink);
    expect(end).toMatchObject({
      zxid: 0xab,
      zxidDigest: { zxid: 77, version: 2, digest: -123456789012345n },
      lastProcessedZxid: 78,
    });
    expect(sink.sessions).toEqual([
      [0x1000_0000_0000_0001n, 4000],
      [-5n, 30_000],
    ]);
    expect(sink.acls).toEqual([[1, [{ perms: 31, id: { scheme: "world", id: "anyone" } }]]]);
    expect(sink.nodes).toHaveLength(nodes.length);
    expect(sink.nodes.slice(0, 50)).toEqual(nodes.slice(0, 50));
    expect(sink.nodes.at(-1)!.data!.equals(large)).toBe(true);
  });

  test("reads the layouts of servers before 3.9 and before 3.6", async () => {
    const store = new SnapshotStore({ disk: await simulatedDisk(), directory: DIRECTORY });
    await store.write(1, sourceOf(2, { lastProcessedZxid: () => null }));
    expect(await store.restoreNewest(new RecordingSink())).toMatchObject({
      zxidDigest: { zxid: 77 },
      lastProcessedZxid: null,
    });
    await store.write(2, sourceOf(2, { zxidDigest: () => null, lastProcessedZxid: () => null }));
    expect(await store.restoreNewest(new RecordingSink())).toMatchObject({ zxidDigest: null, lastProcessedZxid: null });
    await store.write(3, sourceOf(2, { zxidDigest: () => null }));
    expect(await store.restoreNewest(new RecordingSink())).toMatchObject({ zxidDigest: null, lastProcessedZxid: 78 });
    await store.write(4, sourceOf(2, { zxidDigest: () => ({ zxid: 0, version: 2, digest: 0n }) }));
    expect(await store.restoreNewest(new RecordingSink())).toMatchObject({ zxidDigest: null, lastProcessedZxid: 78 });
  });

  test("pulls from the source no faster than it writes, and asks for the digest last", async () => {
    const disk = await simulatedDisk();
    const store = new SnapshotStore({ disk, directory: DIRECTORY });
    const progress = { pulled: 0 };
    function* nodes(): Generator<ReturnType<typeof nodeOf>> {
      yield nodeOf("", null);
      for (; progress.pulled < 2000; progress.pulled++) yield nodeOf(`/n${progress.pulled}`, Buffer.alloc(1000));
    }
    const zxidDigest = (): SnapshotDigest => ({ zxid: progress.pulled, version: 2, digest: 0n });
    const writing = store.write(1, sourceOf(0, { nodes, zxidDigest }));
    const pulledAtTurn: number[] = [];
    for (let turn = 0; turn < 10_000 && progress.pulled < 2000; turn++) {
      pulledAtTurn.push(progress.pulled);
      await Promise.resolve();
    }
    await writing;
    const steps = pulledAtTurn.slice(1).map((count, index) => count - pulledAtTurn[index]!);
    expect(Math.max(...steps)).toBeLessThan(260);
    expect(await store.restoreNewest(new RecordingSink())).toMatchObject({ zxidDigest: { zxid: 2000 } });
  });

  test("a large snapshot is synced as it grows", async () => {
    const disk = await simulatedDisk();
    const store = new SnapshotStore({ disk, directory: DIRECTORY });
    const nodes = [
      nodeOf("", null),
      ...range(1, 20).map((index) => nodeOf(`/n${index}`, Buffer.alloc(500_000, index))),
    ];
    disk.failNext("datasync", "ioError");
    await expect(store.write(1, sourceOf(0, { nodes: () => nodes }))).rejects.toMatchObject({ code: "ioError" });
    await store.write(1, sourceOf(0, { nodes: () => nodes }));
    expect((await store.read((await store.list())[0]!, new RecordingSink())).zxid).toBe(1);
  });

  test("lists by zxid, newest first, and only what has a snapshot's name", async () => {
    const disk = await simulatedDisk();
    for (const name of [
      "snapshot.9",
      "snapshot.10.gz",
      "snapshot.f.snappy",
      "snapshot.20.tmp",
      "snapshot.21.gz.bak",
      "snapshot.x",
      "log.30",
    ]) {
      await putFile(disk, `${DIRECTORY}/${name}`, Buffer.alloc(1));
    }
    const store = new SnapshotStore({ disk, directory: DIRECTORY });
    expect((await store.list()).map((file) => [file.name, file.zxid, file.compression])).toEqual([
      ["snapshot.10.gz", 16, "gz"],
      ["snapshot.f.snappy", 15, "snappy"],
      ["snapshot.9", 9, ""],
    ]);
  });

  test("passes over files that are obviously incomplete", async () => {
    const disk = await simulatedDisk();
    const store = await writeSnapshots(disk, [1, 2, 3]);
    const whole = encoded(sourceOf(5));
    await putFile(disk, `${DIRECTORY}/snapshot.4`, whole.subarray(0, -3));
    await putFile(disk, `${DIRECTORY}/snapshot.5`, Buffer.alloc(0));
    await putFile(disk, `${DIRECTORY}/snapshot.6.gz`, Buffer.from([0x1f]));
    await putFile(disk, `${DIRECTORY}/snapshot.7.snappy`, Buffer.from("no magic here"));
    await putFile(disk, `${DIRECTORY}/snapshot.8`, Buffer.from([0, 0, 0, 1, 0x2f]));
    expect((await store.findValid(2)).map((file) => file.zxid)).toEqual([3, 2]);
    expect((await store.findValid(9)).map((file) => file.zxid)).toEqual([3, 2, 1]);
    expect(await store.restoreNewest(new RecordingSink())).toMatchObject({ zxid: 3 });
  });

  test("any damage to a snapshot is found, and the older one used", async () => {
    const whole = encoded(sourceOf(3));
    for (let at = 0; at < whole.length; at += 7) {
      const disk = await simulatedDisk();
      const { warnings, onWarning } = collectWarnings();
      await writeSnapshots(disk, [1]);
      const bad = Buffer.from(whole);
      bad[at]! ^= 0x10;
      await putFile(disk, `${DIRECTORY}/snapshot.2`, bad);
      const store = new SnapshotStore({ disk, directory: DIRECTORY, onWarning });
      const sink = new RecordingSink();
      const end = await store.restoreNewest(sink);
      // The version and the database id of the header count for nothing; the end is judged at a glance.
      expect(end?.zxid, `damage at ${at}`).toBe(1);
      expect(sink.nodes).toHaveLength(2);
      expect(warnings.every((warning) => warning.kind === "badSnapshot" && warning.file.endsWith("snapshot.2"))).toBe(
        true,
      );
    }
  });

  test.each(["gz", "snappy"] as const)(
    "a damaged or shortened %s file is refused, not waited for",
    async (compression) => {
      const disk = await simulatedDisk();
      const store = new SnapshotStore({ disk, directory: DIRECTORY, compression });
      const { path } = await store.write(5, sourceOf(500));
      const whole = await disk.readWhole(path);
      for (const bad of [
        whole.subarray(0, -10),
        whole.subarray(0, 20),
        Buffer.concat([whole.subarray(0, 40), Buffer.alloc(10, 0xff), whole.subarray(50)]),
      ]) {
        await putFile(disk, path, bad);
        await expect(store.restoreNewest(new RecordingSink())).rejects.toMatchObject({
          code: "noValidSnapshot",
          cause: { code: "corruptSnapshot" },
        });
      }
      await putFile(disk, `${DIRECTORY}/snapshot.6.gz`, gzipSync(Buffer.from("something else")));
      const { warnings, onWarning } = collectWarnings();
      await putFile(disk, path, whole);
      const end = await new SnapshotStore({ disk, directory: DIRECTORY, onWarning }).restoreNewest(new RecordingSink());
      expect(end?.zxid).toBe(5);
      expect(warnings).toHaveLength(1);
    },
  );

  test("a sink that refuses a node makes the snapshot unusable", async () => {
    const store = await writeSnapshots(await simulatedDisk(), [1]);
    const sink = new RecordingSink();
    sink.node = () => {
      throw new Error("no parent");
    };
    await expect(store.restoreNewest(sink)).rejects.toMatchObject({ code: "noValidSnapshot" });
  });

  test("a full disk gives back what the unfinished snapshot took", async () => {
    const disk = await simulatedDisk();
    const store = await writeSnapshots(disk, [1]);
    disk.resize(10_000);
    await expect(store.write(2, sourceOf(2000))).rejects.toMatchObject({ code: "noSpace" });
    expect(await disk.list(DIRECTORY)).toEqual(["snapshot.1"]);
  });

  test("whatever the moment of a power failure, there is a snapshot that can be read, and it is durable once written", async () => {
    for (let operations = 0; operations < 12; operations++) {
      for (let seed = 0; seed < 10; seed++) {
        const disk = await simulatedDisk(seed);
        const store = await writeSnapshots(disk, [1]);
        disk.crashAfter(operations);
        const written = await store.write(2, sourceOf(40)).then(
          () => true,
          () => false,
        );
        disk.crash();
        const { warnings, onWarning } = collectWarnings();
        const again = new SnapshotStore({ disk, directory: DIRECTORY, onWarning });
        await again.removeLeftovers();
        const end = await again.restoreNewest(new RecordingSink());
        expect([1, 2]).toContain(end?.zxid);
        if (written) expect(end?.zxid).toBe(2);
        expect(warnings.filter((warning) => warning.kind !== "leftover")).toEqual([]);
        expect((await disk.list(DIRECTORY)).filter((name) => !name.startsWith("snapshot."))).toEqual([]);
      }
    }
  });
});
