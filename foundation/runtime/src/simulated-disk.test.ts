import { describe, expect, test } from "vitest";
import type { DiskFile } from "./disk.ts";
import { SeededRandom } from "./random.ts";
import { SECTOR_BYTES } from "./simulated-content.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

async function diskWithFile(seed: number): Promise<{ disk: SimulatedDisk; file: DiskFile }> {
  const disk = new SimulatedDisk({ random: new SeededRandom(seed) });
  await disk.makeDirectory("/d");
  const file = await disk.open("/d/f", "create");
  await disk.syncDirectory("/d");
  return { disk, file };
}

function fill(sectors: number, byte: number): Buffer {
  return Buffer.alloc(sectors * SECTOR_BYTES, byte);
}

/** The first byte of each sector. */
function sectorsOf(bytes: Buffer): number[] {
  return Array.from({ length: Math.ceil(bytes.length / SECTOR_BYTES) }, (_, sector) => bytes[sector * SECTOR_BYTES]!);
}

describe("SimulatedDisk", () => {
  test("a crash keeps what was synced and any mixture of the sectors written since", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { disk, file } = await diskWithFile(seed);
      await file.write(0, fill(3, 1), 0, 3 * SECTOR_BYTES);
      await file.datasync();
      await file.write(0, fill(2, 2), 0, 2 * SECTOR_BYTES);
      await file.write(SECTOR_BYTES, fill(1, 3), 0, SECTOR_BYTES);
      disk.crash();
      const sectors = sectorsOf(await disk.readWhole("/d/f"));
      expect([1, 2]).toContain(sectors[0]);
      expect([1, 2, 3]).toContain(sectors[1]);
      expect(sectors[2]).toBe(1);
      outcomes.add(sectors.join());
    }
    expect(outcomes.size).toBe(6);
  });

  test("a write that begins during a sync is not part of it", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const { disk, file } = await diskWithFile(seed);
      await file.write(0, fill(1, 1), 0, SECTOR_BYTES);
      const syncing = file.datasync();
      await Promise.all([syncing, file.write(SECTOR_BYTES, fill(1, 2), 0, SECTOR_BYTES)]);
      disk.crash();
      expect((await disk.readWhole("/d/f"))[0]).toBe(1);
    }
  });

  test("names appear after a sync of their directory, and in their order before", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const { disk } = await diskWithFile(seed);
      await disk.rename("/d/f", "/d/g");
      await (await disk.open("/d/h", "create")).close();
      disk.crash();
      outcomes.add((await disk.list("/d")).join());
    }
    expect(outcomes.has("f")).toBe(true);
    expect(outcomes.has("g,h")).toBe(true);
    expect(outcomes.has("h")).toBe(false);
    const { disk } = await diskWithFile(1);
    await disk.remove("/d/f");
    await disk.syncDirectory("/d");
    disk.crash();
    expect(await disk.list("/d")).toEqual([]);
  });

  test("a shortened file may be long again after a crash, but never with other bytes", async () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const { disk, file } = await diskWithFile(seed);
      await file.write(0, fill(2, 1), 0, 2 * SECTOR_BYTES);
      await file.datasync();
      await file.truncate(100);
      disk.crash();
      const bytes = await disk.readWhole("/d/f");
      expect(bytes.every((byte) => byte === 1)).toBe(true);
      lengths.add(bytes.length);
    }
    expect([...lengths].toSorted((a, b) => a - b)).toEqual([100, 1024]);
  });

  test("shortening takes unsynced writes with it", async () => {
    const { disk, file } = await diskWithFile(1);
    await file.write(0, fill(3, 1), 0, 3 * SECTOR_BYTES);
    await file.truncate(SECTOR_BYTES + 10);
    await file.sync();
    disk.crash();
    expect(await disk.readWhole("/d/f")).toEqual(fill(2, 1).subarray(0, SECTOR_BYTES + 10));
  });

  test("after a failed sync the writes it was for are gone for good", async () => {
    const { disk, file } = await diskWithFile(3);
    await file.write(0, fill(1, 1), 0, SECTOR_BYTES);
    disk.failNext("datasync", "ioError");
    await expect(file.datasync()).rejects.toMatchObject({ code: "ioError" });
    await file.datasync();
    expect(await disk.readWhole("/d/f")).toHaveLength(SECTOR_BYTES);
    disk.crash();
    expect(await disk.readWhole("/d/f")).toHaveLength(0);
  });

  test("a full disk takes what fits", async () => {
    const { disk, file } = await diskWithFile(1);
    disk.resize(700);
    await expect(file.write(0, fill(2, 1), 0, 1024)).rejects.toMatchObject({ code: "noSpace" });
    expect(await file.size()).toBe(700);
    expect(await disk.freeBytes("/")).toBe(0);
    await file.write(0, fill(1, 2), 0, SECTOR_BYTES);
  });

  test("a failed write took half, and later operations can be chosen to fail", async () => {
    const { disk, file } = await diskWithFile(1);
    disk.failNext("write", "ioError", 1);
    await file.write(0, fill(1, 1), 0, SECTOR_BYTES);
    await expect(file.write(SECTOR_BYTES, fill(1, 2), 0, SECTOR_BYTES)).rejects.toMatchObject({ code: "ioError" });
    expect(await file.size()).toBe(SECTOR_BYTES + SECTOR_BYTES / 2);
  });

  test("when the power fails everything fails, and old files stay dead after the restart", async () => {
    const { disk, file } = await diskWithFile(1);
    disk.crashAfter(1);
    await file.write(0, fill(1, 1), 0, SECTOR_BYTES);
    await expect(file.datasync()).rejects.toMatchObject({ code: "crashed" });
    await expect(disk.list("/d")).rejects.toMatchObject({ code: "crashed" });
    disk.crash();
    await expect(file.write(0, fill(1, 9), 0, SECTOR_BYTES)).rejects.toMatchObject({ code: "crashed" });
    expect(await disk.list("/d")).toEqual(["f"]);
    expect((await disk.readWhole("/d/f")).includes(9)).toBe(false);
  });

  test("bytes can be damaged unnoticed", async () => {
    const { disk, file } = await diskWithFile(1);
    await file.write(0, fill(1, 1), 0, SECTOR_BYTES);
    await file.sync();
    disk.corrupt("/d/f", 7, Buffer.from([9]));
    expect((await disk.readWhole("/d/f"))[7]).toBe(9);
    disk.crash();
    expect((await disk.readWhole("/d/f"))[7]).toBe(9);
  });
});
