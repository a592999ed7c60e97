import { ManualClock, type SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { purge, Purger } from "./purge.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { DIRECTORY, logFileOf, putFile, simulatedDisk, sourceOf } from "./storage-test-kit.ts";

async function diskWith(snapshots: readonly number[], logs: readonly number[]): Promise<SimulatedDisk> {
  const disk = await simulatedDisk();
  const store = new SnapshotStore({ disk, directory: DIRECTORY });
  for (const zxid of snapshots) await store.write(zxid, sourceOf(1));
  for (const zxid of logs) await putFile(disk, `${DIRECTORY}/log.${zxid.toString(16)}`, logFileOf([zxid]));
  return disk;
}

function options(disk: SimulatedDisk, retainCount = 3): Parameters<typeof purge>[0] {
  return { disk, snapshotDirectory: DIRECTORY, logDirectory: DIRECTORY, retainCount };
}

describe("purge", () => {
  test("keeps the newest snapshots and the logs from the one that holds the oldest of them", async () => {
    const disk = await diskWith([1, 3, 5, 7, 9], [1, 2, 4, 6, 8, 15]);
    await putFile(disk, `${DIRECTORY}/log.2.fixed`, Buffer.alloc(0));
    await putFile(disk, `${DIRECTORY}/myid`, Buffer.alloc(0));
    await putFile(disk, `${DIRECTORY}/log.txt`, Buffer.alloc(0));
    const told: string[] = [];
    const removed = await purge({ ...options(disk), onRemoved: (path) => told.push(path) });
    expect(removed).toEqual(
      ["log.1", "log.2", "log.2.fixed", "snapshot.1", "snapshot.3"].map((name) => `${DIRECTORY}/${name}`),
    );
    expect(told).toEqual(removed);
    expect(await disk.list(DIRECTORY)).toEqual([
      "log.4",
      "log.6",
      "log.8",
      "log.f",
      "log.txt",
      "myid",
      "snapshot.5",
      "snapshot.7",
      "snapshot.9",
    ]);
  });

  test("snapshots that are incomplete do not count among those kept", async () => {
    const disk = await diskWith([1, 3, 5, 7], [1]);
    await putFile(disk, `${DIRECTORY}/snapshot.6`, Buffer.from("half"));
    await purge(options(disk));
    expect(await disk.list(DIRECTORY)).toEqual(["log.1", "snapshot.3", "snapshot.5", "snapshot.6", "snapshot.7"]);
  });

  test("with fewer snapshots than to be kept only logs before the oldest go; without any nothing goes", async () => {
    const few = await diskWith([5], [1, 3]);
    expect(await purge(options(few))).toEqual([`${DIRECTORY}/log.1`]);
    const none = await diskWith([], [1, 3]);
    expect(await purge(options(none))).toEqual([]);
  });

  test("refuses to keep fewer than three", async () => {
    await expect(purge(options(await simulatedDisk(), 2))).rejects.toMatchObject({ code: "tooFewToRetain" });
  });
});

describe("Purger", () => {
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 500; turn++) await Promise.resolve();
  };

  test("purges at once and at every interval, whatever goes wrong, until stopped", async () => {
    const disk = await diskWith([1, 3, 5, 7], []);
    const clock = new ManualClock();
    const errors: unknown[] = [];
    const removed: string[] = [];
    {
      using purger = new Purger({
        ...options(disk),
        clock,
        intervalMs: 1000,
        onError: (error) => errors.push(error),
        onRemoved: (path) => removed.push(path),
      });
      purger.start();
      purger.start();
      clock.advance(0);
      await settle();
      expect(removed).toEqual([`${DIRECTORY}/snapshot.1`]);
      disk.failNext("list", "ioError");
      clock.advance(1000);
      await settle();
      expect(errors).toMatchObject([{ code: "ioError" }]);
      await new SnapshotStore({ disk, directory: DIRECTORY }).write(9, sourceOf(1));
      clock.advance(1000);
      await settle();
      expect(removed).toHaveLength(2);
      clock.advance(1000);
    }
    await settle();
    expect(clock.pending).toBe(0);
  });

  test("an interval of zero never purges", async () => {
    const clock = new ManualClock();
    using purger = new Purger({ ...options(await simulatedDisk()), clock, intervalMs: 0, onError: () => undefined });
    purger.start();
    expect(clock.pending).toBe(0);
  });
});
