import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "./run-command.ts";

const GOLDEN = resolve(import.meta.dirname, "../golden");
const BIN = resolve(import.meta.dirname, "../../../bin");
/** In the data of the second entry of the log: a change that only the checksum notices. */
const DAMAGE_OFFSET = 150;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "branta-toolkits-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("zkTxnLogToolkit.sh", () => {
  const toolkit = (args: readonly string[], input = "") => runCommand(join(BIN, "zkTxnLogToolkit.sh"), args, { input });

  test("dumps Apache's log as Apache's does", async () => {
    const dump = await toolkit([join(GOLDEN, "log.1")]);
    expect(dump.stdout).toBe(await readFile(join(GOLDEN, "txn-log-toolkit.txt"), "utf8"));
    expect(dump.exitCode).toBe(0);
  });

  test("repairs a wrong checksum when told to", async () => {
    const log = join(folder, "log.1");
    await copyFile(join(GOLDEN, "log.1"), log);
    const file = await open(log, "r+");
    await file.write(Buffer.from("X"), 0, 1, DAMAGE_OFFSET);
    await file.close();
    const repaired = await toolkit(["--recover", log], "perhaps\nYes\n");
    expect(repaired.stdout).toMatch(/^CRC ERROR - /m);
    expect(repaired.stdout).toContain(`Recovery file ${log}.fixed has been written with 1 fixed CRC error(s)\n`);
    expect((await toolkit([`${log}.fixed`])).stdout).not.toContain("CRC ERROR");
  });

  test("leaves everything as it is when told to abort", async () => {
    const log = join(folder, "log.1");
    await rm(`${log}.fixed`, { force: true });
    const aborted = await toolkit(["-r", log], "A\n");
    expect(aborted.stderr).toBe("Recovery aborted.\n");
    expect(aborted.exitCode).toBe(0);
  });
});

test("zkSnapShotToolkit.sh shows Apache's snapshot as Apache's does", async () => {
  const report = await runCommand(join(BIN, "zkSnapShotToolkit.sh"), ["-d", join(GOLDEN, "snapshot.100000004")]);
  expect(report.stdout).toBe(await readFile(join(GOLDEN, "snapshot-toolkit.txt"), "utf8"));
  const json = await runCommand(join(BIN, "zkSnapShotToolkit.sh"), ["-json", join(GOLDEN, "snapshot.100000004")]);
  expect(JSON.parse(json.stdout)).toEqual([
    1,
    0,
    { progname: "SnapshotFormatter.java", progver: "0.01", timestamp: expect.any(Number) as number },
    [expect.objectContaining({ name: "/", ino: 1_001 }), expect.anything(), expect.anything()],
  ]);
});

test("zkServer-initialize.sh makes the folders of a server, and zkCleanup.sh keeps as many snapshots as it is told", async () => {
  const data = join(folder, "data");
  const conf = join(folder, "conf");
  await mkdir(conf);
  await writeFile(join(conf, "zoo.cfg"), `dataDir=${data}\n`);
  const env = { ZOOCFGDIR: conf };
  const initialized = await runCommand(join(BIN, "zkServer-initialize.sh"), ["--myid=3"], { env });
  expect(initialized.stdout).toBe("Using myid of 3\n");
  expect(await readFile(join(data, "myid"), "utf8")).toBe("3\n");
  expect((await runCommand(join(BIN, "zkServer-initialize.sh"), [], { env })).exitCode).toBe(1);

  const version2 = join(data, "version-2");
  for (const zxid of ["1", "5", "a", "f"]) {
    await copyFile(join(GOLDEN, "snapshot.100000004"), join(version2, `snapshot.${zxid}`));
    await writeFile(join(version2, `log.${zxid}`), "");
  }
  const cleanup = await runCommand(join(BIN, "zkCleanup.sh"), ["-n", "3"], { env });
  expect(cleanup.stdout.trimEnd().split("\n")).toHaveLength(2);
  expect(cleanup.stdout).toMatch(/^Removing file: \w{3} \d+, \d{4}, [\d:]+ [AP]M\t.*\/version-2\/log\.1$/m);
  expect((await readdir(version2)).toSorted()).toEqual([
    "log.5",
    "log.a",
    "log.f",
    "snapshot.5",
    "snapshot.a",
    "snapshot.f",
  ]);
  expect((await runCommand(join(BIN, "zkCleanup.sh"), ["-n", "2"], { env })).exitCode).toBe(1);
});
