import type { SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { readTxnLog, type ReadTxnLogOptions } from "./read-txn-log.ts";
import {
  collectWarnings,
  DIRECTORY,
  entryOf,
  frameOf,
  logFileOf,
  putFile,
  range,
  simulatedDisk,
} from "./storage-test-kit.ts";

const EPOCH_1 = 0x1_0000_0000;

async function zxidsIn(
  disk: SimulatedDisk,
  fromZxid: number,
  changes: Partial<ReadTxnLogOptions> = {},
): Promise<number[]> {
  const zxids: number[] = [];
  for await (const record of readTxnLog({ disk, directory: DIRECTORY, fromZxid, ...changes })) {
    expect(record.bytes.equals(entryOf(record.zxid, record.bytes.length - 32))).toBe(true);
    zxids.push(record.zxid);
  }
  return zxids;
}

/** Log files by name, on a disk of their own. */
async function diskWith(files: Readonly<Record<string, Buffer>>): Promise<SimulatedDisk> {
  const disk = await simulatedDisk();
  for (const [name, content] of Object.entries(files)) await putFile(disk, `${DIRECTORY}/${name}`, content);
  return disk;
}

function damaged(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file);
  copy[at]! ^= 0xff;
  return copy;
}

const FRAME = frameOf(entryOf(1)).length;

