import { describe, expect, test } from "vitest";
import { truncateLog } from "./cut-log.ts";
import { readTxnLog } from "./read-txn-log.ts";
import { DIRECTORY, logFileOf, putFile, range, simulatedDisk } from "./storage-test-kit.ts";
import type { SimulatedDisk } from "@branta/foundation-runtime";

async function threeFiles(seed = 1): Promise<SimulatedDisk> {
  const disk = await simulatedDisk(seed);
  await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 3), 500));
  await putFile(disk, `${DIRECTORY}/log.4`, logFileOf(range(4, 6), 500));
  await putFile(disk, `${DIRECTORY}/log.7`, logFileOf(range(7, 9), 500));
  return disk;
}

async function zxidsOf(disk: SimulatedDisk): Promise<number[]> {
  const zxids: number[] = [];
  for await (const record of readTxnLog({ disk, directory: DIRECTORY, fromZxid: 0 })) zxids.push(record.zxid);
  return zxids;
}

describe("truncateLog", () => {
  test.each([
    [9, ["log.1", "log.4", "log.7"]],
    [8, ["log.1", "log.4", "log.7"]],
    [6, ["log.1", "log.4"]],
    [5, ["log.1", "log.4"]],
    [4, ["log.1", "log.4"]],
    [3, ["log.1"]],
    [0, []],
  ])("to %d keeps that and nothing later, durably", async (zxid, files) => {
    const disk = await threeFiles();
    await truncateLog({ disk, directory: DIRECTORY, zxid });
    disk.crash();
    expect(await disk.list(DIRECTORY)).toEqual(files);
    expect(await zxidsOf(disk)).toEqual(range(1, zxid));
  });

  test("leaves no zeros that a later entry would have to be read past", async () => {
    const disk = await threeFiles();
    await truncateLog({ disk, directory: DIRECTORY, zxid: 6 });
    expect(await disk.readWhole(`${DIRECTORY}/log.4`)).toEqual(logFileOf(range(4, 6)));
  });

  test("a power failure half way leaves a log without a gap", async () => {
    for (let operations = 0; operations < 20; operations++) {
      const disk = await threeFiles(operations);
      disk.crashAfter(operations);
      await truncateLog({ disk, directory: DIRECTORY, zxid: 2 }).catch(() => undefined);
      disk.crash();
      const zxids = await zxidsOf(disk);
      expect(zxids).toEqual(range(1, zxids.length));
      expect(zxids.length).toBeGreaterThanOrEqual(2);
    }
  });

  test("refuses to truncate behind an entry that cannot be read", async () => {
    const disk = await threeFiles();
    disk.corrupt(`${DIRECTORY}/log.4`, 100, Buffer.from([0xff]));
    await expect(truncateLog({ disk, directory: DIRECTORY, zxid: 6 })).rejects.toMatchObject({
      code: "corruptLog",
      offset: 81,
    });
    expect(await disk.list(DIRECTORY)).toEqual(["log.1", "log.4"]);
  });

  test("refuses when there is no log", async () => {
    await expect(truncateLog({ disk: await simulatedDisk(), directory: DIRECTORY, zxid: 1 })).rejects.toMatchObject({
      code: "noSnapshot",
    });
  });
});
