import { mkdir } from "node:fs/promises";
import { freePorts } from "@branta/tests-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";

/**
 * "ZooKeeper usage", the ensemble: where there is one machine only, three servers on it, unpacked into `zookeeper1` to
 * `zookeeper3`, each with a `clientPort`, a `dataDir` and a `myid` of its own.
 */
describe("document 004 with three servers on one machine", () => {
  const servers: Installation[] = [];
  let ports: readonly number[];

  beforeAll(async () => {
    for (const name of ["zookeeper1", "zookeeper2", "zookeeper3"]) servers.push(await Installation.create(name));
    ports = await freePorts(9);
  });
  afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())));

  const client = (at: number): string => `localhost:${ports[at]}`;
  const modeOf = async (server: Installation): Promise<string> =>
    /^Mode: (\w+)$/m.exec((await server.shell("bin/zkServer.sh status")).stdout)?.[1] ?? "down";
  const modes = async (): Promise<string[]> => Promise.all(servers.map(modeOf));
  /** What an operator does who looks until the answer is the one that is hoped for. */
  const untilModes = async (...wanted: readonly string[]): Promise<void> => {
    await expect.poll(async () => (await modes()).sort(), { timeout: 30_000, interval: 200 }).toEqual(wanted);
  };
  const zkCli = (at: number, ...lines: readonly string[]) =>
    servers[at]!.shell(`bin/zkCli.sh -server ${client(at)}`, { input: `${lines.join("\n")}\n` });

  test("cp zoo_sample.cfg zoo.cfg, edit it, cat > myid", async () => {
    for (const [at, server] of servers.entries()) {
      expect((await server.shell("cp zoo_sample.cfg zoo.cfg", { cwd: server.path("conf") })).exitCode).toBe(0);
      await server.writeConfig([
        "tickTime=2000",
        "initLimit=10",
        "syncLimit=5",
        `dataDir=${server.path("data")}`,
        `clientPort=${ports[at]}`,
        ...[0, 1, 2].map((other) => `server.${other + 1}=localhost:${ports[3 + other]}:${ports[6 + other]}`),
      ]);
      await mkdir(server.path("data"));
      await server.shell(`cat > ${server.path("data", "myid")}`, { input: `${at + 1}\n` });
      expect((await server.shell("cat data/myid")).stdout).toBe(`${at + 1}\n`);
    }
  });

  test("zkServer.sh start on each, and status: one leads, two follow", async () => {
    for (const server of servers) {
      expect(await server.shell("bin/zkServer.sh start")).toEqual({
        stdout: "Starting zookeeper ... STARTED\n",
        stderr: `ZooKeeper JMX enabled by default\nUsing config: ${server.path("bin")}/../conf/zoo.cfg\n`,
        exitCode: 0,
      });
    }
    await untilModes("follower", "follower", "leader");
    const status = await servers[0]!.shell("bin/zkServer.sh status");
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(
      new RegExp(
        `^Client port found: ${ports[0]}\\. Client address: localhost\\. Client SSL: false\\.\nMode: (leader|follower)\n$`,
      ),
    );
  });

  test("zkCli.sh: what one server makes, all have", async () => {
    const first = await zkCli(
      0,
      "get /zookeeper",
      "ls /",
      "create /zk_ysoftman_node ysoftman_data",
      "get /zk_ysoftman_node",
      "quit",
    );
    expect(first.stdout).toContain("\n[zookeeper]\n");
    expect(first.stderr).toContain("Created /zk_ysoftman_node\n");
    expect(first.stdout).toContain("\nysoftman_data\n");
    for (const at of [1, 2]) {
      const seen = await zkCli(at, "sync /zk_ysoftman_node", "get /zk_ysoftman_node", "ls /", "quit");
      expect(seen.stdout).toContain("\nysoftman_data\n");
      expect(seen.stdout).toContain("\n[zk_ysoftman_node, zookeeper]\n");
    }
  });

  test("the leader is lost: another one leads, nothing is lost, and the lost one comes back as a follower", async () => {
    const before = await modes();
    const lost = before.indexOf("leader");
    await servers[lost]!.shell('kill -9 "$(cat data/zookeeper_server.pid)"');
    await untilModes("down", "follower", "leader");
    const other = [0, 1, 2].find((at) => at !== lost)!;
    const written = await zkCli(other, "set /zk_ysoftman_node changed", "create /after ''", "quit");
    expect(written.stderr).toContain("Created /after\n");
    expect((await servers[lost]!.shell("bin/zkServer.sh start")).stdout).toBe("Starting zookeeper ... STARTED\n");
    await untilModes("follower", "follower", "leader");
    const seen = await zkCli(lost, "sync /", "get /zk_ysoftman_node", "ls /", "quit");
    expect(seen.stdout).toContain("\nchanged\n");
    expect(seen.stdout).toContain("\n[after, zk_ysoftman_node, zookeeper]\n");
  });

  test("without a majority nobody serves", async () => {
    for (const at of [0, 1]) await servers[at]!.shell("bin/zkServer.sh stop");
    await untilModes("down", "down", "down");
    const status = await servers[2]!.shell("bin/zkServer.sh status");
    expect(status.stdout).toContain("\nError contacting service. It is probably not running.\n");
    expect(status.exitCode).toBe(1);
    expect((await servers[0]!.shell("bin/zkServer.sh start")).exitCode).toBe(0);
    await untilModes("down", "follower", "leader");
  });

  test("delete, quit, and zkServer.sh stop on each", async () => {
    const last = await zkCli(2, "sync /", "delete /zk_ysoftman_node", "ls /", "quit");
    expect(last.stdout).toContain("\n[after, zookeeper]\n");
    for (const at of [0, 2]) {
      expect((await servers[at]!.shell("bin/zkServer.sh stop")).stdout).toBe("Stopping zookeeper ... STOPPED\n");
    }
  });
});
