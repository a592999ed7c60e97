import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packedCloud } from "./packed-software.ts";
import type { CommandResult } from "./run-command.ts";
import { type Operator, SshHosts } from "./ssh-hosts.ts";
import { hasTerminal } from "./terminal.ts";

const missing = await SshHosts.missing();
if (missing !== null) process.stderr.write(`Skipping document 003 on hosts: ${missing}\n`);

const HOSTS = ["cache001.arcus", "cache002.arcus", "cache003.arcus"] as const;
const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3"] as const;
const NODES = ADDRESSES.flatMap((address) => [`${address}:11211`, `${address}:11212`]);
const ZKLIST = ADDRESSES.map((address) => `${address}:2181`).join(",");
const PASSWORD = "Ar-cus-3";

/** What a node's session may last when nobody closes it, and what noticing and reading that may take. */
const SESSION_MS = 30_000;
const NOTICE_MS = 15_000;

const CREATED = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}`;
const DASHES = `${"-".repeat(83)}\n`;
const HEADING = "serviceCode  status  total  online  offline  created                     modified\n";

/** `list --json` */
interface Listing {
  readonly status: string;
  readonly online: readonly string[];
  readonly offline: readonly string[];
}

/**
 * "Arcus cache cloud on several servers": somebody sits at cache001.arcus, in arcus/scripts, and gives the commands of
 * the document as they stand there.
 */
describe.skipIf(missing !== null)("document 003 on hosts of its own", { timeout: 240_000 }, () => {
  let hosts: SshHosts;
  let downloads: string;

  beforeAll(async () => {
    downloads = await mkdtemp(join(tmpdir(), "branta-walkthrough-"));
    await packedCloud(join(downloads, "arcus.tar.gz"));
    const plans = HOSTS.map((name, at) => ({ name, address: ADDRESSES[at]! }));
    hosts = await SshHosts.create(plans, [downloads]);
    for (const name of HOSTS) await hosts.on(name).done("useradd --password '*' arcus");
    await shareKey();
  }, 120_000);
  afterAll(async () => {
    await hosts?.[Symbol.asyncDispose]();
    await rm(downloads, { recursive: true, force: true });
  });

  const home = (): Operator => hosts.on("cache001.arcus", "arcus");
  const scripts = (): Operator => home().in("/home/arcus/arcus/scripts");
  const arcus = (words: string, input = ""): Promise<CommandResult> => scripts().done(`./arcus.sh ${words}`, input);

  /** "A public key without a passphrase, on every server." */
  async function shareKey(): Promise<void> {
    await home().done("mkdir -m 700 .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519");
    const { stdout: key } = await home().done("cat .ssh/id_ed25519.pub");
    for (const name of HOSTS.slice(1)) {
      await hosts.on(name, "arcus").done("mkdir -p -m 700 .ssh && cat >>.ssh/authorized_keys", key);
    }
  }

  async function listing(): Promise<Listing> {
    return JSON.parse((await arcus("memcached list test-cloud --json")).stdout) as Listing;
  }

  /** Waits until exactly these nodes are gone; answers how long that took, ms. */
  async function untilOffline(nodes: readonly string[]): Promise<number> {
    const began = Date.now();
    const offline = async (): Promise<readonly string[]> => (await listing()).offline;
    await expect.poll(offline, { timeout: 90_000, interval: 500 }).toEqual(nodes);
    return Date.now() - began;
  }

  const pidOf = (port: string): string => `$(cat /home/arcus/arcus/run/memcached-test-cloud-${port}.pid)`;

  test("git clone, cd arcus/scripts, ./build.sh", async () => {
    await hosts.on("cache001.arcus").done(`install -m 644 ${downloads}/arcus.tar.gz /srv`);
    await home().done("tar xzf /srv/arcus.tar.gz");
    const { stdout } = await scripts().done("./build.sh");
    expect(stdout).toMatch(/^ARCUS BUILD PROCESS: START\n/);
    expect(stdout).toMatch(/\nARCUS BUILD PROCESS: END\n$/);
  });

  test("cp conf/test.json, and zklist at the top of arcus.sh", async () => {
    await scripts().done("cp conf/test.json conf/mine.json && cmp conf/mine.json conf/test.json");
    await scripts().done(`sed -i 's/^zklist=.*/zklist="${ZKLIST}"/' arcus.sh`);
    expect((await scripts().done("grep -c ^zklist= arcus.sh")).stdout).toBe("1\n");
  });

  test("./arcus.sh deploy conf/test.json", async () => {
    // The second time, over what is there.
    for (const _ of [1, 2]) {
      const { stdout, stderr } = await arcus("deploy conf/test.json");
      expect(stderr).toBe("");
      expect(stdout).toMatch(
        /^Server Roles\n\tzookeeper: 10\.0\.0\.1, 10\.0\.0\.2, 10\.0\.0\.3\n\tmemcached: 10\.0\.0\.1, 10\.0\.0\.2, 10\.0\.0\.3\n\n\[10\.0\.0\.1\] Executing task 'deploy'\nskipping localhost\n\[10\.0\.0\.2\] Executing task 'deploy'\n\[10\.0\.0\.2\] put: .* -> \/home\/arcus\/arcus\n/,
      );
      expect(stdout).toContain("2 of 3 hosts took the package");
      expect(stdout).toMatch(/\nDone\.\nDisconnecting from 10\.0\.0\.[23]\.\.\. done\.\n/);
    }
    for (const name of HOSTS) {
      await hosts.on(name, "arcus").done("test -x arcus/bin/memcached && test -x arcus/zookeeper/bin/zkServer.sh");
    }
    // Two that were met for the first time were written down.
    expect((await home().done("cut -d ' ' -f 1 .ssh/known_hosts | sort")).stdout).toBe("10.0.0.2\n10.0.0.3\n");
  });

  test("./arcus.sh zookeeper init", async () => {
    const { stdout } = await arcus("zookeeper init");
    const words = [
      "====== Task: zk_config",
      "[10.0.0.2] Executing task 'zk_config_id'",
      "====== Task: zk_start",
      "Starting zookeeper ... STARTED",
      "[10.0.0.2] run: bin/zkServer.sh start",
      "[10.0.0.2] out: Starting zookeeper ... STARTED",
      "[10.0.0.3] out: Starting zookeeper ... STARTED",
      "====== Func: zk_wait",
      "got a leader, and all nodes are up",
      "====== Task: zk_create_arcus_structure",
      "/arcus/client_list",
      "====== Task: zk_stop",
      "[10.0.0.3] out: Stopping zookeeper ... STOPPED",
      "Done.",
    ];
    const lines = stdout.split("\n");
    expect(words.map((word) => lines.indexOf(word))).toEqual(
      words.map((word) => lines.indexOf(word)).toSorted((a, b) => a - b),
    );
    for (const word of words) expect(lines).toContain(word);
    for (const path of ["cache_list", "client_list", "cache_server_mapping"]) expect(lines).toContain(`/arcus/${path}`);
    for (const [at, name] of HOSTS.entries()) {
      const { stdout: id } = await hosts.on(name, "arcus").done("cat arcus/zookeeper/data/myid");
      expect(id).toBe(`${at + 1}\n`);
    }
  });

  test("./arcus.sh zookeeper start, and again: what runs is left alone", async () => {
    expect((await arcus("zookeeper start")).stdout).toContain("[10.0.0.3] out: Starting zookeeper ... STARTED\n");
    expect((await arcus("zookeeper start")).stdout).toMatch(
      /Starting zookeeper \.\.\. already running as process \d+\.\n/,
    );
  });

  test("./arcus.sh zookeeper stat: a leader is decided", async () => {
    const stat = (): Promise<CommandResult> => scripts().run("./arcus.sh zookeeper stat");
    await expect.poll(async () => (await stat()).exitCode, { timeout: 30_000 }).toBe(0);
    const { stdout } = await stat();
    expect(stdout.match(/^(?:\[10\.0\.0\.\d\] out: )?Mode: follower$/gm)).toHaveLength(2);
    expect(stdout.match(/^(?:\[10\.0\.0\.\d\] out: )?Mode: leader$/gm)).toHaveLength(1);
    expect(stdout).toMatch(/\n3 of 3 servers serve; 10\.0\.0\.\d:2181 is leader\n/);
  });

  test("a service that nobody registered is none", async () => {
    for (const verb of ["start", "stop", "list"]) {
      const { exitCode, stderr } = await scripts().run(`./arcus.sh memcached ${verb} nosuch`);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: `There is no cloud "nosuch" at ${ZKLIST}: no cloud is\n`,
      });
    }
  });

  test("./arcus.sh memcached register conf/test.json", async () => {
    const { stdout } = await arcus("memcached register conf/test.json");
    expect(stdout).toContain("created /arcus/cache_list/test-cloud\ncreated /arcus/client_list/test-cloud\n");
    for (const node of NODES) expect(stdout).toContain(`created /arcus/cache_server_mapping/${node}/test-cloud\n`);
  });

  test("./arcus.sh memcached start test-cloud, and again: what is online is left alone", async () => {
    const { stdout, stderr } = await arcus("memcached start test-cloud");
    expect(stderr).toBe("");
    const command = `-d -v -r -R5 -U 0 -D: -b 8192 -m100 -p 11212 -c 1000 -t 4 -z ${ZKLIST} `;
    expect(stdout).toContain(`[10.0.0.2] run: /home/arcus/arcus/bin/memcached ${command}`);
    expect(stdout).toContain("6 of 6 nodes online\n");
    expect((await arcus("memcached start test-cloud")).stdout.match(/is online already$/gm)).toHaveLength(6);
  });

  test("./arcus.sh memcached listall, and list test-cloud: six nodes online", async () => {
    const row = String.raw`test-cloud   OK          6       6        0  ${CREATED}  None    `;
    const table = `${DASHES}${HEADING}${DASHES}${row}\n`;
    const roles = String.raw`Server Roles\n\tzookeeper: 10\.0\.0\.1, 10\.0\.0\.2, 10\.0\.0\.3\n\n`;
    expect((await arcus("memcached listall")).stdout).toMatch(new RegExp(`^${roles}${table}\nDone\\.\n$`));
    const online = NODES.map((node) => `\t${node}\n`).join("");
    expect((await arcus("memcached list test-cloud")).stdout).toMatch(
      new RegExp(`^${roles}${table}\nOnline\n${online}\nDone\\.\n$`),
    );
  });

  test("znodes are those of a real cloud, byte by byte", async () => {
    const zkCli = "/home/arcus/arcus/zookeeper/bin/zkCli.sh";
    const read = async (command: string): Promise<string> =>
      (await home().done(`${zkCli} -server ${ZKLIST} ${command}`)).stdout;
    expect(await read("get /arcus/cache_server_mapping/10.0.0.2:11212")).toContain(
      '{"memlimit": "100", "connections": "1000", "threads": "4", "port": "11212"}\n',
    );
    expect(await read("get /arcus/cache_list/test-cloud")).toMatch(
      new RegExp(
        `^{"created": "${CREATED}", "config": {"memlimit": "100", "connections": "1000", "threads": "6"}, "serviceCode": "test-cloud", "servers": \\[{"ip": "10.0.0.1", "hostname": "cache001.arcus", "config": {"port": "11211"}}, `,
        "m",
      ),
    );
    const nodes = NODES.map((node) => `${node}-cache00${node.slice(7, 8)}.arcus`);
    expect(await read("ls /arcus/cache_list/test-cloud")).toContain(`[${nodes.join(", ")}]\n`);
    expect(await read(`get /arcus/cache_list/test-cloud/${nodes[3]}`)).toContain("100MB\n");
  });

  test("the nodes serve", async () => {
    for (const address of ADDRESSES) {
      const words = String.raw`printf 'set k 0 0 1\r\nv\r\nget k\r\nquit\r\n' | nc -q 2 ${address} 11211`;
      expect((await home().done(words)).stdout).toBe("STORED\r\nVALUE k 0 1\r\nv\r\nEND\r\n");
    }
  });

  test("unregister is refused while nodes run, and when the words are others", async () => {
    const refused = await scripts().run("./arcus.sh memcached unregister test-cloud", "Delete test-cloud\n");
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain(
      '!!Caution!!\nThis will delete an Arcus cluster permanently.\nPlease type in the following texts to confirm: "Delete test-cloud"\n>> ',
    );
    expect(refused.stderr).toMatch(
      /^Cannot unregister "test-cloud": 6 of its nodes run \(10\.0\.0\.1:11211-cache001\.arcus, /,
    );
    const canceled = await scripts().run("./arcus.sh memcached unregister test-cloud", "delete it\n");
    expect(canceled).toMatchObject({ exitCode: 1, stderr: "Delete canceled.\n" });
    expect((await listing()).online).toEqual(NODES);
  });

  test("kill -9 of a node: SOME_DOWN within the session timeout; start brings that one back", async () => {
    await hosts.on("cache002.arcus", "arcus").done(`kill -9 ${pidOf("11211")}`);
    expect(await untilOffline(["10.0.0.2:11211"])).toBeLessThan(SESSION_MS + NOTICE_MS);
    const { stdout } = await arcus("memcached list test-cloud");
    expect(stdout).toContain("test-cloud   SOME_DOWN      6       5        1  ");
    expect(stdout).toContain("\nOffline\n\t10.0.0.2:11211\n");
    expect((await arcus("memcached start test-cloud")).stdout).toContain("6 of 6 nodes online\n");
  });

  test("a whole host is lost: the others serve, commands end with a clear error, and it comes back", async () => {
    await hosts.network.unplug("cache003.arcus");
    expect(await untilOffline(["10.0.0.3:11211", "10.0.0.3:11212"])).toBeLessThan(SESSION_MS + 2 * NOTICE_MS);
    const began = Date.now();
    const start = await scripts().run("./arcus.sh memcached start test-cloud");
    expect(Date.now() - began).toBeLessThan(40_000);
    expect(start.exitCode).toBe(1);
    expect(start.stderr).toContain("10.0.0.3: ");
    expect(start.stderr).toContain('Cannot start 2 of 6 nodes of "test-cloud": 10.0.0.3:11211, 10.0.0.3:11212');
    const stat = await scripts().run("./arcus.sh zookeeper stat");
    expect(stat.exitCode).toBe(1);
    expect(stat.stderr).toContain("10.0.0.3:2181 does not serve: ");

    await hosts.network.plug("cache003.arcus");
    // Nodes whose session ended end themselves; where they did not yet, start waits for nothing that is there.
    const again = async (): Promise<number | null> =>
      (await scripts().run("./arcus.sh memcached start test-cloud")).exitCode;
    await expect.poll(again, { timeout: 60_000 }).toBe(0);
    expect(await listing()).toMatchObject({ status: "OK", online: NODES });
  });

  test("register again while nodes run: modified is set, created stays", async () => {
    await arcus("memcached register conf/test.json");
    const { stdout } = await arcus("memcached listall");
    expect(stdout).toMatch(new RegExp(`test-cloud   OK          6       6        0  ${CREATED}  ${CREATED}\n`));
  });

  test("./arcus.sh memcached stop test-cloud, and again", async () => {
    const { stdout } = await arcus("memcached stop test-cloud");
    expect(stdout).toMatch(/\[localhost\] local: kill -INT \d+\n10\.0\.0\.1:11211 stopped\n/);
    expect(stdout).toMatch(/\[10\.0\.0\.3\] run: kill -INT \d+\n10\.0\.0\.3:11212 stopped\n/);
    expect(stdout).toContain("6 of 6 nodes stopped\n");
    const list = (await arcus("memcached list test-cloud")).stdout;
    expect(list).toContain("test-cloud   DOWN        6       0        6  ");
    expect(list).toContain(`\nOffline\n${NODES.map((node) => `\t${node}\n`).join("")}`);
    expect((await arcus("memcached stop test-cloud")).stdout.match(/does not run$/gm)).toHaveLength(6);
  });

  test("a port that another program has is said, and that program is left alone", async () => {
    const other = hosts.on("cache002.arcus");
    await other.run("nc -lk 11211 >/dev/null 2>&1 </dev/null & echo $! >/run/other.pid");
    const { exitCode, stderr } = await scripts().run("./arcus.sh memcached start test-cloud");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("10.0.0.2:11211 cannot start: another program has its port\n");
    expect((await scripts().run("./arcus.sh memcached stop test-cloud")).exitCode).toBe(0);
    await other.done("kill $(cat /run/other.pid)");
  });

  test("./arcus.sh ping test-cloud", async () => {
    const { stdout } = await arcus("ping test-cloud");
    expect(stdout).toContain("====== Ping to ZooKeeper servers\n[localhost] local: ping -c 3 10.0.0.1\n");
    expect(stdout).toContain("====== Ping to Memcached servers\n[localhost] local: ping -c 3 10.0.0.1\n");
  });

  test("./arcus.sh memcached unregister test-cloud", async () => {
    const { stdout } = await arcus("memcached unregister test-cloud", "Delete test-cloud\n");
    expect(stdout).toContain("deleted /arcus/cache_list/test-cloud\ndeleted /arcus/client_list/test-cloud\n");
    expect((await arcus("memcached listall")).stdout).not.toContain("test-cloud");
  });

  test.skipIf(!hasTerminal)("without a key, a password is asked for once", async () => {
    for (const name of HOSTS) await hosts.on(name).done(`useradd ops && echo ops:${PASSWORD} | chpasswd`);
    const ops = hosts.on("cache001.arcus", "ops");
    await ops.done("tar xzf /srv/arcus.tar.gz");
    await using terminal = ops.in("/home/ops/arcus/scripts").terminal(`./arcus.sh -z ${ZKLIST} deploy conf/test.json`);
    const question = await terminal.until(/Password for ops@10\.0\.0\.[23]: /);
    terminal.type(PASSWORD);
    const rest = await terminal.until(/Done\./);
    expect(await terminal.ended()).toBe(0);
    expect(question + rest).toContain("2 of 3 hosts took the package");
    expect(question + rest).not.toContain(PASSWORD);
    const refused = await ops.in("arcus/scripts").run(`./arcus.sh -z ${ZKLIST} deploy conf/test.json`);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("10.0.0.2: cannot log in as ops@10.0.0.2");
  });

  test("a key of ssh-agent, and one that is named", async () => {
    await hosts.on("cache001.arcus").done("id ops || useradd ops");
    const ops = hosts.on("cache001.arcus", "ops");
    await ops.done("ssh-keygen -q -t ed25519 -N '' -f elsewhere && tar xzf /srv/arcus.tar.gz");
    const { stdout: key } = await ops.done("cat elsewhere.pub");
    for (const name of HOSTS.slice(1)) {
      await hosts.on(name).done("id ops || useradd ops");
      await hosts.on(name, "ops").done("mkdir -p -m 700 .ssh && cat >>.ssh/authorized_keys", key);
    }
    const deploy = `arcus/scripts/arcus.sh -z ${ZKLIST} deploy arcus/scripts/conf/test.json`;
    const ways = [`ssh-agent sh -c 'ssh-add -q elsewhere && ${deploy}'`, `${deploy} --ssh-key elsewhere`];
    for (const way of ways) expect((await ops.done(way)).stdout).toContain("2 of 3 hosts took the package");
  });

  test("./arcus.sh zookeeper stop", async () => {
    const { stdout } = await arcus("zookeeper stop");
    expect(stdout).toContain("Stopping zookeeper ... STOPPED\n");
    expect(stdout).toContain("[10.0.0.3] out: Stopping zookeeper ... STOPPED\n");
    const none = await scripts().run("./arcus.sh memcached listall");
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toContain(`No ZooKeeper server of ${ZKLIST} takes a session within 10 s`);
  });

  test("a host whose key has changed is not logged in to", async () => {
    const third = hosts.on("cache003.arcus");
    await third.done(
      "rm /etc/ssh/ssh_host_ed25519_key* && ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key",
    );
    const { exitCode, stderr } = await scripts().run("./arcus.sh zookeeper start");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("10.0.0.3: not logging in, its key is not the one of /home/arcus/.ssh/known_hosts");
    await arcus("zookeeper stop").catch(() => {});
  });
});
