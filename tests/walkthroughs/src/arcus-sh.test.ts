import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "@branta/tests-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packedCloud } from "./packed-software.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { REPOSITORY } from "./ssh-hosts.ts";
import { hasTerminal } from "./terminal.ts";

const count = (text: string, word: string): number => text.split(word).length - 1;

/** Says something to a node, and answers what it says: so many lines, or until it is enough. */
async function say(
  port: number,
  words: string,
  enough: number | RegExp | ((text: string) => boolean),
): Promise<string> {
  const isEnough = (text: string): boolean => {
    if (typeof enough === "number") return count(text, "\n") >= enough;
    return enough instanceof RegExp ? enough.test(text) : enough(text);
  };
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(20_000, () => socket.destroy(new Error(`No answer of ${port} to ${words.slice(0, 40)}`)));
  socket.write(words);
  let text = "";
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString("latin1");
    if (isEnough(text)) break;
  }
  return text;
}

/**
 * `arcus.sh` on one machine, from the package: Arcus's quick start, and what goes wrong. With ARCUS_MEMCACHED set to
 * arcus-memcached's program, built with ZooKeeper and with its modules in ../lib, the nodes of the last part are real.
 */
describe("arcus.sh on one machine", { timeout: 120_000 }, () => {
  let folder: string;
  let zkPort: number;
  let nodePorts: readonly [number, number];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "branta-arcus-sh-"));
    const ports = await freePorts(3);
    zkPort = ports[0]!;
    nodePorts = [ports[1]!, ports[2]!];
    await packedCloud(join(folder, "arcus.tar.gz"));
    await runCommand("tar", ["-xzf", join(folder, "arcus.tar.gz"), "-C", folder]);
    await runCommand("sed", [
      "-i",
      `s/^zklist=.*/zklist="127.0.0.1:${zkPort}"/`,
      join(folder, "arcus/scripts/arcus.sh"),
    ]);
    await configure("test", nodePorts);
  }, 60_000);
  afterAll(async () => {
    for (const code of ["test", "other", "10node"]) await arcus(`memcached stop ${code} --timeout 2`);
    await arcus("zookeeper stop");
    await rm(folder, { recursive: true, force: true });
  });

  const arcus = (words: string, input = ""): Promise<CommandResult> => {
    return runCommand("bash", ["-c", `./arcus.sh ${words}`], { cwd: join(folder, "arcus/scripts"), input });
  };
  const done = async (words: string, input = ""): Promise<string> => {
    const result = await arcus(words, input);
    expect(result, words).toMatchObject({ stderr: "", exitCode: 0 });
    return result.stdout;
  };
  const list = async (code: string): Promise<{ online: string[]; offline: string[]; undefined: string[] }> =>
    JSON.parse(await done(`memcached list ${code} --json`));

  /** conf/CODE.json */
  async function configure(code: string, ports: readonly number[], more: object = {}): Promise<void> {
    const servers = ports.map((port) => ({ hostname: "localhost", ip: "127.0.0.1", config: { port: `${port}` } }));
    const config = { threads: "1", memlimit: "64", connections: "100" };
    const text = JSON.stringify({ serviceCode: code, servers, config, ...more });
    await writeFile(join(folder, "arcus/scripts/conf", `${code}.json`), text);
  }

  test("quicksetup brings up all, and once more leaves it as it is", async () => {
    const words = [
      "deploy",
      "zk_config",
      "zk_start",
      "zk_wait",
      "zk_create_arcus_structure",
      "mc_register",
      "mc_start",
      "mc_list",
    ];
    for (const _ of [1, 2]) {
      const stdout = await done("quicksetup conf/test.json");
      expect(stdout.match(/^====== (?:Task|Func): \w+$/gm)?.map((line) => line.split(" ").at(-1))).toEqual(words);
      expect(stdout).toContain("got a leader, and all nodes are up\n");
      expect(stdout).toContain("2 of 2 nodes online\n");
      expect(stdout).toContain(
        `\nOnline\n${nodePorts
          .toSorted((a, b) => a - b)
          .map((port) => `\t127.0.0.1:${port}\n`)
          .join("")}\nDone.\n`,
      );
    }
    expect(JSON.parse(await done("zookeeper stat --json"))).toEqual({
      servers: [{ host: "127.0.0.1", port: zkPort, mode: "standalone", problem: null }],
    });
  });

  test("colours are for terminals", async () => {
    expect(await done("memcached list test")).not.toContain("\u001b");
    if (!hasTerminal) return;
    const words = ["-qefc", "./arcus.sh memcached list test", "/dev/null"];
    // Where CI is set Node takes no terminal for one that has colours.
    const env = { TERM: "xterm", NO_COLOR: undefined, CI: undefined };
    const shown = await runCommand("script", words, { cwd: join(folder, "arcus/scripts"), env });
    expect(shown.stdout).toContain(`\u001b[32m\t127.0.0.1:${nodePorts[0]}\u001b[39m`);
  });

  test("an address belongs to one cloud; what cannot be registered changes nothing", async () => {
    await configure("other", [nodePorts[0]]);
    const taken = await arcus("memcached register conf/other.json");
    const address = `127.0.0.1:${nodePorts[0]}`;
    expect(taken).toMatchObject({ exitCode: 1, stderr: `Cannot register "other": ${address} is a node of "test"\n` });
    expect(await arcus("memcached list other")).toMatchObject({
      exitCode: 1,
      stderr: `There is no cloud "other" at 127.0.0.1:${zkPort}: registered are "test"\n`,
    });
  });

  test("a configuration that is wrong is said by file, key and what was expected", async () => {
    await writeFile(join(folder, "arcus/scripts/conf/wrong.json"), '{"serviceCode": "x", "servers": [{"ip": 7}]}');
    for (const words of ["deploy", "memcached register", "quicksetup"]) {
      expect(await arcus(`${words} conf/wrong.json`)).toMatchObject({
        exitCode: 1,
        stderr: "conf/wrong.json: servers[0].ip is 7; wanted is an address such as 10.0.0.1\n",
      });
    }
  });

  test("one node is stopped and started by its address", async () => {
    const address = `127.0.0.1:${nodePorts[1]}`;
    expect(await done(`memcached stop test ${address}`)).toContain("1 of 1 nodes stopped\n");
    expect(await list("test")).toMatchObject({ status: "SOME_DOWN", offline: [address] });
    expect(await done(`memcached start test ${address}`)).toContain("1 of 1 nodes online\n");
    const wrong = await arcus("memcached stop test 10.0.0.9:1");
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"10.0.0.9:1" is no node of "test"') });
  });

  test("a node that it did not start is not ended, and that is said", async () => {
    const [port] = nodePorts;
    await rm(join(folder, `arcus/run/memcached-test-${port}.pid`));
    const stop = await arcus("memcached stop test");
    expect(stop.exitCode).toBe(1);
    expect(stop.stderr).toContain(`127.0.0.1:${port} is still online: it was not started by this arcus.sh`);
    expect(await list("test")).toMatchObject({ online: [`127.0.0.1:${port}`], offline: [`127.0.0.1:${nodePorts[1]}`] });
    expect(await done("memcached start test")).toContain(`127.0.0.1:${port} is online already\n`);
    await shutDown(port);
  });

  /** As an operator would end a node whose process nobody knows. */
  async function shutDown(port: number): Promise<void> {
    await runCommand("bash", [
      "-c",
      String.raw`exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'shutdown\r\n' >&3; cat <&3`,
    ]);
    await expect.poll(async () => (await list("test")).offline, { timeout: 20_000 }).toContain(`127.0.0.1:${port}`);
  }

  test("a port that another program has stops one node, and not the others", async () => {
    await done("memcached stop test");
    await using other = createServer().listen(nodePorts[0], "127.0.0.1");
    await once(other, "listening");
    const start = await arcus("memcached start test");
    expect(start.exitCode).toBe(1);
    expect(start.stderr).toContain(`127.0.0.1:${nodePorts[0]} cannot start: another program has its port\n`);
    expect(start.stdout).toContain("1 of 2 nodes online\n");
  });

  test("two servers on one host cannot be set up", async () => {
    const { exitCode, stderr } = await arcus("-z 127.0.0.1:1,127.0.0.1:2 zookeeper init");
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("arcus.sh runs one a host"),
    });
  });

  test("unregister asks, and takes all of a cloud away", async () => {
    await done("memcached stop test");
    expect(await done("memcached unregister test", "Delete test\n")).toContain('"test" is unregistered\n');
    expect(await done("memcached listall --json")).toBe("[]\n");
  });

  test("a cloud of ten nodes, as its file describes it but for the ports", async () => {
    const conf = join(folder, "arcus/scripts/conf");
    const ports = await freePorts(10);
    const shipped = await readFile(join(conf, "local.10node.json"), "utf8");
    await writeFile(
      join(conf, "ten.json"),
      shipped.replaceAll(/17\d{3}/g, (port) => `${ports[Number(port) - 17_000]}`),
    );
    await done("memcached register conf/ten.json");
    expect(await done("memcached start 10node")).toContain("10 of 10 nodes online\n");
    const addresses = ports.map((port) => `127.0.0.1:${port}`).toSorted();
    expect(await list("10node")).toMatchObject({ status: "OK", total: 10, online: addresses, offline: [] });
    expect(await done("memcached listall")).toMatch(/^10node +OK +10 +10 +0 /m);
    expect(await done("memcached stop 10node")).toContain("10 of 10 nodes stopped\n");
    expect(await list("10node")).toMatchObject({ status: "DOWN", online: [] });
    await done("memcached unregister 10node", "Delete 10node\n");
  });

  test("engine arcus-memcached: its program, with its modules", async () => {
    const program = process.env["ARCUS_MEMCACHED"] ?? (await standIn());
    await configure("other", nodePorts, { engine: "arcus-memcached", memcached: "/no/memcached" });
    const missing = await arcus("deploy conf/other.json");
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('127.0.0.1: "/no/memcached" is no program there');

    await configure("other", nodePorts, { engine: "arcus-memcached", memcached: program });
    await done("memcached register conf/other.json");
    const start = await done("memcached start other");
    const lib = join(program, "../../lib");
    expect(start).toContain(
      `local: ${program} -E ${lib}/default_engine.so -X ${lib}/syslog_logger.so -X ${lib}/ascii_scrub.so -d `,
    );
    expect((await list("other")).online).toHaveLength(2);
    expect(await done("memcached stop other")).toContain("2 of 2 nodes stopped\n");
    await done("memcached unregister other", "Delete other\n");
  });

  test("both kinds of nodes make one cloud", async () => {
    const memcached = process.env["ARCUS_MEMCACHED"] ?? (await standIn());
    const at = (port: number) => ({ ip: "127.0.0.1", config: { port: `${port}` } });
    await configure("other", nodePorts, {
      servers: [at(nodePorts[0]), { ...at(nodePorts[1]), engine: "arcus-memcached", memcached }],
    });
    await done("memcached register conf/other.json");
    const start = await done("memcached start other");
    expect(start).toMatch(new RegExp(`arcus/bin/memcached -d .* -p ${nodePorts[0]} `));
    expect(start).toMatch(new RegExp(`${memcached} -E .* -p ${nodePorts[1]} `));
    expect((await list("other")).online).toHaveLength(2);
    await expectOneRing();
    await done("memcached stop other");
    await done("memcached unregister other", "Delete other\n");
  });

  /** Gives all keys to both nodes, and has each drop what it does not own: between them they must keep each key once. */
  async function expectOneRing(): Promise<void> {
    const keys = Array.from({ length: 2_000 }, (_, at) => `key:${at}`);
    const kept: string[][] = [];
    for (const port of nodePorts) {
      await say(port, keys.map((key) => `set ${key} 0 0 1\r\nv\r\n`).join(""), keys.length);
      expect(await say(port, "scrub stale\r\n", 1)).toBe("OK\r\n");
    }
    for (const port of nodePorts) {
      const state = (): Promise<string> => say(port, "stats scrub\r\n", /END\r\n$/);
      await expect.poll(state, { timeout: 20_000 }).toContain("STAT scrubber:status stopped\r\n");
      const found = await say(
        port,
        keys.map((key) => `get ${key}\r\n`).join(""),
        (text) => count(text, "END\r\n") === keys.length,
      );
      kept.push([...found.matchAll(/^VALUE (\S+) /gm)].map((match) => match[1]!));
    }
    expect(kept.flat().toSorted()).toEqual(keys.toSorted());
    for (const share of kept) expect(share.length).toBeGreaterThan(keys.length / 4);
  }

  /** Takes arcus-memcached's arguments, notes them, and is Branta's node. */
  async function standIn(): Promise<string> {
    const program = join(folder, "real/bin/memcached");
    await mkdir(join(program, ".."), { recursive: true });
    const words = [`#!/bin/bash`, `[ "$1" = -E ] && [ "$3" = -X ] && [ "$5" = -X ] || exit 64`, `shift 6`];
    await writeFile(program, [...words, `exec '${join(folder, "arcus/bin/memcached")}' "$@"`, ""].join("\n"));
    await chmod(program, 0o755);
    return program;
  }

  test("a checkout drives clouds, and says that it is no package", async () => {
    const words = (...more: readonly string[]) =>
      runCommand(join(REPOSITORY, "bin/arcus.sh"), ["-z", `127.0.0.1:${zkPort}`, ...more]);
    expect(await words("memcached", "listall")).toMatchObject({ exitCode: 0, stderr: "" });
    const refused = await words("zookeeper", "start");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is no Arcus package") });
  });

  test("a ZooKeeper that is not there ends the command within its time", async () => {
    await done("zookeeper stop");
    const stat = await arcus("zookeeper stat");
    expect(stat).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("does not serve: connection refused") });
    expect((await arcus("memcached listall --timeout 2")).stderr).toMatch(/takes a session within 2 s/);
  });
});
