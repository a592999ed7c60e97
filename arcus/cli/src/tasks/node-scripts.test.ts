import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CacheNode, parseClusterConfig } from "../configuration/cluster-config.ts";
import { LocalHost } from "../hosts/local-host.ts";
import { checkScript, nodeCommand, nodeFiles, readNodeAnswer, startScript, stopScript } from "./node-scripts.ts";

/** Stands for a cache node: goes into the background, writes its id, and waits for SIGINT. */
const FAKE = String.raw`#!/bin/sh
# What a shell puts into the background is deaf to SIGINT.
if [ "$FAKE_STEP" = "" ]; then FAKE_STEP=2 env --default-signal=INT "$0" "$@" & exit 0; fi
while [ $# -gt 1 ]; do [ "$1" = -P ] && file=$2; [ "$1" = -p ] && port=$2; shift; done
[ "$port" = 1 ] && { echo "failed to listen on TCP port 1: Permission denied"; exit 71; }
trap 'exit 0' INT
echo $$ >"$file"
while :; do sleep 0.05; done
`;

let folder: string;
let node: CacheNode;
const host = new LocalHost("127.0.0.1");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "branta-arcus-node-"));
  const fake = join(folder, "fake memcached");
  writeFileSync(fake, FAKE);
  chmodSync(fake, 0o755);
  describeNode("11211");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function describeNode(port: string): void {
  const general = { threads: "6", memlimit: "100", connections: "1000" };
  const text = JSON.stringify({
    serviceCode: "test",
    servers: [{ ip: "127.0.0.1", config: { port } }],
    config: general,
    engine: "arcus-memcached",
    memcached: join(folder, "fake memcached"),
  });
  node = parseClusterConfig(text, "c.json").nodes[0]!;
}

const files = () => nodeFiles(folder, "test", node);
const run = async (script: string) => readNodeAnswer((await host.run(script, { timeoutMs: 20_000 })).stdout);
const start = () => run(startScript(nodeCommand(node, files(), "z:1", folder), files()));

test("the command is upstream's, with a pid file; arcus-memcached gets its modules", () => {
  const tail = `-d -v -r -R5 -U 0 -D: -b 8192 -m100 -p 11211 -c 1000 -t 6 -z z:1,y:2 -P /a/run/memcached-test-11211.pid`;
  const at = nodeFiles("/a", "test", node);
  expect(nodeCommand({ ...node, program: null }, at, "z:1,y:2", "/a")).toBe(`/a/bin/memcached ${tail}`);
  const real = { ...node, program: "/opt/bin/memcached" };
  const modules = "-E /opt/lib/default_engine.so -X /opt/lib/syslog_logger.so -X /opt/lib/ascii_scrub.so";
  expect(nodeCommand(real, at, "z:1,y:2", "/a")).toBe(`/opt/bin/memcached ${modules} ${tail}`);
});

test("a node starts once, and is ended by its pid file", async () => {
  expect((await run(stopScript(files()))).word).toBe("absent");
  const started = await start();
  expect(started.word).toBe("started");
  expect(await start()).toMatchObject({ word: "running", pid: started.pid });
  expect(await run(checkScript(files()))).toMatchObject({ word: "running", pid: started.pid });
  expect(await run(stopScript(files()))).toMatchObject({ word: "stopped", pid: started.pid });
  expect(existsSync(files().pidFile)).toBe(false);
  expect((await run(checkScript(files()))).word).toBe("failed");
});

test("a node that cannot run is said with its last words, and not with older ones", async () => {
  describeNode("1");
  await host.run(`mkdir -p ${folder}/logs && echo older >${files().logFile}`, { timeoutMs: 20_000 });
  const script = startScript(nodeCommand(node, files(), "z:1", folder), files());
  // It fails in the background, so that its start waits for a pid file that never comes: shortened here.
  const { word, rest } = await run(script.replace("-lt 100", "-lt 5"));
  expect({ word, rest }).toEqual({ word: "failed", rest: "failed to listen on TCP port 1: Permission denied" });
  expect(readFileSync(files().logFile, "utf8")).toContain("older");
});

test("another process that has got the id of a node is left alone", async () => {
  const other = spawn("sleep", ["60"]);
  await host.run(`mkdir -p ${folder}/run && echo ${other.pid} >${files().pidFile}`, { timeoutMs: 20_000 });
  expect((await run(stopScript(files()))).word).toBe("absent");
  expect(other.exitCode).toBeNull();
  expect(other.kill("SIGKILL")).toBe(true);
});
