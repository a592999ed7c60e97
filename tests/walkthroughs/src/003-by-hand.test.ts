import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packedSoftware } from "./packed-software.ts";
import type { CommandResult } from "./run-command.ts";
import { type Operator, SshHosts } from "./ssh-hosts.ts";

const missing = await SshHosts.missing();
if (missing !== null) process.stderr.write(`Skipping document 003 by hand on hosts: ${missing}\n`);

const HOSTS = ["cache001.arcus", "cache002.arcus", "cache003.arcus"] as const;
const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3"] as const;
const ZKLIST = ADDRESSES.map((address) => `${address}:2181`).join(",");
const ARCUS = "/home/arcus/arcus";
const ZOOKEEPER = `${ARCUS}/zookeeper`;

/** What `arcus.sh zookeeper init` writes into conf/zoo.cfg of every host. */
const ZOO_CFG = [
  "maxClientCnxns=100",
  "tickTime=2000",
  "initLimit=10",
  "syncLimit=5",
  `dataDir=${ZOOKEEPER}/data`,
  "clientPort=2181",
  "4lw.commands.whitelist=*",
  "minSessionTimeout=4000",
  "maxSessionTimeout=200000",
  ...ADDRESSES.map((address, at) => `server.${at + 1}=${address}:2888:3888`),
  "",
].join("\n");

/** The znodes that `arcus.sh zookeeper init` makes, in that order. */
const STRUCTURE = ["/arcus", "/arcus/cache_list", "/arcus/client_list", "/arcus/cache_server_mapping"];

/**
 * "Arcus cache cloud on several servers", what it does to ZooKeeper. Somebody sits at cache001.arcus and gives the
 * commands of the document; each is written out as the lines that it runs there and, through SSH, on the two others.
 */
