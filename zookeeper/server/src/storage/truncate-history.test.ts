import type { SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { recover } from "./recover.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { DIRECTORY, logFileOf, putFile, range, RecordingSink, simulatedDisk, sourceOf } from "./storage-test-kit.ts";
import { truncateHistory } from "./truncate-history.ts";

const DIRECTORIES = { snapshotDirectory: DIRECTORY, logDirectory: DIRECTORY };

async function withHistory(snapshots: readonly number[], seed = 1): Promise<SimulatedDisk> {
  const disk = await simulatedDisk(seed);
  const store = new SnapshotStore({ disk, directory: DIRECTORY });
  for (const zxid of snapshots) await store.write(zxid, sourceOf(zxid));
  await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 6), 100));
  await putFile(disk, `${DIRECTORY}/log.7`, logFileOf(range(7, 12), 100));
  return disk;
}

async function historyOf(disk: SimulatedDisk): Promise<number[]> {
  const sink = new RecordingSink();
  const replayed: number[] = [];
  await recover({ disk, ...DIRECTORIES, sink, onEntry: ({ zxid }) => replayed.push(zxid) });
  // The snapshot at n has n nodes below the root: as many as there were transactions.
  return [...range(1, sink.nodes.length - 1), ...replayed];
}

describe("truncateHistory", () => {
  test("forgets what comes after, in snapshots too", async () => {
    const disk = await withHistory([3, 8, 11]);
    await truncateHistory({ disk, ...DIRECTORIES, zxid: 7 });
    disk.crash();
    expect(await disk.list(DIRECTORY)).toEqual(["log.1", "log.7", "snapshot.3"]);
    expect(await historyOf(disk)).toEqual(range(1, 7));
  });

  test("whenever the power fails, what is left is the history up to somewhere, and never ends too early", async () => {
    const ends = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const disk = await withHistory([3, 8, 11], seed);
      disk.crashAfter(seed % 30);
      await truncateHistory({ disk, ...DIRECTORIES, zxid: 4 }).catch(() => undefined);
      disk.crash();
      const history = await historyOf(disk);
      expect(history).toEqual(range(1, history.length));
      ends.add(history.length);
    }
    expect([...ends].toSorted((a, b) => a - b)).toEqual([4, 6, 12]);
  });

  test("refuses to go back to where no snapshot leads, before it has touched anything", async () => {
    const disk = await withHistory([8, 11]);
    const before = await disk.list(DIRECTORY);
    await expect(truncateHistory({ disk, ...DIRECTORIES, zxid: 7 })).rejects.toMatchObject({ code: "noSnapshot" });
    expect(await disk.list(DIRECTORY)).toEqual(before);
  });

  test("needs no log to go back to a snapshot", async () => {
    const disk = await simulatedDisk();
    const store = new SnapshotStore({ disk, directory: DIRECTORY });
    await store.write(3, sourceOf(3));
    await store.write(8, sourceOf(8));
    await truncateHistory({ disk, ...DIRECTORIES, zxid: 3 });
    expect(await disk.list(DIRECTORY)).toEqual(["snapshot.3"]);
    await expect(truncateHistory({ disk, ...DIRECTORIES, zxid: 4 })).rejects.toMatchObject({ code: "noSnapshot" });
  });
});
