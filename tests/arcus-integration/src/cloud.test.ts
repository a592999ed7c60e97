import { CacheNodeProcess, freePort, ServerProcess } from "@branta/tests-kit";
import { ZooKeeper } from "@branta/zookeeper-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

/** Shortest session that a node may ask for, s. */
const SESSION_SECONDS = "10";
const HOST_NAME = "cache001.test";
const ENVIRONMENT = { ARCUS_CACHE_HOSTNAME_OVERWRITE: HOST_NAME };

let coordination: ServerProcess;
let zk: ZooKeeper;
let ensemble: string;
let service: string;
let number = 0;
const nodes: CacheNodeProcess[] = [];

beforeAll(async () => {
  coordination = await ServerProcess.start({ kind: "branta" });
  ensemble = `127.0.0.1:${coordination.port}`;
  zk = await ZooKeeper.connect(ensemble);
  for (const path of ["cache_list", "client_list", "cache_server_mapping"]) await zk.ensurePath(`/arcus/${path}`);
});
afterAll(async () => {
  await zk.close();
  await coordination[Symbol.asyncDispose]();
});
beforeEach(async () => {
  service = `service-${++number}`;
  await zk.create(`/arcus/cache_list/${service}`);
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.kill();
});

const cloudPath = () => `/arcus/cache_list/${service}`;
const members = async () => [...(await zk.children(cloudPath())).children].sort();

/** Registers an address for the service of this test. */
async function register(address: string, child = service): Promise<void> {
  await zk.create(`/arcus/cache_server_mapping/${address}/${child}`, null, { parents: true });
}

const optionsOf = (...more: readonly string[]) => ({
  args: ["-z", ensemble, "-o", SESSION_SECONDS, "-m", "8", "-v", ...more],
  env: ENVIRONMENT,
});

/** A node on a port of its own, not registered and not awaited. */
async function spawnNode(): Promise<CacheNodeProcess> {
  const node = await CacheNodeProcess.spawn(optionsOf());
  nodes.push(node);
  return node;
}

/** A node of the cloud. */
async function joinedNode(): Promise<CacheNodeProcess> {
  const port = await freePort();
  await register(`127.0.0.1:${port}`);
  const node = await CacheNodeProcess.start({ ...optionsOf(), port });
  nodes.push(node);
  return node;
}

