import { ArcusClient, type ArcusError, type ClientOptions, json, type RingEvent, TEXT } from "@branta/arcus-client";
import { clientListPath, parseClientEntry } from "@branta/arcus-protocol";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../fixture.ts";
import { CacheCloud } from "./cache-cloud.ts";

const EXAMPLES = join(import.meta.dirname, "../../../../arcus/client/examples");
const NODES = 3;
const KEYS = Array.from({ length: 600 }, (_, index) => `cloud:key${index}`);
const run = promisify(execFile);

let cloud: CacheCloud;
const clients: ArcusClient[] = [];

beforeAll(async () => {
  cloud = await CacheCloud.start(NODES);
}, 120_000);

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
});

async function connect(options: ClientOptions = {}): Promise<ArcusClient> {
  const patient = { timeoutMs: 20_000, connectTimeoutMs: 20_000, sessionTimeoutMs: 4_000 };
  const client = await ArcusClient.connect(cloud.ensemble, cloud.serviceCode, { ...patient, ...options });
  clients.push(client);
  return client;
}

async function linesOf(example: string, ...more: readonly string[]): Promise<string[]> {
  const words = ["--conditions=source", join(EXAMPLES, `${example}.ts`), cloud.ensemble, cloud.serviceCode, ...more];
  const { stdout } = await run(process.execPath, words, { timeout: 60_000 });
  return stdout.trimEnd().split("\n");
}

describe("a client of a cloud", () => {
  it("knows the nodes, and stands in the list of clients while it is there", async () => {
    const client = await connect();
    expect(client.nodes.map(({ address }) => address)).toEqual(cloud.nodes.map(({ address }) => address).sort());
    const entries = async () => (await cloud.zk.children(clientListPath(cloud.serviceCode))).children;
    await eventually(async () => (await entries()).length === 1);
    expect(parseClientEntry((await entries())[0]!)).toMatchObject({ language: "node", poolSize: 1 });
    await client.close();
    await eventually(async () => (await entries()).length === 0);
  });

  it("is told when there is no such cloud", async () => {
    await expect(ArcusClient.connect(cloud.ensemble, "no-such-cloud")).rejects.toThrow(
      'Cannot use the cloud "no-such-cloud": the ensemble has no node',
    );
  });

  it("keeps all types", async () => {
    const client = await connect();
    await client.set("all:kv", { n: 1 }, { as: json<{ n: number }>() });
    expect(await client.lists.insertMany([{ key: "all:l", index: -1, value: "a" }], { create: true })).toEqual([
      "created",
    ]);
    expect(await client.sets.insert("all:s", 7, { create: true })).toBe("created");
    expect(await client.maps.insert("all:m", "f", true, { create: true })).toBe("created");
    expect(await client.trees.insert("all:b", 2n ** 64n - 1n, 1.5, { create: true })).toBe("created");
    expect(await client.lists.get("all:l")).toEqual(["a"]);
    expect(await client.sets.get("all:s")).toEqual([7]);
    expect(await client.maps.get("all:m")).toEqual(new Map([["f", true]]));
    expect((await client.trees.get("all:b", [0, 2n ** 64n - 1n]))?.elements).toEqual([
      { bkey: 2n ** 64n - 1n, eflag: null, value: 1.5 },
    ]);
    const types = await Promise.all(["kv", "l", "s", "m", "b"].map((name) => client.getAttributes(`all:${name}`)));
    expect(types.map((attributes) => attributes?.type)).toEqual(["kv", "list", "set", "map", "b+tree"]);
    const found: string[] = [];
    for await (const { key, node } of client.scanKeys({ match: "all:*" }))
      found.push(`${key} ${client.nodeOf(key) === node}`);
    expect(found.toSorted()).toEqual(["b", "kv", "l", "m", "s"].map((name) => `all:${name} true`));
    expect(await client.flushPrefix("all")).toBe(true);
    expect(await client.getAttributes("all:kv")).toBeNull();
  });

  it("sees the same keys as another client", async () => {
    const [one, other] = [await connect(), await connect({ poolSize: 2 })];
    expect((await one.setMany(KEYS.map((key) => [key, key] as const))).failed.size).toBe(0);
    const { values } = await other.getMany(KEYS, { as: TEXT });
    expect([...values.values()].toSorted()).toEqual(KEYS.toSorted());
  });

  it(
    "fails for the keys of a node that dies until the cloud drops it, and takes it back",
    { timeout: 120_000 },
    async () => {
      const rings: RingEvent[] = [];
      const client = await connect({ hooks: { ring: (event) => void rings.push(event) } });
      await client.setMany(KEYS.map((key) => [key, key] as const));
      const owners = new Map(KEYS.map((key) => [key, client.nodeOf(key)]));
      const dead = cloud.nodes[0]!;
      await dead.kill();
      const codes = new Map<string, string>();
      for (const key of KEYS.slice(0, 60)) {
        if (rings.length > 1) break;
        await client.get(key, { timeoutMs: 5_000 }).catch((error: ArcusError) => codes.set(key, error.code));
      }
      for (const [key, code] of codes) {
        expect(owners.get(key)).toBe(dead.address);
        expect(["connectionLost", "nodeDown", "closed"]).toContain(code);
      }
      await eventually(() => rings.at(-1)!.nodes.length === NODES - 1);
      expect(rings.at(-1)!.removed).toEqual([dead.address]);
      for (const key of KEYS) if (owners.get(key) !== dead.address) expect(client.nodeOf(key)).toBe(owners.get(key));
      expect((await client.setMany(KEYS.map((key) => [key, key] as const))).failed.size).toBe(0);
      dead.start();
      await eventually(() => rings.at(-1)!.nodes.length === NODES);
      expect(KEYS.map((key) => client.nodeOf(key))).toEqual([...owners.values()]);
      expect((await client.setMany(KEYS.map((key) => [key, "again"] as const))).failed.size).toBe(0);
    },
  );

  it("goes on while the ensemble is away, and follows it again", { timeout: 120_000 }, async () => {
    const client = await connect();
    await client.set("cloud:a", "1");
    cloud.server.signal("SIGSTOP");
    expect(await client.get("cloud:a")).toBe("1");
    cloud.server.signal("SIGCONT");
    expect(await client.get("cloud:a")).toBe("1");
    expect(client.nodes).toHaveLength(NODES);
  });
});

describe("the examples", () => {
  it("ask the source once", async () => {
    expect((await linesOf("cache-aside")).slice(-3)).toEqual([
      "after round 1: 3 questions to the source",
      "after round 2: 3 questions to the source",
      'now it is "Another title"',
    ]);
  });

  it("show timelines", async () => {
    const lines = await linesOf("timeline");
    expect(lines[0]).toBe("18 posts stored");
    expect(lines.slice(1, 6)).toEqual(
      [17, 16, 15, 14, 13].map((minute) => {
        const user = ["ana", "ben", "cho"][minute % 3];
        return `timeline:${user} ${1_000 + minute}: ${user}'s post of minute ${minute}`;
      }),
    );
    expect(lines.slice(6)).toEqual([
      "ana's photos: ana's post of minute 15; ana's post of minute 9",
      "ana has 4 posts left; older ones are gone",
    ]);
  });

  it("watch a cloud", async () => {
    const lines = await linesOf("watch-cloud", "1");
    expect(lines[0]).toMatch(/^the cloud is 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+$/);
    expect(lines.at(-1)).toMatch(/^100 operations, \d+ failed/);
  });
});
