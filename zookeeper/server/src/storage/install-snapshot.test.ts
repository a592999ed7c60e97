import type { SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { installSnapshot } from "./install-snapshot.ts";
import { ReceivedSnapshot } from "./received-snapshot.ts";
import { recover } from "./recover.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { encodeSnapshot } from "./snapshot-stream.ts";
import { DIRECTORY, logFileOf, putFile, range, RecordingSink, simulatedDisk, sourceOf } from "./storage-test-kit.ts";

const DIRECTORIES = { snapshotDirectory: DIRECTORY, logDirectory: DIRECTORY };

async function receive(disk: SimulatedDisk, nodes: number, sink = new RecordingSink()): Promise<ReceivedSnapshot> {
  const received = await ReceivedSnapshot.create({ disk, snapshotDirectory: DIRECTORY, number: 1, sink });
  for (const chunk of encodeSnapshot(sourceOf(nodes), "wire")) await received.write(chunk);
  await received.complete();
  return received;
}

/** A history of its own: a snapshot before, one after the received one, and a log that goes beyond both. */
async function withHistory(seed = 1): Promise<SimulatedDisk> {
  const disk = await simulatedDisk(seed);
  const store = new SnapshotStore({ disk, directory: DIRECTORY });
  await store.write(3, sourceOf(3));
  await store.write(8, sourceOf(8));
  await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 6)));
  await putFile(disk, `${DIRECTORY}/log.7`, logFileOf(range(7, 12)));
  return disk;
}

async function stateOf(disk: SimulatedDisk): Promise<{ nodes: number; zxid: number; replayed: number[] }> {
  const sink = new RecordingSink();
  const replayed: number[] = [];
  const { lastZxid } = await recover({ disk, ...DIRECTORIES, sink, onEntry: ({ zxid }) => replayed.push(zxid) });
  return { nodes: sink.nodes.length - 1, zxid: lastZxid, replayed };
}

describe("a snapshot that a leader sends", () => {
  test("is decoded as it comes and becomes a file like any other", async () => {
    const disk = await simulatedDisk();
    const sink = new RecordingSink();
    const received = await receive(disk, 5, sink);
    expect(sink).toMatchObject({ ended: true, begun: 1 });
    expect(sink.nodes).toHaveLength(6);
    expect(sink.sessions).toHaveLength(2);
    await installSnapshot({ disk, ...DIRECTORIES, path: received.path, zxid: 0x2_0000_0005 });
    disk.crash();
    expect(await disk.list(DIRECTORY)).toEqual(["snapshot.200000005"]);
    expect(await stateOf(disk)).toEqual({ nodes: 5, zxid: 0x2_0000_0005, replayed: [] });
  });

  test("leaves nothing behind when it breaks off", async () => {
    const disk = await simulatedDisk();
    const sink = new RecordingSink();
    const received = await ReceivedSnapshot.create({ disk, snapshotDirectory: DIRECTORY, number: 1, sink });
    await received.write([...encodeSnapshot(sourceOf(5), "wire")][0]!.subarray(0, 60));
    await expect(received.complete()).rejects.toMatchObject({ code: "corruptSnapshot" });
    await received.discard();
    expect(await disk.list(DIRECTORY)).toEqual([]);
  });

  test("takes the place of every snapshot and log, older and newer", async () => {
    const disk = await withHistory();
    const received = await receive(disk, 5);
    await installSnapshot({ disk, ...DIRECTORIES, path: received.path, zxid: 5 });
    expect(await disk.list(DIRECTORY)).toEqual(["snapshot.5"]);
  });

  test("whenever the power fails, it is the old history or the new snapshot, never something of both", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const disk = await withHistory(seed);
      const received = await receive(disk, 5);
      disk.crashAfter(seed % 20);
      await installSnapshot({ disk, ...DIRECTORIES, path: received.path, zxid: 5 }).catch(() => undefined);
      disk.crash();
      // A second failure while the first one is being put right.
      disk.crashAfter(seed % 7);
      await stateOf(disk).catch(() => undefined);
      disk.crash();
      const { nodes, zxid, replayed } = await stateOf(disk);
      outcomes.add(`${nodes} nodes to ${zxid}, then ${replayed.join()}`);
    }
    expect([...outcomes].toSorted()).toEqual(["5 nodes to 5, then ", "8 nodes to 12, then 9,10,11,12"]);
  });
});
