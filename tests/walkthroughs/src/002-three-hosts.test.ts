import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packedSoftware } from "./packed-software.ts";
import { type Operator, SshHosts } from "./ssh-hosts.ts";
import { hasTerminal, type Terminal } from "./terminal.ts";

const missing = hasTerminal ? await SshHosts.missing() : "there is no `script` for a terminal";
if (missing !== null) process.stderr.write(`Skipping document 002 on hosts: ${missing}\n`);

const MIRROR = "apache.mirror.cdnetworks.com";
const SERVERS = ["server1", "server2", "server3"] as const;
const PASSWORD = "Zoo-keeper-2";

/**
 * "ZooKeeper and Hadoop HA", steps 2 to 10: an ensemble on server1 to server3, put there from server1 by tar, scp and
 * ssh. server4 is a data node of the document's, which takes the keys. README.md says which lines are not run as written.
 */
describe.skipIf(missing !== null)("document 002 on hosts of its own", { timeout: 180_000 }, () => {
  let hosts: SshHosts;
  let downloads: string;

  beforeAll(async () => {
    downloads = await mkdtemp(join(tmpdir(), "branta-walkthrough-"));
    await packedSoftware("zookeeper-3.4.14", join(downloads, "zookeeper-3.4.14.tar.gz"));
    const names = [...SERVERS, "server4", MIRROR];
    const plans = names.map((name, at) => ({ name, address: `10.0.0.${at + 1}` }));
    hosts = await SshHosts.create(plans, [downloads]);
    await serveDownloads();
    // The document's chapter before this one made the account of Hadoop.
    for (const name of [...SERVERS, "server4"]) {
      await hosts.on(name).run(`useradd hadoop && echo hadoop:${PASSWORD} | chpasswd`);
    }
  }, 120_000);
  afterAll(async () => {
    await hosts?.[Symbol.asyncDispose]();
    await rm(downloads, { recursive: true, force: true });
  });

  const zookeeper = (name: string): Operator => hosts.on(name, "zookeeper");
  const home = (name: string): Operator => zookeeper(name).in("zookeeper-3.4.14");

  /** The mirror on the web: it has the archive where the document looks for it. */
  async function serveDownloads(): Promise<void> {
    const folder = "/srv/www/zookeeper/zookeeper-3.4.14";
    const script = `require("http").createServer((ask, answer) => require("fs").createReadStream("/srv/www" + ask.url).pipe(answer)).listen(80)`;
    const archive = hosts.on(MIRROR);
    const laid = await archive.run(`mkdir -p ${folder} && cp ${downloads}/zookeeper-3.4.14.tar.gz ${folder}`);
    expect(laid).toMatchObject({ stderr: "", exitCode: 0 });
    await archive.run(`node -e '${script}' >/dev/null 2>&1 </dev/null &`);
    await archive.done("timeout 20 sh -c 'until nc -z localhost 80; do sleep 0.1; done'");
  }

  /** Answers a command's questions as they come up. */
  async function talk(terminal: Terminal, ...dialogue: readonly (readonly [RegExp, string])[]): Promise<string> {
    let screen = "";
    for (const [question, answer] of dialogue) {
      screen += await terminal.until(question);
      terminal.type(answer);
    }
    return screen;
  }

  /** ssh-keygen in a terminal, and ssh-copy-id to each host, whose key nobody knows yet. */
  async function handKeyOver(operator: Operator, file: string, user: string, names: readonly string[]): Promise<void> {
    await using keygen = operator.terminal('ssh-keygen -t rsa -b 4096 -C "operator@example.com"');
    const empty = [/Enter passphrase.*: $/, ""] as const;
    await talk(keygen, [/Enter file in which to save the key.*: $/, file], empty, [
      /Enter same passphrase again: $/,
      "",
    ]);
    await keygen.until(/The key's randomart image is:/);
    expect(await keygen.ended()).toBe(0);
    for (const name of names) {
      await using copy = operator.terminal(`ssh-copy-id -i ${file}.pub ${user}@${name}`);
      await talk(
        copy,
        [/authenticity of host '.*' can't be established[^]*\(yes\/no\/\[fingerprint\]\)\? $/, "yes"],
        [/password: $/, PASSWORD],
      );
      await copy.until(/Number of key\(s\) added: 1/);
      expect(await copy.ended()).toBe(0);
    }
  }

  test("step 2: all hosts have the same time", async () => {
    const times = await Promise.all(SERVERS.map((name) => hosts.on(name).done("date +%s")));
    const seconds = times.map(({ stdout }) => Number(stdout));
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThan(10);
  });

  test("step 3: useradd and passwd on each", async () => {
    for (const name of SERVERS) {
      await hosts.on(name).done("useradd zookeeper");
      await using passwd = hosts.on(name).terminal("passwd zookeeper");
      await talk(passwd, [/New password: $/, PASSWORD], [/Retype new password: $/, PASSWORD]);
      await passwd.until(/password updated successfully/);
    }
  });

  test("step 4: wget and tar", async () => {
    await zookeeper("server1").done(`wget http://${MIRROR}/zookeeper/zookeeper-3.4.14/zookeeper-3.4.14.tar.gz`);
    const unpacked = await zookeeper("server1").done("tar xvfz zookeeper-3.4.14.tar.gz");
    expect(unpacked.stdout).toContain("zookeeper-3.4.14/bin/zkServer.sh\n");
  });

  test("step 5: conf/zoo.cfg from the sample", async () => {
    await home("server1").done("cp conf/zoo_sample.cfg conf/zoo.cfg");
    // As with the document's editor.
    await home("server1").done("sed -i 's|^dataDir=.*|dataDir=/home/zookeeper/data|' conf/zoo.cfg");
    const lines = SERVERS.map((name, at) => `server.${at + 1}=${name}:2888:3888\n`);
    await home("server1").done("cat >>conf/zoo.cfg", lines.join(""));
    const saved = await home("server1").done("grep -E '^(dataDir|clientPort|server)' conf/zoo.cfg");
    expect(saved.stdout).toBe(`dataDir=/home/zookeeper/data\nclientPort=2181\n${lines.join("")}`);
  });

  test("step 6: data/myid", async () => {
    await zookeeper("server1").done("mkdir data && cat >data/myid", "1\n");
  });

  test("step 7: keys, to the hosts of Hadoop and to those of ZooKeeper", async () => {
    const hadoop = hosts.on("server1", "hadoop");
    await handKeyOver(hadoop, "/home/hadoop/.ssh/id_rsa_zookeeper", "hadoop", [...SERVERS, "server4"]);
    for (const name of [...SERVERS, "server4"]) {
      const there = await hadoop.done(`ssh -i /home/hadoop/.ssh/id_rsa_zookeeper hadoop@${name} hostname`);
      expect(there.stdout).toBe(`${name}\n`);
    }
    await handKeyOver(zookeeper("server1"), "/home/zookeeper/.ssh/id_rsa", "zookeeper", ["server2", "server3"]);
  });

  test("step 8: tar, scp and ssh to the others", async () => {
    await zookeeper("server1").done("tar cvfz zookeeper.tar.gz zookeeper-3.4.14");
    for (const name of ["server2", "server3"]) {
      await zookeeper("server1").done(`scp zookeeper.tar.gz zookeeper@${name}:/home/zookeeper`);
      const line = `ssh ${name} "cd /home/zookeeper; tar xvfz zookeeper.tar.gz;mkdir data"`;
      expect((await zookeeper("server1").done(line)).stdout).toContain("zookeeper-3.4.14/conf/zoo.cfg\n");
    }
  });

  test("step 9: data/myid on the others", async () => {
    await zookeeper("server2").done("cat >data/myid", "2\n");
    await zookeeper("server3").done("cat >data/myid", "3\n");
    const seen = await zookeeper("server1").done("cat data/myid; for n in 2 3; do ssh server$n cat data/myid; done");
    expect(seen.stdout).toBe("1\n2\n3\n");
  });

  const modeOf = async (name: string): Promise<string> =>
    /^Mode: (\w+)$/m.exec((await home(name).run("./bin/zkServer.sh status")).stdout)?.[1] ?? "down";
  /** What an operator does who looks until the answer is the one that is hoped for. */
  const untilModes = async (names: readonly string[], ...wanted: readonly string[]): Promise<void> => {
    const modes = async (): Promise<string[]> => (await Promise.all(names.map(modeOf))).toSorted();
    await expect.poll(modes, { timeout: 60_000, interval: 300 }).toEqual(wanted);
  };

  test("step 10: zkServer.sh start and status on each: one leads, two follow", async () => {
    for (const name of SERVERS) {
      const start = await home(name).done("./bin/zkServer.sh start");
      expect(start.stdout).toMatch(/^(?:\/usr\/bin\/java\n)?Starting zookeeper \.\.\. STARTED\n$/);
      expect(start.stderr).toContain(
        "ZooKeeper JMX enabled by default\nUsing config: /home/zookeeper/zookeeper-3.4.14/bin/../conf/zoo.cfg\n",
      );
    }
    await untilModes(SERVERS, "follower", "follower", "leader");
    for (const name of SERVERS) {
      const status = await home(name).done("./bin/zkServer.sh status");
      expect(status.stdout).toMatch(
        /Client port found: 2181\. Client address: localhost\. Client SSL: false\.\nMode: (?:leader|follower)\n$/,
      );
    }
  });

  test(
    "ha.zookeeper.quorum: a client of all three sees what was written through one",
    { timeout: 60_000 },
    async () => {
      const quorum = SERVERS.map((name) => `${name}:2181`).join(",");
      await home("server1").done("./bin/zkCli.sh -server server1:2181 create /hadoop-ha written");
      const read = await home("server3").done(`./bin/zkCli.sh -server ${quorum} get /hadoop-ha`);
      expect(read.stdout).toContain("written\n");
    },
  );

  test(
    "the leader's cable is pulled: another one leads, and it follows when it is back",
    { timeout: 180_000 },
    async () => {
      const modes = await Promise.all(SERVERS.map(modeOf));
      const lost = SERVERS[modes.indexOf("leader")]!;
      const others = SERVERS.filter((name) => name !== lost);
      await hosts.network.unplug(lost);
      await untilModes(others, "follower", "leader");
      const quorum = others.map((name) => `${name}:2181`).join(",");
      await home(others[0]!).done(`./bin/zkCli.sh -server ${quorum} set /hadoop-ha changed`);
      await hosts.network.plug(lost);
      await untilModes(SERVERS, "follower", "follower", "leader");
      const cli = "./bin/zkCli.sh -server localhost:2181";
      const read = await home(lost).done(cli, "sync /hadoop-ha\nget /hadoop-ha\nquit\n");
      expect(read.stdout).toContain("changed\n");
    },
  );

  test("zkServer.sh stop on each", async () => {
    for (const name of SERVERS) {
      const stop = await home(name).done("./bin/zkServer.sh stop");
      expect(stop.stdout).toContain("Stopping zookeeper ... STOPPED\n");
    }
    await untilModes(SERVERS, "down", "down", "down");
  });
});
