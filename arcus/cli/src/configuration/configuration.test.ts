import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseClusterConfig, readClusterConfig } from "./cluster-config.ts";
import { pythonJson } from "./python-json.ts";
import { renderZooCfg } from "./zoo-cfg.ts";

const CONF = join(import.meta.dirname, "../../../../conf/arcus");

/** What upstream's tool left in ZooKeeper for the document's test.json. */
const RECORDED =
  '{"created": "2026-11-21 04:34:42.323786", "config": {"memlimit": "100", "connections": "1000", "threads": "6"}, "serviceCode": "test-cloud", "servers": [{"ip": "10.0.0.1", "hostname": "cache001.arcus", "config": {"port": "11211"}}, {"ip": "10.0.0.1", "hostname": "cache001.arcus", "config": {"port": "11212"}}, {"ip": "10.0.0.2", "hostname": "cache002.arcus", "config": {"threads": "4", "port": "11211"}}, {"ip": "10.0.0.2", "hostname": "cache002.arcus", "config": {"threads": "4", "port": "11212"}}, {"ip": "10.0.0.3", "hostname": "cache003.arcus", "config": {"port": "11211"}}, {"ip": "10.0.0.3", "hostname": "cache003.arcus", "config": {"port": "11212"}}]}';

/** A sound configuration with something else in it. */
const cloud = (change: object) =>
  JSON.stringify({
    serviceCode: "test",
    servers: [{ ip: "10.0.0.1", hostname: "a", config: { port: "11211" } }],
    config: { threads: "6", memlimit: "100", connections: "1000" },
    ...change,
  });
const read = (change: object) => parseClusterConfig(cloud(change), "c.json");

test("the document's file describes six nodes; a node's own settings go before the general ones", () => {
  const { serviceCode, nodes, zookeeper } = readClusterConfig(join(CONF, "test.json"));
  expect({ serviceCode, zookeeper }).toEqual({ serviceCode: "test-cloud", zookeeper: null });
  expect(nodes.map(({ address, threads }) => [address, threads])).toEqual([
    ["10.0.0.1:11211", "6"],
    ["10.0.0.1:11212", "6"],
    ["10.0.0.2:11211", "4"],
    ["10.0.0.2:11212", "4"],
    ["10.0.0.3:11211", "6"],
    ["10.0.0.3:11212", "6"],
  ]);
  expect(nodes[0]).toMatchObject({ memlimit: "100", connections: "1000", port: "11211", hostname: "cache001.arcus" });
  expect(readClusterConfig(join(CONF, "local.sample.json")).nodes).toHaveLength(2);
});

test("the clouds of many nodes on one machine share no port", () => {
  const sizes = [10, 50, 100, 150, 200];
  const clouds = sizes.map((size) => readClusterConfig(join(CONF, `local.${size}node.json`)));
  expect(clouds.map(({ serviceCode }) => serviceCode)).toEqual(sizes.map((size) => `${size}node`));
  expect(clouds.map(({ nodes }) => nodes.length)).toEqual(sizes);
  expect(new Set(clouds.flatMap(({ nodes }) => nodes.map(({ address }) => address))).size).toBe(510);
});

test("what is registered has the recorded bytes, and is read back", () => {
  const { source } = readClusterConfig(join(CONF, "test.json"));
  const text = pythonJson({ ...source, created: "2026-11-21 04:34:42.323786" });
  expect(text).toBe(RECORDED);
  expect(parseClusterConfig(text, "/arcus/cache_list/test-cloud").nodes).toHaveLength(6);
  expect(pythonJson({ owner: "캐시 팀 \u007f", n: 1, no: null })).toBe(
    String.raw`{"owner": "\uce90\uc2dc \ud300 ` + '\u007f", "n": 1, "no": null}',
  );
});

test("numbers may stand without quotes, and are kept as texts", () => {
  const { nodes, source } = read({ servers: [{ ip: "h", config: { port: 11_211 } }] });
  expect(nodes[0]!.address).toBe("h:11211");
  expect(source["servers"]).toEqual([{ ip: "h", config: { port: "11211" } }]);
});

