import { SeededRandom, type SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import type { TxnLogRecord } from "./log-scanner.ts";
import { recover, type Recovered } from "./recover.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import {
  collectWarnings,
  DIRECTORY,
  entryOf,
  logFileOf,
  openWriter,
  putFile,
  range,
  RecordingSink,
  simulatedDisk,
  sourceOf,
} from "./storage-test-kit.ts";
import type { RecoverOptions } from "./recover.ts";

async function recovered(
  disk: SimulatedDisk,
  changes: Partial<RecoverOptions> = {},
): Promise<{ result: Recovered; records: TxnLogRecord[]; sink: RecordingSink }> {
  const records: TxnLogRecord[] = [];
  const sink = new RecordingSink();
  const result = await recover({
    disk,
    snapshotDirectory: DIRECTORY,
    logDirectory: DIRECTORY,
    sink,
    onEntry: (record) => records.push(record),
    ...changes,
  });
  return { result, records, sink };
}

function zxidsOf(records: readonly TxnLogRecord[]): number[] {
  return records.map((record) => record.zxid);
}

async function snapshotAt(disk: SimulatedDisk, zxid: number): Promise<void> {
  await new SnapshotStore({ disk, directory: DIRECTORY }).write(zxid, sourceOf(3));
}

describe("recover", () => {
  test("an empty directory is a new database", async () => {
    const { result, sink } = await recovered(await simulatedDisk());
    expect(result).toMatchObject({ lastZxid: 0, isNew: true, snapshot: null, entries: 0 });
    expect(sink.ended).toBe(true);
  });

  test("an empty directory is missing data if the database must not be created, unless an initialize file allows it once", async () => {
    const disk = await simulatedDisk();
    expect((await recovered(disk, { dbAutoCreate: false })).result).toMatchObject({ lastZxid: -1, isNew: false });
    await putFile(disk, "/data/initialize", Buffer.alloc(0));
    expect((await recovered(disk, { dbAutoCreate: false })).result).toMatchObject({ lastZxid: 0, isNew: true });
    expect((await recovered(disk, { dbAutoCreate: false })).result).toMatchObject({ lastZxid: -1, isNew: false });
  });

  test("replays what comes after the snapshot, over all files", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 5);
    await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 3), 100));
    await putFile(disk, `${DIRECTORY}/log.4`, logFileOf(range(4, 7)));
    await putFile(disk, `${DIRECTORY}/log.8`, logFileOf(range(8, 9), 4096));
    const { result, records, sink } = await recovered(disk);
    expect(zxidsOf(records)).toEqual([6, 7, 8, 9]);
    expect(result).toMatchObject({ lastZxid: 9, entries: 4, tornTail: null, isNew: false });
    expect(result.snapshot).toMatchObject({
      zxid: 5,
      lastProcessedZxid: 78,
      zxidDigest: { zxid: 77, version: 2, digest: -123456789012345n },
    });
    expect(sink.nodes).toHaveLength(4);
  });

  test("a snapshot newer than the logs stands alone", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 50);
    await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 3)));
    expect((await recovered(disk)).result).toMatchObject({ lastZxid: 50, entries: 0 });
  });

  test("logs without a snapshot are refused unless trusted", async () => {
    const disk = await simulatedDisk();
    await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 3)));
    await expect(recovered(disk)).rejects.toMatchObject({ code: "noSnapshot" });
    const { warnings, onWarning } = collectWarnings();
    const { result, records } = await recovered(disk, { trustEmptySnapshot: true, onWarning });
    expect(zxidsOf(records)).toEqual([1, 2, 3]);
    expect(result.lastZxid).toBe(3);
    expect(warnings.map((warning) => warning.kind)).toEqual(["emptyTrusted"]);
  });

  test("falls back to an older snapshot and replays more", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 2);
    await snapshotAt(disk, 4);
    await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 6)));
    disk.corrupt(`${DIRECTORY}/snapshot.4`, 60, Buffer.from([0xff]));
    const { warnings, onWarning } = collectWarnings();
    const { result, records, sink } = await recovered(disk, { onWarning });
    expect(zxidsOf(records)).toEqual([3, 4, 5, 6]);
    expect(result.snapshot?.zxid).toBe(2);
    expect(sink.begun).toBe(2);
    expect(warnings).toMatchObject([{ kind: "badSnapshot", file: `${DIRECTORY}/snapshot.4` }]);
  });

  test("refuses to start from nothing when no snapshot can be read", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 2);
    disk.corrupt(`${DIRECTORY}/snapshot.2`, 60, Buffer.from([0xff]));
    await expect(recovered(disk)).rejects.toMatchObject({ code: "noValidSnapshot" });
  });

  test("warns of entries missing between snapshot and log, but not at the beginning of an epoch", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 2);
    await putFile(disk, `${DIRECTORY}/log.5`, logFileOf(range(5, 6)));
    const first = collectWarnings();
    await recovered(disk, first);
    expect(first.warnings).toMatchObject([{ kind: "gap", offset: 16 }]);
    await disk.remove(`${DIRECTORY}/log.5`);
    await putFile(disk, `${DIRECTORY}/log.100000001`, logFileOf(range(0x1_0000_0001, 0x1_0000_0002)));
    const second = collectWarnings();
    await recovered(disk, second);
    expect(second.warnings).toEqual([]);
  });

  test("cuts a torn end off, so that the next start finds a clean log", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 0);
    const whole = logFileOf(range(1, 4));
    await putFile(disk, `${DIRECTORY}/log.1`, Buffer.concat([whole.subarray(0, -20), Buffer.alloc(500)]));
    const { warnings, onWarning } = collectWarnings();
    const { result, records } = await recovered(disk, { onWarning });
    expect(zxidsOf(records)).toEqual([1, 2, 3]);
    const offset = logFileOf(range(1, 3)).length;
    expect(result.tornTail).toEqual({ file: `${DIRECTORY}/log.1`, offset, bytes: expect.any(Number) as number });
    expect(warnings).toMatchObject([{ kind: "tornTail", offset }]);
    expect(await disk.readWhole(`${DIRECTORY}/log.1`)).toEqual(logFileOf(range(1, 3)));
    expect((await recovered(disk)).result).toMatchObject({ lastZxid: 3, tornTail: null });
  });

  test("removes a newest file without any entry, whose name the next entry will need", async () => {
    for (const content of [
      Buffer.alloc(0),
      logFileOf([]),
      Buffer.alloc(4096),
      Buffer.from("ZKLG"),
      logFileOf([4]).subarray(0, 40),
    ]) {
      const disk = await simulatedDisk();
      await snapshotAt(disk, 0);
      await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 3)));
      await putFile(disk, `${DIRECTORY}/log.4`, content);
      expect((await recovered(disk)).result.lastZxid).toBe(3);
      expect(await disk.list(DIRECTORY)).toEqual(["log.1", "snapshot.0"]);
    }
  });

  test("removes what an earlier run prepared and did not use", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 0);
    await putFile(disk, `${DIRECTORY}/prepared-log.tmp`, logFileOf([]));
    await putFile(disk, `${DIRECTORY}/prepared-snapshot.5.tmp`, Buffer.alloc(10));
    const { warnings, onWarning } = collectWarnings();
    await recovered(disk, { onWarning });
    expect(await disk.list(DIRECTORY)).toEqual(["snapshot.0"]);
    expect(warnings.map((warning) => warning.kind)).toEqual(["leftover", "leftover"]);
  });

  test("what a killed process had only handed to the system is durable afterwards: others may rely on it from then on", async () => {
    for (let seed = 0; seed < 30; seed++) {
      const disk = await simulatedDisk(seed);
      await snapshotAt(disk, 0);
      await putFile(disk, `${DIRECTORY}/log.1`, logFileOf(range(1, 3), 8192));
      const whole = logFileOf(range(1, 8));
      await using log = await disk.open(`${DIRECTORY}/log.1`, "write");
      await log.write(0, whole, 0, whole.length);
      // Whatever a failed sync was to write, the system takes for written.
      for (let failures = seed % 3; failures > 0; failures--) {
        disk.failNext("datasync", "ioError");
        await expect(failures === 1 ? log.datasync() : recovered(disk)).rejects.toMatchObject({ code: "ioError" });
      }
      expect((await recovered(disk)).result.lastZxid).toBe(8);
      disk.crash();
      expect((await recovered(disk)).result.lastZxid, `seed ${seed}`).toBe(8);
    }
  });

  test("an unsynced file behind an empty one is made durable, too", async () => {
    const disk = await simulatedDisk();
    await snapshotAt(disk, 0);
    const whole = logFileOf(range(1, 5));
    await using log = await disk.open(`${DIRECTORY}/log.1`, "create");
    await log.write(0, whole, 0, whole.length);
    await putFile(disk, `${DIRECTORY}/log.6`, logFileOf([]));
    expect((await recovered(disk)).result.lastZxid).toBe(5);
    disk.crash();
    expect((await recovered(disk)).result.lastZxid).toBe(5);
  });

  test("after any number of power failures at any moment, every durable entry is there, in order, and nothing foreign", async () => {
    for (let seed = 0; seed < 100; seed++) await surviveCrashes(seed);
  });
});