describe("readTxnLog", () => {
  test("reads from the last file that begins at or before the zxid wanted", async () => {
    const disk = await diskWith({
      "log.1": Buffer.from("not even looked at"),
      "log.4": logFileOf(range(4, 6)),
      "log.7": logFileOf(range(7, 9)),
    });
    expect(await zxidsIn(disk, 5)).toEqual([5, 6, 7, 8, 9]);
    expect(await zxidsIn(disk, 7)).toEqual([7, 8, 9]);
    expect(await zxidsIn(disk, 5, { toZxid: 7 })).toEqual([5, 6, 7]);
    expect(await zxidsIn(disk, 10)).toEqual([]);
  });

  test("stops at the last zxid wanted even where it is missing", async () => {
    const disk = await diskWith({ "log.1": logFileOf([1, 2, 5]) });
    expect(await zxidsIn(disk, 1, { toZxid: 3 })).toEqual([1, 2]);
  });

  test("begins with the oldest file if all begin later, and leaves other names alone", async () => {
    const disk = await diskWith({
      "log.a": logFileOf(range(10, 11)),
      "log.a.fixed": Buffer.from("x"),
      "log.x": Buffer.from("x"),
      "snapshot.5": Buffer.from("x"),
    });
    expect(await zxidsIn(disk, 3)).toEqual([10, 11]);
  });

  test("no files are no entries", async () => {
    expect(await zxidsIn(await simulatedDisk(), 0)).toEqual([]);
  });

  test("files may end in zeros, at the last byte, in a stub, or be empty altogether", async () => {
    const { warnings, onWarning } = collectWarnings();
    const disk = await diskWith({
      "log.1": logFileOf(range(1, 2), 3_000_000),
      "log.3": logFileOf(range(3, 4)),
      "log.5": logFileOf(range(5, 6), 5),
      "log.7": logFileOf([]),
      "log.8": Buffer.alloc(0),
      "log.9": Buffer.alloc(70_000),
      "log.a": logFileOf([7, 8]),
    });
    expect(await zxidsIn(disk, 1, { onWarning })).toEqual(range(1, 8));
    expect(warnings).toEqual([]);
  });

  test("entries may be larger than the window", async () => {
    const sizes = [10, 1_100_000, 3_000_000, 5, 1_048_576];
    const frames = sizes.map((size, index) => frameOf(entryOf(index + 1, size)));
    const disk = await diskWith({ "log.1": Buffer.concat([logFileOf([]), ...frames, Buffer.alloc(2_000_000)]) });
    expect(await zxidsIn(disk, 1)).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([
    ["cut within its prefix", (file: Buffer) => file.subarray(0, -FRAME + 7)],
    ["cut within its body", (file: Buffer) => file.subarray(0, -9)],
    ["without its last byte", (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.alloc(100)])],
    [
      "of which only the checksum arrived",
      (file: Buffer) => Buffer.concat([file.subarray(0, -FRAME + 8), Buffer.alloc(200)]),
    ],
    ["with a bad checksum", (file: Buffer) => damaged(file, file.length - 30)],
    ["of negative length", (file: Buffer) => damaged(file, file.length - FRAME + 8)],
    [
      "too short for a header",
      (file: Buffer) => Buffer.concat([file.subarray(0, -FRAME), frameOf(Buffer.from("short"))]),
    ],
  ])("an interrupted last entry, %s, ends the log with a warning", async (_, damage) => {
    const { warnings, onWarning } = collectWarnings();
    const disk = await diskWith({ "log.1": damage(logFileOf(range(1, 4))) });
    expect(await zxidsIn(disk, 1, { onWarning })).toEqual([1, 2, 3]);
    expect(warnings).toMatchObject([{ kind: "tornTail", file: `${DIRECTORY}/log.1`, offset: 16 + 3 * FRAME }]);
  });

  test("a damaged entry with readable ones behind it is refused, with its place", async () => {
    const disk = await diskWith({ "log.1": damaged(logFileOf(range(1, 4)), 16 + FRAME + 40) });
    await expect(zxidsIn(disk, 1)).rejects.toMatchObject({
      code: "corruptLog",
      file: `${DIRECTORY}/log.1`,
      offset: 16 + FRAME,
    });
  });

  test("a wiped header with entries behind it is refused", async () => {
    const file = logFileOf(range(1, 4));
    file.fill(0, 0, 16);
    await expect(zxidsIn(await diskWith({ "log.1": file }), 1)).rejects.toMatchObject({
      code: "corruptLog",
      offset: 0,
    });
  });

  test("a file that is no log is refused", async () => {
    const disk = await diskWith({ "log.1": Buffer.from("PK\x03\x04 something else entirely") });
    await expect(zxidsIn(disk, 1)).rejects.toMatchObject({ code: "corruptLog", offset: 0 });
  });

  test("an older file that ends early is good if the next goes on without a gap", async () => {
    const { warnings, onWarning } = collectWarnings();
    const disk = await diskWith({ "log.1": logFileOf(range(1, 4)).subarray(0, -9), "log.4": logFileOf(range(4, 5)) });
    expect(await zxidsIn(disk, 1, { onWarning })).toEqual([1, 2, 3, 4, 5]);
    expect(warnings.map((warning) => warning.kind)).toEqual(["endedEarly"]);
  });

  test("an older file that ends early is good before a new epoch only if its last entry is unfinished", async () => {
    const next = logFileOf(range(EPOCH_1 + 1, EPOCH_1 + 2));
    const unfinished = await diskWith({ "log.1": logFileOf(range(1, 4)).subarray(0, -9), "log.100000001": next });
    expect(await zxidsIn(unfinished, 1)).toEqual([1, 2, 3, EPOCH_1 + 1, EPOCH_1 + 2]);
    const whole = logFileOf(range(1, 4));
    const bad = await diskWith({ "log.1": damaged(whole, whole.length - 30), "log.100000001": next });
    await expect(zxidsIn(bad, 1)).rejects.toMatchObject({ code: "corruptLog", offset: 16 + 3 * FRAME });
  });

  test("an older file that ends early is refused if the next leaves a gap", async () => {
    const disk = await diskWith({ "log.1": logFileOf(range(1, 4)).subarray(0, -9), "log.5": logFileOf(range(5, 6)) });
    await expect(zxidsIn(disk, 1)).rejects.toMatchObject({
      code: "corruptLog",
      file: `${DIRECTORY}/log.1`,
      offset: 16 + 3 * FRAME,
    });
  });

  test("warns of missing zxids within an epoch, and of entries that come twice", async () => {
    const { warnings, onWarning } = collectWarnings();
    const disk = await diskWith({
      "log.1": logFileOf([1, 2, 4, 5]),
      "log.5": logFileOf([5, 6]),
      "log.100000003": logFileOf([EPOCH_1 + 3]),
    });
    expect(await zxidsIn(disk, 1, { onWarning })).toEqual([1, 2, 4, 5, 6, EPOCH_1 + 3]);
    expect(warnings.map((warning) => [warning.kind, warning.offset])).toEqual([
      ["gap", 16 + 2 * FRAME],
      ["outOfOrder", 16],
    ]);
  });

  test("a file that shrinks while it is read ends there", async () => {
    const disk = await diskWith({
      "log.1": Buffer.concat([logFileOf([]), frameOf(entryOf(1, 900_000)), frameOf(entryOf(2, 900_000))]),
    });
    const entries = readTxnLog({ disk, directory: DIRECTORY, fromZxid: 1 });
    expect((await entries.next()).value).toMatchObject({ zxid: 1 });
    await (await disk.open(`${DIRECTORY}/log.1`, "write")).truncate(950_000);
    expect((await entries.next()).done).toBe(true);
  });

  test("a file that loses the zeros at its end while it is read ends there", async () => {
    const log = Buffer.concat([logFileOf([1]), frameOf(entryOf(2, 900_000))]);
    const disk = await diskWith({ "log.1": Buffer.concat([log, Buffer.alloc(3_000_000)]) });
    const entries = readTxnLog({ disk, directory: DIRECTORY, fromZxid: 1 });
    expect((await entries.next()).value).toMatchObject({ zxid: 1 });
    await (await disk.open(`${DIRECTORY}/log.1`, "write")).truncate(log.length);
    expect((await entries.next()).value).toMatchObject({ zxid: 2 });
    expect((await entries.next()).done).toBe(true);
  });
});
