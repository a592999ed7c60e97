import { DiskError, ManualClock, SeededRandom, SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { GroupCommitLog, type GroupCommitOptions } from "./group-commit-log.ts";

const HEADER = Buffer.from("HEAD");

interface Harness {
  readonly disk: SimulatedDisk;
  readonly durable: number[];
  readonly fatal: Error[];
  readonly options: GroupCommitOptions;
}

async function harness(seed: number, changes: Partial<GroupCommitOptions> = {}): Promise<Harness> {
  const random = new SeededRandom(`delays ${seed}`);
  // Half of the disks are so uneven that a background write can come after several later ones.
  const turnsMax = seed % 2 === 0 ? 4 : 60;
  const delay = async (): Promise<void> => {
    for (let turns = random.below(turnsMax); turns > 0; turns--) await Promise.resolve();
  };
  const disk = new SimulatedDisk({ random: new SeededRandom(seed), delay });
  await disk.makeDirectory("/log");
  const durable: number[] = [];
  const fatal: Error[] = [];
  const options: GroupCommitOptions = {
    disk,
    clock: new ManualClock(),
    directory: "/log",
    nameOf: (tag) => `log.${tag}`,
    temporaryName: "next.tmp",
    header: HEADER,
    fillAheadBytes: 256,
    sizeLimitBytes: 0,
    maxPendingBytes: 4096,
    datasync: true,
    onDurable: (tag) => durable.push(tag),
    onFatal: (error) => fatal.push(error),
    ...changes,
  };
  return { disk, durable, fatal, options };
}

/** A record of four bytes, never zero, so that it can be told from the fill. */
function record(tag: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(tag | 0x4000_0000);
  return bytes;
}

/** All tags in a directory, segment by segment, up to the first zero of each. */
async function tagsIn(disk: SimulatedDisk): Promise<number[]> {
  const tags: number[] = [];
  const names = (await disk.list("/log")).filter((name) => name.startsWith("log."));
  for (const name of names.toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)))) {
    const bytes = await disk.readWhole(`/log/${name}`);
    expect(bytes.subarray(0, 4)).toEqual(HEADER);
    for (let at = 4; at + 4 <= bytes.length; at += 4) {
      const value = bytes.readInt32BE(at);
      if (value === 0) break;
      tags.push(value & 0x3fff_ffff);
    }
  }
  return tags;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe("GroupCommitLog", () => {
  test("shares one sync among everything appended in a turn and reports the last tag", async () => {
    let syncs = 0;
    const { disk, durable, options } = await harness(1, { onSync: () => syncs++ });
    const log = await GroupCommitLog.open(options);
    for (const tag of upTo(20)) expect(log.append(tag, record(tag))).toBe(true);
    expect(log.pendingBytes).toBe(80);
    await log.flush();
    expect(durable).toEqual([20]);
    expect(syncs).toBe(1);
    expect(log.pendingBytes).toBe(0);
    expect(log.durableTag).toBe(20);
    await log.close();
    expect(await tagsIn(disk)).toEqual(upTo(20));
  });

  test("names a segment only when it holds a durable record, and cuts the zeros off when it is done", async () => {
    const { disk, options } = await harness(2);
    const log = await GroupCommitLog.open(options);
    expect(await disk.list("/log")).toEqual(["next.tmp"]);
    log.append(7, record(7));
    await log.flush();
    expect(await disk.list("/log")).toContain("log.7");
    expect((await disk.readWhole("/log/log.7")).length).toBe(256);
    await log.close();
    expect(await disk.list("/log")).toEqual(["log.7"]);
    expect((await disk.readWhole("/log/log.7")).length).toBe(8);
  });

  test("closing a log that was never written leaves nothing behind, and closing twice is harmless", async () => {
    const { disk, options } = await harness(3);
    const log = await GroupCommitLog.open(options);
    await log.close();
    await log.close();
    expect(await disk.list("/log")).toEqual([]);
    expect(() => log.append(1, record(1))).toThrow(expect.objectContaining({ code: "closed" }));
  });

  test("rolls between records: what was appended before goes to the old file", async () => {
    const { disk, durable, options } = await harness(4);
    const log = await GroupCommitLog.open(options);
    log.roll();
    for (const tag of upTo(9)) {
      log.append(tag, record(tag));
      if (tag % 3 === 0) log.roll();
    }
    log.roll();
    await log.flush();
    expect((await disk.list("/log")).filter((name) => name.startsWith("log."))).toEqual(["log.1", "log.4", "log.7"]);
    expect(durable).toEqual([3, 6, 9]);
    await log.close();
    expect(await tagsIn(disk)).toEqual(upTo(9));
  });

  test("rolls by itself at the size limit", async () => {
    const { disk, options } = await harness(5, { sizeLimitBytes: 12 });
    await using log = await GroupCommitLog.open(options);
    for (const tag of upTo(5)) log.append(tag, record(tag));
    await log.flush();
    expect((await disk.list("/log")).filter((name) => name.startsWith("log."))).toEqual(["log.1", "log.3", "log.5"]);
    expect(log.segmentBytes).toBe(8);
  });

  test("asks for patience above the limit, tells when there is room, and refuses who does not listen", async () => {
    let drained = 0;
    const { options } = await harness(6, { maxPendingBytes: 16, onDrain: () => drained++ });
    await using log = await GroupCommitLog.open(options);
    const answers = upTo(6).map((tag) => log.append(tag, record(tag)));
    expect(answers).toEqual([true, true, true, true, false, false]);
    await log.flush();
    expect(drained).toBe(1);
    expect(() => upTo(100).map((tag) => log.append(6 + tag, record(tag)))).toThrow(
      expect.objectContaining({ code: "overloaded" }),
    );
  });

  test("works without syncing when told so", async () => {
    const { disk, durable, options } = await harness(7, { datasync: false });
    disk.failNext("datasync", "ioError");
    const log = await GroupCommitLog.open(options);
    log.append(1, record(1));
    await log.flush();
    expect(durable).toEqual([1]);
    await log.close();
  });

  test.each([
    ["write", "ioError"],
    ["datasync", "ioError"],
    ["rename", "notPermitted"],
    ["syncDirectory", "ioError"],
  ] as const)("a failed %s is fatal, once, and nothing is reported afterwards", async (operation, code) => {
    const { disk, durable, fatal, options } = await harness(8);
    const log = await GroupCommitLog.open(options);
    disk.failNext(operation, code);
    log.append(1, record(1));
    await expect(log.flush()).rejects.toMatchObject({ code });
    expect(log.append(2, record(2))).toBe(false);
    await expect(log.flush()).rejects.toMatchObject({ code });
    await expect(log.close()).rejects.toMatchObject({ code });
    expect(fatal).toHaveLength(1);
    expect(durable).toEqual([]);
  });

  test("a full segment that cannot be cut and closed is fatal too", async () => {
    const { disk, durable, fatal, options } = await harness(12);
    const log = await GroupCommitLog.open(options);
    log.append(1, record(1));
    await log.flush();
    disk.failNext("truncate", "ioError");
    log.roll();
    log.append(2, record(2));
    await log.flush().catch(() => undefined);
    await expect(log.close()).rejects.toMatchObject({ code: "ioError" });
    expect(fatal).toHaveLength(1);
    expect(durable[0]).toBe(1);
  });

  test("never replaces a file that is already there", async () => {
    const { disk, fatal, options } = await harness(9);
    await (await disk.open("/log/log.1", "create")).close();
    const log = await GroupCommitLog.open(options);
    log.append(1, record(1));
    await expect(log.flush()).rejects.toMatchObject({ code: "segmentExists" });
    expect(fatal).toHaveLength(1);
  });

  test("a full disk takes no zeros any more but still takes records while they fit", async () => {
    const { disk, durable, options } = await harness(10);
    const log = await GroupCommitLog.open(options);
    log.append(1, record(1));
    await log.flush();
    disk.resize(256 + 256 + 40);
    for (const tag of upTo(70).slice(1)) {
      log.append(tag, record(tag));
      await log.flush();
    }
    expect(durable.at(-1)).toBe(70);
    disk.resize(0);
    log.append(71, Buffer.alloc(400, 1));
    await expect(log.flush()).rejects.toBeInstanceOf(DiskError);
  });

  test("a segment that could not be prepared for want of space is tried again when it is needed", async () => {
    const { disk, durable, options } = await harness(11);
    const log = await GroupCommitLog.open(options);
    disk.resize(256);
    log.append(1, record(1));
    await log.flush();
    for (let turn = 0; turn < 500; turn++) await Promise.resolve();
    disk.resize(100_000);
    log.roll();
    log.append(2, record(2));
    await log.flush();
    expect(durable).toEqual([1, 2]);
    for (let turn = 0; turn < 500; turn++) await Promise.resolve();
    disk.resize(0);
    log.roll();
    log.append(3, record(3));
    await log.flush();
    await log.close();
    expect(await tagsIn(disk)).toEqual([1, 2, 3]);
  });

  test("whatever the moment of a power failure, everything reported durable is read back in order", async () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = new SeededRandom(seed);
      const { disk, durable, options } = await harness(seed, { sizeLimitBytes: 300 });
      const log = await GroupCommitLog.open(options);
      disk.crashAfter(random.below(60));
      let tag = 0;
      for (let burst = 0; burst < 30; burst++) {
        for (let count = random.below(20); count > 0; count--) log.append(++tag, record(tag));
        if (random.below(6) === 0) log.roll();
        for (let turns = random.below(40); turns > 0; turns--) await Promise.resolve();
      }
      await log.close().catch(() => undefined);
      disk.crash();
      const found = await tagsIn(disk);
      const promised = durable.at(-1) ?? 0;
      expect(found.slice(0, promised), `seed ${seed}`).toEqual(upTo(promised));
    }
  });
});