/** Several lives of one server: each writes until the power fails, and checks first what the lives before had promised. */
async function surviveCrashes(seed: number): Promise<void> {
  const random = new SeededRandom(`crashes ${seed}`);
  const disk = await simulatedDisk(seed);
  await snapshotAt(disk, 0);
  const written = new Map<number, Buffer>();
  let promised = 0;
  for (let life = 0; life < 4; life++) {
    disk.crash();
    const { result, records } = await recovered(disk);
    const last = result.lastZxid;
    expect(zxidsOf(records), `seed ${seed} life ${life}`).toEqual(range(1, last));
    expect(last, `seed ${seed} life ${life}`).toBeGreaterThanOrEqual(promised);
    for (const record of records) expect(record.bytes.equals(written.get(record.zxid)!)).toBe(true);
    promised = last;
    const { writer, durable } = await openWriter(disk, {
      preAllocBytes: random.below(2) * 16_384,
      sizeLimitBytes: 20_000,
    });
    disk.crashAfter(random.below(40));
    let zxid = last;
    for (let burst = random.below(25); burst > 0; burst--) {
      for (let count = random.below(12); count > 0; count--) {
        const entry = entryOf(++zxid, random.below(3) === 0 ? random.below(4000) : random.below(200), random);
        written.set(zxid, entry);
        writer.append(zxid, entry);
      }
      if (random.below(8) === 0) writer.roll();
      for (let turns = random.below(15); turns > 0; turns--) await Promise.resolve();
    }
    await writer.close().catch(() => undefined);
    promised = durable.at(-1) ?? promised;
  }
}