describe.skipIf(missing !== null)("document 003, by hand, on hosts of its own", { timeout: 180_000 }, () => {
  let hosts: SshHosts;
  let downloads: string;

  beforeAll(async () => {
    downloads = await mkdtemp(join(tmpdir(), "branta-walkthrough-"));
    await packedSoftware("zookeeper-3.4.14", join(downloads, "zookeeper.tar.gz"));
    const plans = HOSTS.map((name, at) => ({ name, address: ADDRESSES[at]! }));
    hosts = await SshHosts.create(plans, [downloads]);
    await shareKey();
    // What the document builds: here the part of it that is ZooKeeper.
    await hosts.on("cache001.arcus").done(`install -m 644 ${downloads}/zookeeper.tar.gz /srv`);
    await admin().done(`mkdir arcus && tar xzf /srv/zookeeper.tar.gz && mv zookeeper-3.4.14 ${ZOOKEEPER}`);
  }, 120_000);
  afterAll(async () => {
    await hosts?.[Symbol.asyncDispose]();
    await rm(downloads, { recursive: true, force: true });
  });

  const admin = (): Operator => hosts.on("cache001.arcus", "arcus");

  /** "A public key without a passphrase, on every server": an account on each, which cache001's key opens. */
  async function shareKey(): Promise<void> {
    for (const name of HOSTS) await hosts.on(name).done("useradd --password '*' arcus");
    await admin().done("mkdir -m 700 .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519");
    const { stdout: key } = await admin().done("cat .ssh/id_ed25519.pub");
    for (const name of HOSTS) {
      await hosts.on(name, "arcus").done("mkdir -p -m 700 .ssh && cat >>.ssh/authorized_keys", key);
    }
    // As arcus.sh, which asks nobody whether it may connect.
    await admin().done("cat >>.ssh/config", "StrictHostKeyChecking accept-new\n");
  }

  /** Runs a line in a folder of every host, one after the other: here at once, there through SSH. */
  async function everywhere(line: string, input?: string): Promise<readonly CommandResult[]> {
    const results: CommandResult[] = [];
    for (const address of ADDRESSES) {
      const there = address === "10.0.0.1" ? line : `ssh ${address} '${line.replaceAll("'", String.raw`'\''`)}'`;
      results.push(await admin().done(there, input));
    }
    return results;
  }

  /** How arcus.sh waits for a leader: it asks every host until one leads and the others follow. */
  async function untilLed(): Promise<void> {
    const line =
      'GOT=$(echo srvr | nc localhost 2181 | grep Mode:); if [ -z "$GOT" ]; then echo "Mode: stale"; else echo $GOT; fi';
    const modes = async (): Promise<string[]> => (await everywhere(line)).map(({ stdout }) => stdout.trim()).toSorted();
    await expect
      .poll(modes, { timeout: 60_000, interval: 300 })
      .toEqual(["Mode: follower", "Mode: follower", "Mode: leader"]);
  }

  const start = async (): Promise<void> => {
    for (const { stdout } of await everywhere(`cd ${ZOOKEEPER} && bin/zkServer.sh start`)) {
      expect(stdout).toMatch(/^(?:\/usr\/bin\/java\n)?Starting zookeeper \.\.\. STARTED\n$/);
    }
  };
  const stop = async (): Promise<void> => {
    for (const { stdout } of await everywhere(`cd ${ZOOKEEPER} && bin/zkServer.sh stop`)) {
      expect(stdout).toMatch(/^(?:\/usr\/bin\/java\n)?Stopping zookeeper \.\.\. STOPPED\n$/);
    }
  };
  const zkCli = (...lines: readonly string[]): Promise<CommandResult> =>
    admin().done(`${ZOOKEEPER}/bin/zkCli.sh -server ${ZKLIST}`, `${[...lines, "quit"].join("\n")}\n`);

  test("./arcus.sh deploy conf/test.json", async () => {
    await admin().done(`tar -czf /tmp/arcus.tar.gz -C /home/arcus arcus`);
    for (const address of ADDRESSES.slice(1)) {
      await admin().done(`ssh ${address} mkdir -p /home/arcus`);
      await admin().done(`echo put /tmp/arcus.tar.gz /home/arcus/arcus.tar.gz | sftp -b - ${address}`);
      await admin().done(`ssh ${address} 'cd /home/arcus && tar -xzf arcus.tar.gz && rm -f arcus.tar.gz'`);
    }
    for (const { stdout } of await everywhere(`ls ${ZOOKEEPER}/bin/zkServer.sh`)) {
      expect(stdout).toBe(`${ZOOKEEPER}/bin/zkServer.sh\n`);
    }
  });

  test("./arcus.sh zookeeper init", async () => {
    for (const [at, address] of ADDRESSES.entries()) {
      const line = `cd ${ZOOKEEPER} && mkdir -p data && echo ${at + 1} > data/myid`;
      await admin().done(address === "10.0.0.1" ? line : `ssh ${address} '${line}'`);
    }
    await everywhere(`cat >${ZOOKEEPER}/conf/zoo.cfg`, ZOO_CFG);
    await start();
    await untilLed();
    const made = await zkCli(...STRUCTURE.map((path) => `create ${path} ''`), "ls /arcus");
    expect(made.stdout).toContain("[cache_list, cache_server_mapping, client_list]\n");
    await stop();
  });

  test("./arcus.sh zookeeper start", async () => {
    await start();
    await untilLed();
  });

  test("./arcus.sh zookeeper stat: a leader is decided, and all have the same", async () => {
    const stats = (await everywhere("echo stat | nc localhost 2181")).map(({ stdout }) => stdout);
    for (const stat of stats) {
      expect(stat).toMatch(
        /^Zookeeper version: 3\.[^]*\nClients:\n \/(?:127\.0\.0\.1|\[?0:0:0:0:0:0:0:1\]?):\d+\[0\]\(queued=0,recved=1,sent=0\)\n\nLatency min\/avg\/max: [\d.]+\/[\d.]+\/[\d.]+\nReceived: \d+\nSent: \d+\nConnections: 1\nOutstanding: 0\nZxid: 0x[\da-f]+\nMode: (?:leader|follower)\nNode count: 9\n/,
      );
    }
    expect(stats.filter((stat) => stat.includes("\nMode: leader\n"))).toHaveLength(1);
    expect(stats.filter((stat) => stat.includes("\nProposal sizes last/min/max: "))).toHaveLength(1);
  });

  test("a service is registered with one host gone, and taken away when it is back", async () => {
    const list = "/arcus/cache_list/test-cloud";
    await hosts.network.unplug("cache003.arcus");
    await zkCli(`create ${list} test.json`, "create /arcus/client_list/test-cloud ''");
    await hosts.network.plug("cache003.arcus");
    await untilLed();
    const third = await hosts
      .on("cache003.arcus", "arcus")
      .done(`${ZOOKEEPER}/bin/zkCli.sh -server localhost:2181`, `sync /arcus\nget ${list}\nquit\n`);
    expect(third.stdout).toContain("test.json\n");
    const gone = await zkCli(
      `delete ${list}`,
      "delete /arcus/client_list/test-cloud",
      "sync /arcus",
      "ls /arcus/cache_list",
    );
    expect(gone.stdout).toContain("[]\n");
  });

  test("./arcus.sh zookeeper stop, and start: what was registered is there", async () => {
    await stop();
    await start();
    await untilLed();
    expect((await zkCli("ls /arcus")).stdout).toContain("[cache_list, cache_server_mapping, client_list]\n");
    await stop();
  });
});
