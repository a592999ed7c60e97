import { freePort } from "@branta/tests-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { hasTerminal, Terminal } from "./terminal.ts";

/** "ZooKeeper usage": set a server up from the sample configuration, start it, and use it from its command line. */
describe("document 004 on one server", () => {
  let zookeeper: Installation;
  let port: number;

  beforeAll(async () => {
    zookeeper = await Installation.create("zookeeper-3.3.2");
    port = await freePort();
  });
  afterAll(() => zookeeper[Symbol.asyncDispose]());

  test("cp zoo_sample.cfg zoo.cfg, edit it, and zkServer.sh start", async () => {
    expect((await zookeeper.shell("cp zoo_sample.cfg zoo.cfg", { cwd: zookeeper.path("conf") })).exitCode).toBe(0);
    await zookeeper.writeConfig([
      "tickTime=2000",
      "initLimit=10",
      `dataDir=${zookeeper.path("data")}`,
      `clientPort=${port}`,
      "admin.enableServer=false",
    ]);
    const start = await zookeeper.shell("bin/zkServer.sh start");
    expect(start).toEqual({
      stdout: "Starting zookeeper ... STARTED\n",
      stderr: `ZooKeeper JMX enabled by default\nUsing config: ${zookeeper.path("bin")}/../conf/zoo.cfg\n`,
      exitCode: 0,
    });
  });

  test("zkServer.sh status, and start again", async () => {
    const status = await zookeeper.shell("bin/zkServer.sh status");
    expect(status.stdout).toBe(
      `Client port found: ${port}. Client address: localhost. Client SSL: false.\nMode: standalone\n`,
    );
    expect(status.exitCode).toBe(0);
    const again = await zookeeper.shell("bin/zkServer.sh start");
    expect(again.stdout).toMatch(/^Starting zookeeper \.\.\. already running as process \d+\.\n$/);
    expect(again.exitCode).toBe(1);
  });

  test.skipIf(!hasTerminal)("zkCli.sh, typed into a terminal", async () => {
    await using terminal = Terminal.run(`bin/zkCli.sh -server localhost:${port}`, zookeeper.home);
    const prompt = (number: number): RegExp => new RegExp(`\\[zk: localhost:${port}\\(CONNECTED\\) ${number}\\] `);

    const banner = await terminal.until(prompt(0));
    expect(banner).toContain(`Connecting to localhost:${port}\nWelcome to ZooKeeper!\nJLine support is enabled\n`);
    expect(banner).toContain("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null zxid: -1\n");

    terminal.type("help");
    const help = await terminal.until(prompt(1));
    expect(help).toContain("ZooKeeper -server host:port -client-configuration properties-file cmd args\n");
    expect(help).toContain("\tcreate [-s] [-e] [-c] [-t ttl] path [data] [acl]\n");

    terminal.type("get /zookeeper");
    expect(await terminal.until(prompt(2))).toMatch(/^get \/zookeeper\n\n\[zk/);

    terminal.type("ls /");
    expect(await terminal.until(prompt(3))).toContain("\n[zookeeper]\n");

    terminal.type("create /zk_ysoftman_node ysoftman_data");
    expect(await terminal.until(prompt(4))).toContain("\nCreated /zk_ysoftman_node\n");

    terminal.type("get /zk_ysoftman_node");
    expect(await terminal.until(prompt(5))).toContain("\nysoftman_data\n");

    terminal.type("get -s /zk_ysoftman_node");
    expect(await terminal.until(prompt(6))).toMatch(
      /\nysoftman_data\ncZxid = 0x\w+\nctime = \w{3} \w{3} \d\d [\d:]{8} UTC \d{4}\n[^]*dataLength = 13\nnumChildren = 0\n/,
    );

    // The tabulator completes commands and paths; the arrow brings back what was typed.
    terminal.press("delete /zk_y\t");
    await terminal.until(/delete \/zk_ysoftman_node/);
    terminal.type("");
    await terminal.until(prompt(7));
    terminal.press("\u{1b}[A\r");
    expect(await terminal.until(prompt(8))).toContain("\nNode does not exist: /zk_ysoftman_node\n");

    terminal.type("ls /");
    expect(await terminal.until(prompt(9))).toContain("\n[zookeeper]\n");

    terminal.type("quit");
    await terminal.until(/WatchedEvent state:Closed type:None path:null/);
    expect(await terminal.ended()).toBe(0);
  });

  test("the same in the spelling of 3.3, from a pipe", async () => {
    const lines = [
      "create /zk_ysoftman_node ysoftman_data",
      "get /zk_ysoftman_node watch",
      "set /zk_ysoftman_node changed 0",
      "ls2 / watch",
      "create /zk_ysoftman_node/child x",
      "rmr /zk_ysoftman_node/child",
      "delete /zk_ysoftman_node 7",
      "delete /zk_ysoftman_node 1",
      "quit",
    ];
    const session = await zookeeper.shell(`bin/zkCli.sh -server localhost:${port}`, { input: lines.join("\n") });
    expect(session.stdout).toContain("\nysoftman_data\n");
    expect(session.stdout).toContain("type:NodeDataChanged path:/zk_ysoftman_node");
    expect(session.stdout).toContain("\n[zk_ysoftman_node, zookeeper]\ncZxid = 0x0\n");
    expect(session.stdout).toContain("type:NodeChildrenChanged path:/ ");
    expect(session.stderr.split("\n")).toEqual([
      "Created /zk_ysoftman_node",
      "'get path [watch]' has been deprecated. Please use 'get [-s] [-w] path' instead.",
      "'set path data [version]' has been deprecated. Please use 'set [-s] [-v version] path data' instead.",
      "'ls2' has been deprecated. Please use 'ls [-s] path' instead.",
      "Created /zk_ysoftman_node/child",
      "The command 'rmr' has been deprecated. Please use 'deleteall' instead.",
      "'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.",
      "version No is not valid : /zk_ysoftman_node",
      "'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.",
      "",
    ]);
    expect(session.exitCode).toBe(0);
  });

  test("one command each, as scripts use it", async () => {
    const zkCli = (words: string) => zookeeper.shell(`bin/zkCli.sh -server localhost:${port} ${words}`);
    expect((await zkCli("create /script 1")).stderr).toBe("Created /script\n");
    expect((await zkCli("get /script")).stdout).toMatch(/\n1\n$/);
    expect((await zkCli("create /script 1")).exitCode).toBe(1);
    expect((await zkCli("nonsense")).exitCode).toBe(127);
    const json = await zkCli("--json get /script");
    expect(JSON.parse(json.stdout)).toMatchObject({ path: "/script", data: "1", stat: { version: 0 } });
    expect((await zkCli("delete /script")).exitCode).toBe(0);
  });

  test("zkServer.sh stop, stop again, and status of nothing", async () => {
    expect((await zookeeper.shell("bin/zkServer.sh stop")).stdout).toBe("Stopping zookeeper ... STOPPED\n");
    const again = await zookeeper.shell("bin/zkServer.sh stop");
    expect(again.stdout).toContain("no zookeeper to stop (could not find file ");
    expect(again.exitCode).toBe(0);
    const status = await zookeeper.shell("bin/zkServer.sh status");
    expect(status.stdout).toContain("\nError contacting service. It is probably not running.\n");
    expect(status.exitCode).toBe(1);
    const lost = await zookeeper.shell(`bin/zkCli.sh -server localhost:${port} ls /`);
    expect(lost.stderr).toBe("KeeperErrorCode = ConnectionLoss for /\n");
    expect(lost.exitCode).toBe(1);
  });
});
