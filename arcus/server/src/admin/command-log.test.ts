import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandLog } from "./command-log.ts";

const START = new Date(2026, 10, 21, 4, 37, 59).getTime();

let directory: string;
let log: CommandLog;
let nowMs: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "branta-test-"));
  nowMs = START;
  log = new CommandLog({ port: () => 27_300, now: () => nowMs });
});

afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

test("writes commands with time and address, and tells its state", async () => {
  expect(log.statsText()).toContain("\tCommand logging state : Not started\n\tThe last running time : 0_0 ~ 0_0\n");
  expect(log.stop()).toBe(false);
  expect(await log.start(directory)).toBe("started");
  expect(await log.start(directory)).toBe("running");
  log.write("127.0.0.1", "get a");
  nowMs += 1000.5;
  log.write("127.0.0.1", `set ${"k".repeat(400)} 0 0 1`);
  expect(log.statsText()).toBe(
    [
      "\tCommand logging state : running",
      "\tThe last running time : 20261121_43759 ~ 20261121_43800",
      "\tThe number of entered commands : 2",
      "\tThe number of skipped commands : 0",
      "\tThe number of log files : 1",
      `\tThe log file name: ${directory}/command_27300_20261121_43759_{n}.log\n`,
    ].join("\n"),
  );
  expect(log.stop()).toBe(true);
  expect(log.stop()).toBe(false);
  await log.close();
  const lines = (await readFile(join(directory, "command_27300_20261121_43759_0.log"), "latin1")).split("\n");
  expect(lines[0]).toBe("04:37:59.000000 127.0.0.1 get a");
  expect(lines[1]).toMatch(/^04:38:00\.000500 127\.0\.0\.1 set k+\.\.$/);
  expect(lines[1]).toHaveLength(398);
  expect(lines[2]).toBe("");
  expect(log.statsText()).toContain("state : Not started\n\tThe last running time : 20261121_43759 ~ 20261121_43800\n");
});

test("begins a new file at 10 MB, skips what the disk is too slow for, and starts anew when asked", async () => {
  await log.start(directory);
  const command = "get ".padEnd(350, "k");
  for (let at = 0; at < 40_000; at++) log.write("127.0.0.1", command);
  expect(log.statsText()).toMatch(/skipped commands : [1-9]/);
  await new Promise((resolve) => setTimeout(resolve, 0));
  while (!log.statsText().includes("log files : 2")) {
    log.write("127.0.0.1", command);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await log.close();
  nowMs += 60_000;
  expect(await log.start(directory)).toBe("started");
  expect(log.statsText()).toContain("entered commands : 0");
  await log.close();
  expect((await readdir(directory)).toSorted()).toEqual([
    "command_27300_20261121_43759_0.log",
    "command_27300_20261121_43759_1.log",
    "command_27300_20261121_43859_0.log",
  ]);
});

test("does not start where it cannot write", async () => {
  expect(await log.start(join(directory, "absent"))).toBe("failed");
  expect(await log.start("d".repeat(129))).toBe("failed");
  expect(log.running).toBe(false);
});
