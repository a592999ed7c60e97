import { join } from "node:path";
import { NodeDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import {
  DIRECTORY,
  entryOf,
  frameOf,
  logFileOf,
  putFile,
  simulatedDisk,
  temporaryDirectory,
} from "./storage-test-kit.ts";
import { inspectTail, type Tail, TORN_WINDOW_BYTES } from "./torn-tail.ts";

const PATH = `${DIRECTORY}/log.1`;

/** Entries of 700 bytes without a zero sector of their own, so that each frame spans more than one sector. */
function file(count: number): { bytes: Buffer; offsets: number[] } {
  const offsets: number[] = [];
  const parts = [logFileOf([])];
  let at = 16;
  for (let zxid = 1; zxid <= count; zxid++) {
    const entry = Buffer.alloc(1400, 0x55);
    entryOf(zxid, 0).copy(entry);
    const frame = frameOf(entry);
    offsets.push(at);
    at += frame.length;
    parts.push(frame);
  }
  return { bytes: Buffer.concat(parts), offsets };
}

async function tailOf(bytes: Buffer, offset: number, lastZxid: number): Promise<Tail> {
  const disk = await simulatedDisk();
  await putFile(disk, PATH, bytes);
  return inspectTail(disk, PATH, offset, lastZxid);
}

describe("inspectTail", () => {
  test("nothing readable behind: torn, and the length without zeros", async () => {
    const { bytes, offsets } = file(3);
    const cut = Buffer.concat([bytes.subarray(0, offsets[2]! + 100), Buffer.alloc(1000)]);
    expect(await tailOf(cut, offsets[2]!, 2)).toEqual({ verdict: "torn", bytes: 100, readableAt: null });
  });

  test("readable behind, and no sector is missing: corrupt", async () => {
    const { bytes, offsets } = file(4);
    bytes[offsets[1]! + 700]! ^= 1;
    expect(await tailOf(bytes, offsets[1]!, 1)).toMatchObject({ verdict: "corrupt", readableAt: offsets[2] });
  });

  test("readable behind, and a sector of the bad entry never arrived: torn", async () => {
    const { bytes, offsets } = file(4);
    const sector = Math.ceil(offsets[1]! / 512) * 512;
    bytes.fill(0, sector, sector + 512);
    expect(await tailOf(bytes, offsets[1]!, 1)).toMatchObject({ verdict: "torn", readableAt: offsets[2] });
  });

  test("a lost sector that began with the end of the entry before counts from the bad entry on", async () => {
    const { bytes, offsets } = file(4);
    bytes.fill(0, offsets[1]!, Math.ceil(offsets[1]! / 512) * 512);
    expect(await tailOf(bytes, offsets[1]!, 1)).toMatchObject({ verdict: "torn" });
  });

  test("a lost sector may hold the first zeros of the entry that can be read: torn", async () => {
    const entry = (zxid: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length, 0x55);
      entryOf(zxid, 0).copy(bytes);
      return frameOf(bytes);
    };
    const first = Buffer.concat([logFileOf([]), entry(1, 1400)]);
    const bytes = Buffer.concat([first, entry(2, 604), entry(3, 1400)]);
    // The third entry begins two bytes before the end of the sector that was lost.
    expect(first.length + 604 + 13).toBe(4 * 512 - 2);
    bytes.fill(0, 3 * 512, 4 * 512);
    expect(await tailOf(bytes, first.length, 1)).toMatchObject({ verdict: "torn", readableAt: 4 * 512 - 2 });
  });

  test("two bad entries, of which only the first lost a sector: corrupt", async () => {
    const { bytes, offsets } = file(6);
    const sector = Math.ceil(offsets[1]! / 512) * 512;
    bytes.fill(0, sector, sector + 512);
    bytes[offsets[4]! + 700]! ^= 1;
    expect(await tailOf(bytes, offsets[1]!, 1)).toMatchObject({ verdict: "corrupt" });
  });

  test("older entries do not count as readable", async () => {
    const { bytes, offsets } = file(4);
    expect(await tailOf(bytes, offsets[1]! + 1, 9)).toMatchObject({ verdict: "torn", readableAt: null });
  });

  test("anything further behind than one write may reach: corrupt", async () => {
    const { bytes, offsets } = file(2);
    const far = offsets[1]! + TORN_WINDOW_BYTES;
    bytes[offsets[1]! + 700]! ^= 1;
    await using directory = await temporaryDirectory();
    const disk = new NodeDisk();
    const path = join(directory.path, "log.1");
    await using opened = await disk.open(path, "create");
    await opened.write(0, bytes, 0, bytes.length);
    await opened.write(far, Buffer.from([1]), 0, 1);
    expect(await inspectTail(disk, path, offsets[1]!, 1)).toMatchObject({ verdict: "corrupt", readableAt: null });
    await opened.write(far, Buffer.from([0]), 0, 1);
    expect(await inspectTail(disk, path, offsets[1]!, 1)).toMatchObject({ verdict: "torn" });
  });
});
