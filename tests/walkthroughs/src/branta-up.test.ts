import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort, freePorts } from "@branta/tests-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "./run-command.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "branta-up-"));
});
afterEach(async () => {
  await branta("down");
  await rm(data, { recursive: true, force: true });
});

const run = (script: string, ...words: readonly string[]) => runCommand(join(REPOSITORY, "bin", script), words);
const branta = (command: string, ...words: readonly string[]) => run("branta", command, "--data", data, ...words);

/** `bin/branta up --json`, and what it says once the servers serve. */
async function up<Answer>(...words: readonly string[]): Promise<{ child: ChildProcess; answer: Answer }> {
  const args = ["up", "--data", data, "--json", ...words];
  const child = spawn(join(REPOSITORY, "bin", "branta"), args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, answer: JSON.parse(line.toString()) as Answer };
}

async function ctrlC(child: ChildProcess): Promise<number | null> {
  const exit = once(child, "exit");
  child.kill("SIGINT");
  return ((await exit) as [number | null])[0];
}

test("bin/branta up serves one server until Ctrl-C", async () => {
  const port = await freePort();
  const { child, answer } = await up<{ connect: string; pid: number }>("--port", String(port));
  expect(answer).toMatchObject({ connect: `127.0.0.1:${port}`, data });
  expect((await run("zkCli.sh", "-server", answer.connect, "ls", "/")).stdout).toContain("[zookeeper]");
  expect((await branta("status")).stdout).toContain("Mode: standalone\n");
  expect((await branta("up", "--port", String(port))).stderr).toContain(`A server runs in ${data} already`);
  expect(await ctrlC(child)).toBe(0);
  expect(await branta("status")).toMatchObject({ stdout: `No server runs in ${data}\n`, exitCode: 1 });
});

test("a wrong number of servers is refused", async () => {
  for (const count of ["0", "10", "three"]) {
    expect(await branta("up", "--servers", count)).toMatchObject({
      stderr: `Cannot use --servers "${count}": it must be a number from 1 to 9\n`,
      exitCode: 1,
    });
  }
});

interface Member {
  readonly id: number;
  readonly pid: number;
  readonly port: number;
  readonly mode: string;
}

describe("bin/branta up --servers 3", () => {
  const start = async () =>
    up<{ connect: string; servers: readonly Member[] }>("--servers", "3", "--port", String((await freePorts(3))[0]));

  test("serves three servers, one of them leading, until Ctrl-C stops all", async () => {
    const { child, answer } = await start();
    expect(answer.servers.map(({ mode }) => mode).sort()).toEqual(["follower", "follower", "leader"]);
    expect(answer.connect).toBe(answer.servers.map(({ port }) => `127.0.0.1:${port}`).join(","));
    await run("zkCli.sh", "-server", answer.connect, "create", "/seen", "everywhere");
    for (const { port } of answer.servers) {
      const seen = await runCommand("sh", [
        "-c",
        `printf 'sync /seen\nget /seen\n' | ${REPOSITORY}/bin/zkCli.sh -server 127.0.0.1:${port}`,
      ]);
      expect(seen.stdout).toContain("\neverywhere\n");
    }
    expect((await branta("status")).stdout.match(/^Mode: \w+$/gm)?.sort()).toEqual([
      "Mode: follower",
      "Mode: follower",
      "Mode: leader",
    ]);
    expect(await ctrlC(child)).toBe(0);
    expect((await branta("status")).exitCode).toBe(1);
  });

  test("goes on without its leader, and takes it back", async () => {
    const { child, answer } = await start();
    const leader = answer.servers.find(({ mode }) => mode === "leader")!;
    process.kill(leader.pid, "SIGKILL");
    const others = answer.servers.filter(({ id }) => id !== leader.id).map(({ port }) => `127.0.0.1:${port}`);
    expect(
      (await run("zkCli.sh", "-server", others.join(","), "-waitforconnection", "create", "/after")).stderr,
    ).toContain("Created /after\n");
    const again = await run("zkServer.sh", "start", join(data, String(leader.id), "zoo.cfg"));
    expect(again.stdout).toBe("Starting zookeeper ... STARTED\n");
    expect(
      (await run("zkCli.sh", "-server", `127.0.0.1:${leader.port}`, "-waitforconnection", "ls", "/")).stdout,
    ).toContain("[after, zookeeper]");
    expect(await ctrlC(child)).toBe(0);
    // The one that was started again by hand, too.
    expect((await branta("status")).exitCode).toBe(1);
  });

  test("keeps its size", async () => {
    const { child } = await start();
    await ctrlC(child);
    expect((await branta("up", "--servers", "5")).stderr).toBe(
      `Cannot use --servers 5: ${data} has an ensemble of 3; take that number, or another folder with --data\n`,
    );
  });
});

describe("bin/branta up --cloud", () => {
  interface Cloud {
    readonly connect: string;
    readonly serviceCode: string;
    readonly nodes: readonly { readonly address: string; readonly pid: number }[];
  }

  test("serves a cache cloud that goes on without one of its nodes, until Ctrl-C stops all", async () => {
    const { child, answer } = await up<Cloud>("--cloud", "2", "--port", String(await freePort()));
    expect(answer).toMatchObject({ serviceCode: "test", nodes: [{}, {}] });
    const list = () => run("arcus.sh", "-z", answer.connect, "memcached", "list", "test");
    expect((await list()).stdout).toMatch(/^test +OK +2 +2 +0 /m);
    expect((await branta("status")).stdout).toContain(`is the cache node ${answer.nodes[1]!.address}, ready\n`);

    process.kill(answer.nodes[0]!.pid, "SIGKILL");
    await expect
      .poll(async () => (await list()).stdout, { timeout: 25_000, interval: 1_000 })
      .toMatch(/^test +SOME_DOWN +2 +1 +1 /m);
    expect(await ctrlC(child)).toBe(0);
    expect((await branta("status")).exitCode).toBe(1);
  }, 90_000);

  test("refuses a wrong number of nodes", async () => {
    expect(await branta("up", "--cloud", "0")).toMatchObject({
      stderr: 'Cannot use --cloud "0": it must be a number from 1 to 64\n',
      exitCode: 1,
    });
  });
});
