import type { SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { readHistory, type ReadHistoryOptions } from "./read-history.ts";
import { DIRECTORY, entryOf, frameOf, logFileOf, putFile, range, simulatedDisk } from "./storage-test-kit.ts";

const EPOCH_1 = 0x1_0000_0000;
const EPOCH_2 = 0x2_0000_0000;

/** A disk with log files (by first zxid) of these zxids, and with snapshot files of these names and sizes. */
async function diskWith(
  logs: readonly number[][],
  snapshots: Readonly<Record<string, number>> = {},
): Promise<SimulatedDisk> {
  const disk = await simulatedDisk();
  for (const zxids of logs) await putFile(disk, `${DIRECTORY}/log.${zxids[0]!.toString(16)}`, logFileOf(zxids));
  for (const [name, sizeBytes] of Object.entries(snapshots))
    await putFile(disk, `${DIRECTORY}/${name}`, Buffer.alloc(sizeBytes));
  return disk;
}

async function zxidsAfter(
  disk: SimulatedDisk,
  after: number,
  to: number,
  changes: Partial<ReadHistoryOptions> = {},
): Promise<number[] | null> {
  const directories = { snapshotDirectory: DIRECTORY, logDirectory: DIRECTORY };
  const entries = await readHistory({ disk, ...directories, after, to, snapshotSizeFactor: 0.33, ...changes });
  for (const { zxid, bytes } of entries ?? []) expect(bytes.equals(entryOf(zxid, bytes.length - 32))).toBe(true);
  return entries?.map(({ zxid }) => zxid) ?? null;
}

describe("readHistory", () => {
  test("reads from the last transaction that the learner can have, over files, to the last one wanted", async () => {
    const disk = await diskWith([range(1, 5), range(6, 9), [10, 11]]);
    expect(await zxidsAfter(disk, 3, 10)).toEqual(range(3, 10));
    expect(await zxidsAfter(disk, 6, 8)).toEqual([6, 7, 8]);
  });

  test("reads on into the next epoch, and begins before a position that has no entry", async () => {
    const disk = await diskWith([[...range(EPOCH_1 + 1, EPOCH_1 + 3), EPOCH_2 + 1, EPOCH_2 + 2]]);
    expect(await zxidsAfter(disk, EPOCH_1 + 7, EPOCH_2 + 2)).toEqual([EPOCH_1 + 3, EPOCH_2 + 1, EPOCH_2 + 2]);
    expect(await zxidsAfter(disk, EPOCH_2, EPOCH_2 + 1)).toEqual([EPOCH_1 + 3, EPOCH_2 + 1]);
    expect(await zxidsAfter(disk, EPOCH_1 + 2, EPOCH_2)).toEqual([EPOCH_1 + 2, EPOCH_1 + 3]);
  });

  test("says so where the logs do not go back so far", async () => {
    expect(await zxidsAfter(await diskWith([]), 3, 10)).toBeNull();
    expect(await zxidsAfter(await diskWith([range(5, 10)]), 3, 10)).toBeNull();
    // A file may be named after an entry that was cut off again.
    const disk = await simulatedDisk();
    await putFile(disk, `${DIRECTORY}/log.3`, logFileOf(range(5, 10)));
    expect(await zxidsAfter(disk, 4, 10)).toBeNull();
    expect(await zxidsAfter(disk, 3, 4)).toBeNull();
  });

  test("says so where a snapshot of a zxid that is in no log tells of a hole between epochs", async () => {
    const logs = [range(EPOCH_1 + 1, EPOCH_1 + 3), range(EPOCH_2 + 1, EPOCH_2 + 4)];
    const snapshot = (zxid: number): Record<string, number> => ({ [`snapshot.${zxid.toString(16)}`]: 100 });
    const read = async (zxid: number): Promise<unknown> =>
      zxidsAfter(await diskWith(logs, snapshot(zxid)), EPOCH_1 + 2, EPOCH_2 + 3);
    expect(await read(EPOCH_1 + 9)).toBeNull();
    expect(await read(EPOCH_2)).toBeNull();
    const all = [EPOCH_1 + 2, EPOCH_1 + 3, EPOCH_2 + 1, EPOCH_2 + 2, EPOCH_2 + 3];
    for (const zxid of [EPOCH_1, EPOCH_1 + 2, EPOCH_1 + 3, EPOCH_2 + 2, EPOCH_2 + 4])
      expect(await read(zxid)).toEqual(all);
  });

  test("says so for more than a part of a snapshot, but never for less than a megabyte", async () => {
    const disk = await simulatedDisk();
    const header = Buffer.from("5a4b4c47000000020000000000000000", "hex");
    const frames = range(1, 40).map((zxid) => frameOf(entryOf(zxid, 50_000)));
    await putFile(disk, `${DIRECTORY}/log.1`, Buffer.concat([header, ...frames]));
    expect(await zxidsAfter(disk, 3, 20)).toHaveLength(18);
    expect(await zxidsAfter(disk, 3, 40)).toBeNull();
    await putFile(disk, `${DIRECTORY}/snapshot.9`, Buffer.alloc(6 * 1024 * 1024));
    expect(await zxidsAfter(disk, 3, 40)).toHaveLength(38);
    expect(await zxidsAfter(disk, 3, 40, { snapshotSizeFactor: 0.2 })).toBeNull();
    expect(await zxidsAfter(disk, 3, 4, { snapshotSizeFactor: -1 })).toBeNull();
  });

  test("fails where a log cannot be read", async () => {
    const disk = await diskWith([range(1, 5)]);
    disk.failNext("read", "ioError");
    await expect(zxidsAfter(disk, 1, 5)).rejects.toThrow();
  });
});