/** Waits until something holds. */
async function until(holds: () => Promise<boolean>, whatFor: string, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${whatFor}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe("a node that joins", () => {
  test("is shown as a real one is, until it is stopped", async () => {
    const node = await joinedNode();
    const name = `${node.address}-${HOST_NAME}`;
    expect(await members()).toEqual([name]);
    const { data, stat } = await zk.get(`${cloudPath()}/${name}`);
    expect(data?.toString()).toBe("8MB");
    expect(stat.ephemeralOwner).not.toBe(0n);
    expect(node.output).toContain(`Found the valid server mapping. service_code=${service}\n`);
    expect(node.output).toContain(`Joined Arcus cloud at ${cloudPath()}/${name}(ver=0)\n`);
    expect(node.output).toContain(`Memcached is watching Arcus cache cloud for "${cloudPath()}"\n`);
    expect(await node.ask("stats zookeeper")).toMatch(
      /STAT zk_timeout 10000\r\nSTAT zk_failstop on\r\nSTAT zk_connected true\r\nSTAT zk_ready true\r\n/,
    );
    expect(await node.ask("zkensemble get")).toBe(`${ensemble} \r\n\n\r\n`);
    expect(await node.ask("zkensemble rejoin")).toBe("ERROR failed to rejoin ensemble\r\n");

    expect(await node.stop("SIGINT")).toBe(0);
    expect(await members()).toEqual([]);
  });

  test("takes the cloud from before ^, and from a mapping of its host or its address alone", async () => {
    const port = await freePort();
    await register(`${HOST_NAME}:${port}`, `${service}^more`);
    const node = await CacheNodeProcess.start({ ...optionsOf(), port });
    nodes.push(node);
    expect(await members()).toEqual([`${node.address}-${HOST_NAME}`]);
  });

  test("leaves a note where there is a place for notes", async () => {
    await zk.ensurePath("/arcus/cache_server_log");
    const node = await joinedNode();
    const [day] = (await zk.children("/arcus/cache_server_log")).children;
    expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    const { children } = await zk.children(`/arcus/cache_server_log/${day}`);
    const note = children.find((child) => child.startsWith(`${node.address}-${HOST_NAME}-`));
    expect(note).toMatch(/-\d{10}$/);
    expect((await zk.get(`/arcus/cache_server_log/${day}/${note}`)).data?.toString()).toBe("join");
    await zk.deleteRecursive("/arcus/cache_server_log");
  });
});

describe("a node that cannot join", () => {
  test("ends with 76 when nobody registered it, or for two clouds", async () => {
    const stranger = await spawnNode();
    expect(await stranger.ended()).toBe(76);
    expect(stranger.output).toContain(`/arcus/cache_server_mapping/127.0.0.1:${stranger.port} does not exist`);

    const port = await freePort();
    await register(`127.0.0.1:${port}`);
    await register(`127.0.0.1:${port}`, "another");
    const node = await CacheNodeProcess.spawn({ ...optionsOf(), port });
    expect(await node.ended()).toBe(76);
    expect(node.output).toContain("has 2 children, wanted is one");
  });

  test("ends with 76 as long as its znode is there from before", async () => {
    const port = await freePort();
    await register(`127.0.0.1:${port}`);
    await zk.create(`${cloudPath()}/127.0.0.1:${port}-${HOST_NAME}`, "8MB", { ephemeral: true });
    const node = await CacheNodeProcess.spawn({ ...optionsOf(), port });
    expect(await node.ended()).toBe(76);
    expect(node.output).toContain("the session of an earlier process has not ended yet");
  });
});

describe("a node whose znode goes", () => {
  test("pauses, serves on, and joins again when it is told to", async () => {
    const node = await joinedNode();
    const path = `${cloudPath()}/${node.address}-${HOST_NAME}`;
    await zk.delete(path);
    await until(async () => (await node.ask("ready")) === "NOT_READY\r\n", "NOT_READY");
    expect(await node.ask("set a 0 0 1\r\nx")).toBe("STORED\r\n");
    expect(await node.ask("stats zookeeper")).toContain("STAT zk_connected false\r\nSTAT zk_ready false\r\n");
    expect(await node.ask("zkensemble get")).toBe("ERROR failed to get the ensemble address\r\n");
    expect(await node.ask("zkensemble rejoin")).toBe("Successfully rejoined\r\n");
    expect(await node.ask("ready")).toBe("READY\r\n");
    expect(await members()).toEqual([`${node.address}-${HOST_NAME}`]);
    expect(await node.ask("get a")).toBe("VALUE a 0 1\r\nx\r\nEND\r\n");
  });

  test("pauses, too, when its whole cloud goes", async () => {
    const node = await joinedNode();
    await zk.deleteRecursive(cloudPath());
    await until(async () => (await node.ask("ready")) === "NOT_READY\r\n", "NOT_READY");
    await zk.create(cloudPath());
  });
});

describe("a node whose session expires", () => {
  /** Stops the process, so that it cannot keep its session, until the server has given it up. */
  async function expire(node: CacheNodeProcess): Promise<void> {
    process.kill(node.pid, "SIGSTOP");
    await until(async () => (await members()).length === 0, "the session's end", 30_000);
    process.kill(node.pid, "SIGCONT");
  }

  test("ends with 75", async () => {
    const node = await joinedNode();
    await expire(node);
    expect(await node.ended()).toBe(75);
    expect(node.output).toContain("ZOO_SESSION_EVENT Expired. shutting down\n");
  }, 60_000);

  test("pauses instead when zkfailstop is off", async () => {
    const node = await joinedNode();
    expect(await node.ask("config zkfailstop off")).toBe("END\r\n");
    await expire(node);
    await until(async () => (await node.ask("ready").catch(() => "")) === "NOT_READY\r\n", "NOT_READY");
    expect(await node.ask("zkensemble rejoin")).toBe("Successfully rejoined\r\n");
    expect(await members()).toEqual([`${node.address}-${HOST_NAME}`]);
  }, 60_000);
});

test("a killed node is off the list within its session timeout, and a lost connection alone costs nothing", async () => {
  const node = await joinedNode();
  await coordination.stop();
  await until(async () => node.output.includes("ZOO_SESSION_EVENT Connecting."), "the loss to be noticed");
  await coordination.launch();
  await until(async () => (await members().catch(() => [])).length === 1, "the list");
  expect(await node.ask("ready")).toBe("READY\r\n");
  await node.kill();
  await until(async () => (await members()).length === 0, "the end of the session", 30_000);
}, 60_000);

test("keys that another node owns now are scrubbed once clients know it", async () => {
  const first = await joinedNode();
  const keys = Array.from({ length: 200 }, (_, at) => `key:${at}`);
  await first.ask(keys.map((key) => `set ${key} 0 0 1 noreply\r\nx`).join("\r\n"));
  const count = async () => Number(/STAT curr_items (\d+)/.exec(await first.ask("stats"))?.[1]);
  expect(await count()).toBeGreaterThanOrEqual(keys.length);
  await joinedNode();
  await until(async () => (await count()) < keys.length * 0.8, "the scrub", 40_000);
  expect(await count()).toBeGreaterThan(0);
}, 90_000);
