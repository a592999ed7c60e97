import { ManualClock } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { DIRECTORY, entryOf, logFileOf, openWriter, range, simulatedDisk } from "./storage-test-kit.ts";

describe("TxnLogWriter", () => {
  test("writes Apache's format, in a file named after the first zxid", async () => {
    const disk = await simulatedDisk();
    const { writer, durable } = await openWriter(disk);
    for (const zxid of range(0xab, 0xad)) expect(writer.append(zxid, entryOf(zxid))).toBe(true);
    expect(writer.pendingBytes).toBe(3 * (52 + 13));
    await writer.flush();
    expect(durable).toEqual([0xad]);
    expect([writer.lastZxid, writer.durableZxid, writer.pendingBytes]).toEqual([0xad, 0xad, 0]);
    const expected = logFileOf(range(0xab, 0xad));
    const running = await disk.readWhole(`${DIRECTORY}/log.ab`);
    expect(running).toEqual(Buffer.concat([expected, Buffer.alloc(8192 - expected.length)]));
    await writer.close();
    expect(await disk.readWhole(`${DIRECTORY}/log.ab`)).toEqual(expected);
    expect(await disk.list(DIRECTORY)).toEqual(["log.ab"]);
  });

  test("takes a region of a larger buffer and keeps no hold of it", async () => {
    const disk = await simulatedDisk();
    await using writer = (await openWriter(disk)).writer;
    const large = Buffer.concat([Buffer.from("before"), entryOf(1), Buffer.from("after")]);
    writer.append(1, large, 6, 58);
    large.fill(0xee);
    await writer.flush();
    expect((await disk.readWhole(`${DIRECTORY}/log.1`)).subarray(0, 81)).toEqual(logFileOf([1]));
  });

  test("begins new files on request and at the size limit, and counts bytes", async () => {
    const disk = await simulatedDisk();
    const { writer } = await openWriter(disk, { sizeLimitBytes: 16 + 65 * 3, preAllocBytes: 0 });
    for (const zxid of range(1, 4)) writer.append(zxid, entryOf(zxid));
    expect(writer.segmentBytes).toBe(16 + 65);
    writer.roll();
    writer.append(5, entryOf(5));
    expect(writer.totalBytes).toBe(5 * 65);
    writer.resetTotalBytes();
    expect(writer.totalBytes).toBe(0);
    await writer.close();
    expect(await disk.list(DIRECTORY)).toEqual(["log.1", "log.4", "log.5"]);
  });

  test("refuses zxids that do not rise", async () => {
    await using writer = (await openWriter(await simulatedDisk())).writer;
    writer.append(5, entryOf(5));
    expect(() => writer.append(5, entryOf(5))).toThrow(expect.objectContaining({ code: "outOfOrder" }));
    expect(() => writer.append(4, entryOf(4))).toThrow(
      'Cannot append the transaction "0x4": the last one is 0x5, zxids must rise',
    );
  });

  test("tells how long syncs take, and which take too long", async () => {
    const clock = new ManualClock();
    const disk = await simulatedDisk();
    const times: number[] = [];
    const slow: [number, number][] = [];
    let syncMs = 10;
    await using writer = (
      await openWriter(disk, {
        clock: { ...clockWithSteps(clock, () => syncMs), soon: (run) => clock.soon(run) },
        fsyncWarningMs: 50,
        onFsync: (elapsedMs) => times.push(elapsedMs),
        onSlowFsync: (elapsedMs, segmentBytes) => slow.push([elapsedMs, segmentBytes]),
      })
    ).writer;
    writer.append(1, entryOf(1));
    await writer.flush();
    syncMs = 60;
    writer.append(2, entryOf(2));
    await writer.flush();
    expect(times).toEqual([10, 60]);
    expect(slow).toEqual([[60, 16 + 130]]);
  });

  test("asks to wait above the limit and tells when there is room", async () => {
    let drained = 0;
    const { writer } = await openWriter(await simulatedDisk(), { maxPendingBytes: 100, onDrain: () => drained++ });
    expect(writer.append(1, entryOf(1))).toBe(true);
    expect(writer.append(2, entryOf(2))).toBe(false);
    await writer.close();
    expect(drained).toBe(1);
  });

  test("a sync that fails ends it", async () => {
    const disk = await simulatedDisk();
    const { writer, durable, fatal } = await openWriter(disk);
    disk.failNext("datasync", "ioError");
    writer.append(1, entryOf(1));
    await expect(writer.flush()).rejects.toMatchObject({ code: "ioError" });
    expect([durable, fatal.length]).toEqual([[], 1]);
    await expect(writer.close()).rejects.toMatchObject({ code: "ioError" });
  });

  test("without forceSync nothing is synced", async () => {
    const disk = await simulatedDisk();
    const { writer, durable } = await openWriter(disk, { forceSync: false });
    disk.failNext("datasync", "ioError");
    writer.append(1, entryOf(1));
    await writer.close();
    expect(durable).toEqual([1]);
  });
});

/** Every look at this clock finds it a step later. */
function clockWithSteps(clock: ManualClock, stepMs: () => number): Pick<ManualClock, "nowMs" | "wallMs" | "after"> {
  let nowMs = 0;
  return {
    nowMs: () => {
      const seen = nowMs;
      nowMs += stepMs();
      return seen;
    },
    wallMs: () => clock.wallMs(),
    after: (delayMs, run) => clock.after(delayMs, run),
  };
}
