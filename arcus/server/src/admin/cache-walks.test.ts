import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cache, ListCollection, newAttributes } from "@branta/arcus-engine";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KeyDump } from "./key-dump.ts";
import { Scrubber } from "./scrubber.ts";

const NOW_S = 1_000_000;

let directory: string;
let cache: Cache;
let nowMs: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "branta-test-"));
  nowMs = NOW_S * 1000;
  cache = new Cache({ limitBytes: 8 << 20, stickyBytesMax: 1 << 20, startedS: NOW_S - 10 });
  cache.nowS = NOW_S;
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

function set(key: string, timeToLiveS = 0): void {
  const bytes = Buffer.from(`${key}v`);
  const at = { bytes, keyStart: 0, keyEnd: key.length, dataStart: key.length, dataEnd: bytes.length };
  const outcome = cache.store("set", { ...at, flags: 0, expiryS: cache.expiryOf(timeToLiveS), casUnique: 0 });
  expect(outcome).toBe("ok");
}

function statsOf(of: KeyDump | Scrubber): Record<string, string | number> {
  return Object.fromEntries(of.stats());
}

async function until(isOver: () => boolean): Promise<void> {
  while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
}

test("a dump writes a line a key, with type and time to live, and a summary", async () => {
  set("a");
  set("b:x", 300);
  set("b:y", -1);
  set("c:gone", 1);
  const list = Buffer.from("b:list");
  cache.create(list, 0, list.length, 0, 0, new ListCollection(newAttributes("list", {}, 100)));
  cache.nowS += 2;
  nowMs += 2000;
  const dump = new KeyDump({ cache, delimiter: ":", now: () => nowMs });
  expect(statsOf(dump)).toEqual({ "dumper:status": "stopped", "dumper:success": "false" });
  const path = join(directory, "dump.txt");
  expect(await dump.start({ prefix: null, path })).toBe(true);
  expect(statsOf(dump)["dumper:status"]).toBe("running");
  expect(await dump.start({ prefix: null, path })).toBe(false);
  await until(() => statsOf(dump)["dumper:status"] === "stopped");
  const lines = (await readFile(path, "utf8")).split("\n");
  expect(lines.slice(0, -2).toSorted()).toEqual(["K a 0", "K b:x 298", "K b:y -1", "L b:list 0"]);
  expect(lines.slice(-2)).toEqual(["DUMP SUMMARY: { prefix=<all>, count=4, elapsed=0 }", ""]);
  expect(statsOf(dump)).toEqual({
    "dumper:status": "stopped",
    "dumper:success": "true",
    "dumper:mode": "key",
    "dumper:last_run": 0,
    "dumper:dumped": 4,
    "dumper:prefix": "<all>",
    "dumper:filepath": path,
  });
  await dump.start({ prefix: "b", path });
  await until(() => statsOf(dump)["dumper:status"] === "stopped");
  expect(await readFile(path, "utf8")).toContain("prefix=b, count=3");
  await dump.start({ prefix: "", path });
  await until(() => statsOf(dump)["dumper:status"] === "stopped");
  expect(await readFile(path, "utf8")).toBe("K a 0\nDUMP SUMMARY: { prefix=<null>, count=1, elapsed=0 }\n");
});

test("a dump that is stopped or cannot write says so", async () => {
  for (let at = 0; at < 2000; at++) set(`key${at}`);
  const dump = new KeyDump({ cache, delimiter: ":", now: () => nowMs });
  expect(await dump.start({ prefix: null, path: join(directory, "no", "such") })).toBe(false);
  expect(await dump.start({ prefix: null, path: join(directory, "dump.txt") })).toBe(true);
  await dump.close();
  expect(statsOf(dump)).toMatchObject({ "dumper:status": "stopped", "dumper:success": "false" });
});

test("a scrub looks at every item and removes the dead ones", async () => {
  for (let at = 0; at < 500; at++) set(`key${at}`, at < 200 ? 1 : 0);
  cache.nowS += 2;
  const scrubber = new Scrubber({ cache, owns: () => true, countPerSlice: 96, now: () => nowMs });
  expect(statsOf(scrubber)).toEqual({ "scrubber:status": "stopped" });
  expect(scrubber.start("scrub")).toBe(true);
  expect(scrubber.start("scrub")).toBe(false);
  expect(statsOf(scrubber)).toMatchObject({ "scrubber:status": "running", "scrubber:run_mode": "scrub" });
  nowMs += 3000;
  await until(() => statsOf(scrubber)["scrubber:status"] === "stopped");
  expect(statsOf(scrubber)).toEqual({
    "scrubber:status": "stopped",
    "scrubber:run_mode": "scrub",
    "scrubber:last_run": 3,
    "scrubber:visited": 500,
    "scrubber:cleaned": 200,
  });
  expect(cache.statistics.items).toBe(300);
});

test("a stale scrub also removes what belongs to other nodes, and begins anew when the ring changes", async () => {
  for (let at = 0; at < 500; at++) set(`key${at}`);
  let last = "0";
  const owns = (bytes: Buffer, _start: number, end: number): boolean => String.fromCharCode(bytes[end - 1]!) !== last;
  const scrubber = new Scrubber({ cache, owns, countPerSlice: 16, now: () => nowMs });
  scrubber.startStale();
  await new Promise((resolve) => setImmediate(resolve));
  last = "1";
  scrubber.startStale();
  await until(() => statsOf(scrubber)["scrubber:status"] === "stopped");
  expect(statsOf(scrubber)["scrubber:run_mode"]).toBe("scrub stale");
  for (let at = 1; at < 500; at += 10) {
    const key = Buffer.from(`key${at}`);
    expect(cache.peek(key, 0, key.length), `key${at}`).toBe(0);
  }
  expect(cache.statistics.items).toBeGreaterThanOrEqual(400);
});