test("arcus-memcached is driven where its program is named, in all of a cloud or node by node", () => {
  const program = "/opt/arcus/bin/memcached";
  const all = read({ engine: "arcus-memcached", memcached: program, zookeeper: "/opt/zookeeper" });
  expect(all).toMatchObject({ nodes: [{ program }], zookeeper: "/opt/zookeeper" });
  const port = (port: string) => ({ config: { port } });
  const servers = [
    { ip: "a", ...port("1") },
    { ip: "b", ...port("1"), engine: "arcus-memcached" },
    { ip: "c", ...port("1"), engine: "arcus-memcached", memcached: "/usr/bin/other" },
  ];
  const programs = (change: object) => read(change).nodes.map((node) => node.program);
  expect(programs({ servers, memcached: program })).toEqual([null, program, "/usr/bin/other"]);
  const back = servers.map((server) => ({ engine: "branta", ...server }));
  expect(programs({ servers: back, engine: "arcus-memcached", memcached: program })).toEqual([
    null,
    program,
    "/usr/bin/other",
  ]);
  expect(() => read({ engine: "arcus-memcached" })).toThrow("c.json: memcached is missing; wanted is an absolute path");
  expect(() => read({ memcached: "/opt/x" })).toThrow('c.json: memcached is "/opt/x"; wanted is left out');
});

test.each([
  [{ serviceCode: undefined }, "serviceCode is missing; wanted is a name"],
  [{ serviceCode: "a/b" }, 'serviceCode is "a/b"; wanted is a name of at most 128 characters'],
  [{ servers: [] }, "servers is []; wanted is a list of cache nodes"],
  [{ servers: ["10.0.0.1"] }, 'servers[0] is "10.0.0.1"; wanted is an object in braces'],
  [{ servers: [{ config: {} }] }, "servers[0].ip is missing; wanted is an address such as 10.0.0.1"],
  [
    { servers: [{ ip: "a", config: { port: "65536" } }] },
    'servers[0].config.port is "65536"; wanted is a number from 1',
  ],
  [{ servers: [{ ip: "a" }] }, "servers[0].config.port is missing; wanted is given there or in config"],
  [{ config: { threads: "six" } }, 'config.threads is "six"; wanted is a number from 1 to 1000, such as "100"'],
  [{ config: { memlimt: "100" } }, 'has an unknown key "memlimt" in config: is "memlimit" meant?'],
  [{ engine: "redis" }, 'engine is "redis"; wanted is "branta" or "arcus-memcached"'],
  [{ zookeeper: "zk" }, 'zookeeper is "zk"; wanted is an absolute path'],
])("%j is refused by file, key and what was expected", (change, problem) => {
  expect(() => read(change)).toThrow(`c.json: ${problem}`);
});

test("twins, what is no JSON and what is not there are refused", () => {
  const twin = { ip: "h", config: { port: "1" } };
  expect(() => read({ servers: [twin, twin] })).toThrow("c.json: servers[0] and servers[1] are both h:1");
  expect(() => parseClusterConfig("{", "c.json")).toThrow("c.json: is no JSON: ");
  expect(() => parseClusterConfig("[]", "c.json")).toThrow("c.json: the whole is []");
  expect(() => readClusterConfig("/no/c.json")).toThrow('Cannot read the configuration "/no/c.json": no such file');
});

test("zoo.cfg says to every host who the servers are", () => {
  const template = readFileSync(join(CONF, "zoo.cfg"), "utf8");
  const text = renderZooCfg(template, { path: "/home/arcus/arcus/zookeeper", port: 2181, hosts: ["10.0.0.1", "b"] });
  expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([
    "maxClientCnxns=100",
    "tickTime=2000",
    "initLimit=10",
    "syncLimit=5",
    "dataDir=/home/arcus/arcus/zookeeper/data",
    "clientPort=2181",
    "4lw.commands.whitelist=*",
    "minSessionTimeout=4000",
    "maxSessionTimeout=200000",
    "server.1=10.0.0.1:2888:3888",
    "server.2=b:2888:3888",
  ]);
  expect(() => renderZooCfg("x={{ heap }}", { path: "", port: 1, hosts: [] })).toThrow('cannot fill in "{{ heap }}"');
  expect(() => renderZooCfg("{% if x %}", { path: "", port: 1, hosts: [] })).toThrow('cannot fill in "{% if x %}"');
});
