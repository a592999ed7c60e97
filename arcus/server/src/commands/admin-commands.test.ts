import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetricsRegistry } from "@branta/foundation-observe";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CacheNode } from "../node/start-cache-node.ts";
import { COUNTER_NAMES } from "../stats/counter-names.ts";
import { renderNodeMetrics, startNodeMetrics } from "../stats/prometheus.ts";
import { startTestNode, TestClient } from "../testing/start-test-node.ts";

let node: CacheNode;
let client: TestClient;

beforeEach(async () => {
  node = await startTestNode({ memoryLimitBytes: 16 << 20, topKeys: 10, extensions: ["ascii_scrub"] });
  client = await TestClient.open(node.port);
});

afterEach(async () => {
  client[Symbol.dispose]();
  await node.close();
});

/** Asks line by line: what is sent, and what the real server replies to it. */
async function converse(pairs: readonly (readonly [request: string, reply: string])[]): Promise<void> {
  for (const [request, reply] of pairs) {
    // Texts for people begin with a tab and end their lines as text does.
    const expected = `${reply.startsWith("\t") ? reply : reply.replaceAll("\n", "\r\n")}\r\n`;
    expect(await client.ask(`${request}\r\n`, expected), request).toBe(expected);
  }
}

/** Asks for something that ends with END, or another last line. */
async function ask(request: string, end = /^END\r\n/m): Promise<string> {
  client.send(`${request}\r\n`);
  let reply = "";
  while (!end.test(reply)) reply += await client.take(1);
  return reply;
}

/** The lines of a whole scan of keys. A slow machine needs more rounds: one answers after 5 ms. */
async function scanAll(options: string): Promise<string[]> {
  const seen: string[] = [];
  let cursor = "0";
  do {
    const [head, ...lines] = (await ask(`scan key ${cursor} ${options}`)).split("\r\n");
    cursor = head!.split(" ")[2]!;
    seen.push(...lines.slice(0, -2));
  } while (cursor !== "0");
  return seen;
}

function statsOf(reply: string): Record<string, string> {
  return Object.fromEntries([...reply.matchAll(/^STAT (\S+) (.*)\r$/gm)].map(([, name, value]) => [name!, value!]));
}

test("stats: the process, every counter in its order, the cache", async () => {
  await converse([
    ["set foo 0 0 3\r\nbar", "STORED"],
    ["get foo nobody", "VALUE foo 0 3\nbar\nEND"],
    ["delete foo", "DELETED"],
  ]);
  const reply = await ask("stats");
  const stats = statsOf(reply);
  expect(stats).toMatchObject({ pid: `${process.pid}`, version: "1.15.0", pointer_size: "64", threads: "1" });
  expect(stats).toMatchObject({ cmd_set: "1", cmd_get: "2", get_hits: "1", get_misses: "1", delete_hits: "1" });
  expect(stats).toMatchObject({
    curr_items: "0",
    total_items: "1",
    curr_connections: "1",
    engine_maxbytes: "16777216",
  });
  const names = Object.keys(stats);
  expect(names.slice(0, 5)).toEqual(["pid", "uptime", "time", "version", "pointer_size"]);
  const first = names.indexOf("cmd_get");
  expect(names.slice(first, first + COUNTER_NAMES.length)).toEqual(COUNTER_NAMES);
  expect(names.slice(-3)).toEqual(["sticky_limit", "engine_maxbytes", "engine_malloced"]);
  expect(Object.keys(statsOf(await ask("stats aggregate"))).at(-1)).toBe("conn_yields");
  await converse([["stats reset", "RESET"]]);
  expect(statsOf(await ask("stats"))).toMatchObject({ cmd_get: "0", total_connections: "0", total_items: "0" });
});

test("stats topics, and what is no topic", async () => {
  expect(statsOf(await ask("stats settings"))).toMatchObject({
    maxbytes: "16777216",
    inter: "127.0.0.1",
    umask: "700",
    growth_factor: "1.25",
    stat_key_prefix: ":",
    binding_protocol: "auto-negotiate",
    max_stats_prefixes: "50",
    topkeys: "10",
    ascii_extension: "scrub",
  });
  await converse([
    ["stats items", "END"],
    ["set k 0 0 1\r\nv", "STORED"],
    ["get k", "VALUE k 0 1\nv\nEND"],
    ["stats scrub", "STAT scrubber:status stopped\nEND"],
    ["stats dump", "STAT dumper:status stopped\nSTAT dumper:success false\nEND"],
    ["stats sizes", "END"],
    ["stats vbucket", "STAT vb_0 active\nEND"],
    ["stats noprefix", "ERROR no matching stat"],
    ["stats prefix pfx", "ERROR no matching stat"],
    ["stats persistence", "ERROR no matching stat"],
    ["zkensemble get", "ERROR not using ZooKeeper"],
    ["ready", "READY"],
  ]);
  expect(statsOf(await ask("stats items"))).toMatchObject({ "items:0:number": "1", "items:0:evicted": "0" });
  expect(statsOf(await ask("stats slabs"))).toMatchObject({ "0:used_chunks": "1", memory_limit: "16777216" });
  expect(statsOf(await ask("stats zookeeper"))).toMatchObject({ zk_connected: "false", zk_ready: "false" });
  expect(statsOf(await ask("stats topkeys"))["k"]).toMatch(
    /^get_hits=1,get_misses=0,cmd_set=1,.*,ctime=\d+,atime=\d+$/,
  );
  expect(await ask("stats cachedump 0 3", /^END .*\r\n/m)).toMatch(
    /^ITEM k \[acctime=\d+, exptime=0\]\r\nEND \[curtime=\d+\]\r\n$/,
  );
  await converse([
    ["stats cachedump", "CLIENT_ERROR bad command line format"],
    ["stats cachedump 0 3 sideways", "CLIENT_ERROR bad command line format"],
    ["stats cachedump 0 3 forward foo", "CLIENT_ERROR bad command line format"],
    ["stats cachedump 201 3", "CLIENT_ERROR Illegal slab id"],
  ]);
});

test("statistics of prefixes, of items and of operations", async () => {
  await converse([
    ["stats detail", "CLIENT_ERROR usage: stats detail on|off|dump"],
    ["stats detail on", "OK"],
    ["set pfx:a 0 0 1\r\n1", "STORED"],
    ["set pfx:b:c 0 0 1\r\n1", "STORED"],
    ["get pfx:a", "VALUE pfx:a 0 1\n1\nEND"],
    ["lop insert pl 0 1 create 0 0 0\r\na", "CREATED_STORED"],
    ["stats prefixes foo", "CLIENT_ERROR usage: stats prefixes"],
    ["stats prefixlist", "CLIENT_ERROR subcommand(item|operation) is required"],
    ["stats prefixlist foo", "CLIENT_ERROR bad command line format"],
  ]);
  const items = (await ask("stats prefixes")).split("\r\n");
  expect(items[0]).toMatch(/^PREFIX <null> itm 1 kitm 0 litm 1 sitm 0 mitm 0 bitm 0 tsz \d+ ktsz 0 ltsz \d+ stsz 0 /);
  expect(items[1]).toMatch(/^PREFIX pfx itm 2 kitm 2 litm 0 .* time \d{14}$/);
  expect((await ask("stats prefixlist item pfx nobody")).split("\r\n")).toEqual([items[1], "END", ""]);
  const dump = (await ask("stats detail dump")).split("\r\n");
  expect(dump[0]).toMatch(/^PREFIX pfx get 1 hit 1 set 2 del 0 .* gas 0 sas 0$/);
  expect(dump[1]).toMatch(/^PREFIX <null> get 0 .* lis 1 lih 1 /);
  expect((await ask("stats prefixlist operation <null>")).split("\r\n")).toEqual([dump[1], "END", ""]);
  await converse([
    ["config max_stats_prefixes 1", "END"],
    ["stats prefixes", "CLIENT_ERROR invalid: too many prefixes"],
    ["stats detail dump", "CLIENT_ERROR invalid: too many prefixes"],
    ["stats prefixlist item a b", "CLIENT_ERROR invalid: too many prefixes"],
    ["flush_prefix pfx", "OK"],
    ["flush_prefix <null>", "OK"],
    ["stats detail off", "OK"],
    ["stats detail dump", "END"],
  ]);
});

test("config reads, changes and refuses", async () => {
  const badFormat = "CLIENT_ERROR bad command line format";
  await converse([
    ["config verbosity", "verbosity 0\nEND"],
    ["config verbosity 1", "END"],
    ["config verbosity 9", "SERVER_ERROR cannot change the verbosity over the limit"],
    ["config verbosity noreply", badFormat],
    ["config verbosity 1 2", badFormat],
    ["config memlimit", "memlimit 16\nEND"],
    ["config memlimit 1", "CLIENT_ERROR bad value"],
    ["config memlimit 20", "END"],
    ["config sticky_limit 21", "CLIENT_ERROR bad value"],
    ["config sticky_limit 10", "END"],
    ["config memlimit 9", "CLIENT_ERROR bad value"],
    ["config maxconns", "maxconns 1024\nEND"],
    ["config maxconns -20", "CLIENT_ERROR the value is out of range"],
    ["config maxconns 2000000", "CLIENT_ERROR the value is out of range"],
    ["config maxconns 5", "END"],
    ["config max_list_size 60000", "END"],
    ["config max_list_size 5", "CLIENT_ERROR bad value"],
    ["config max_list_size -1", "END"],
    ["config max_list_size", "max_list_size 1000000\nEND"],
    ["config max_set_size x", badFormat],
    ["config max_map_size", "max_map_size 50000\nEND"],
    ["config max_btree_size", "max_btree_size 50000\nEND"],
    ["config max_element_bytes 1023", "CLIENT_ERROR bad value"],
    ["config max_element_bytes 32768", "END"],
    ["config scrub_count 500", "CLIENT_ERROR bad value"],
    ["config scrub_count 16", "END"],
    ["config scrub_count", "scrub_count 16\nEND"],
    ["config hbtimeout", "hbtimeout 0\nEND"],
    ["config hbfailstop 1", "CLIENT_ERROR bad value"],
    ["config zkfailstop maybe", "CLIENT_ERROR bad value"],
    ["config zkfailstop", "zkfailstop on\nEND"],
    ["config async_logging", badFormat],
    ["config toString", badFormat],
  ]);
});

test("scans of keys and prefixes show everything once the cursor is 0 again", async () => {
  const keys = Array.from({ length: 300 }, (_, at) => `p${at % 7}:key${at}`);
  for (const key of keys) await converse([[`set ${key} 0 ${key.endsWith("9") ? 10_000 : 0} 1\r\nv`, "STORED"]]);
  await converse([["sop create s 0 0 0", "CREATED"]]);
  const seen = await scanAll("count 50");
  expect(seen.map((line) => line.split(" ")[0]).toSorted()).toEqual([...keys, "s"].toSorted());
  expect(seen).toContain("s S 0");
  expect(seen.find((line) => line.startsWith("p2:key9 "))).toMatch(/^p2:key9 K (10000|9\d{3})$/);
  const wanted = keys.filter((key) => key.startsWith("p3:") && key.endsWith("7")).map((key) => `${key} K 0`);
  expect((await scanAll("count 2000 match p3:*7 type K")).toSorted()).toEqual(wanted.toSorted());
  const prefixes = (await ask("scan prefix 0 count 2000 match p?")).split("\r\n");
  expect(prefixes[0]).toBe("PREFIXES 7 0");
  expect(prefixes[1]).toMatch(/^p0 43 \d+ \d{14}$/);
});

test("scans refuse what they cannot read", async () => {
  await converse([
    ["scan key abc", "CLIENT_ERROR invalid cursor."],
    ["scan prefix abc", "CLIENT_ERROR invalid cursor."],
    ["scan key 4294967295", "CLIENT_ERROR invalid cursor."],
    ["scan key 12345678901234567890123456789012", "CLIENT_ERROR bad cursor value"],
    ["scan key 0 count 0", "CLIENT_ERROR bad count value"],
    ["scan key 0 count 2001", "CLIENT_ERROR bad count value"],
    ["scan key 0 count", "CLIENT_ERROR bad command line format"],
    ["scan key 0 match *****", "CLIENT_ERROR bad pattern string"],
    ["scan key 0 type V", "CLIENT_ERROR bad item type"],
    ["scan prefix 0 type K", "CLIENT_ERROR bad command line format"],
    ["scan foo 0", "CLIENT_ERROR bad command line format"],
  ]);
});

test("lqdetect, scrub, dump, shutdown and help answer as the real server does", async () => {
  await converse(
    [
      ["lqdetect", "\t* Usage: lqdetect [start [threshold] | stop | show | stats]\n"],
      ["lqdetect stop", "\tlong query detection already stopped.\n"],
      ["lqdetect start x", "CLIENT_ERROR bad command line format"],
      ["lqdetect start 1", "\tlong query detection started.\n"],
      ["lop insert pl 0 1 create 0 0 0\r\na", "CREATED_STORED"],
      ["lop get pl 0..-1", "VALUE 0 1\n1 a\nEND"],
      ["lqdetect stop", "\tlong query detection stopped.\n"],
      ["scrub foo", "ERROR no matching command"],
      ["scrub stale", "NOT_SUPPORTED"],
      ["scrub", "OK"],
      ["dump", "ERROR no matching command"],
      ["dump start key", "CLIENT_ERROR bad command line format"],
      ["dump start value /tmp/x", "NOT_SUPPORTED"],
      [`dump start key ${"p".repeat(251)} /tmp/x`, "CLIENT_ERROR too long prefix name"],
      ["dump start key /no/such/folder", "SERVER_ERROR failed. refer to the reason in server log."],
      ["dump stop", "OK"],
      ["shutdown foo", "CLIENT_ERROR bad command line format"],
      ["shutdown 601", "CLIENT_ERROR invalid arguments"],
      ["help", "\tUsage: help [kv | list | set | map | btree | attr | scan | admin]\n"],
      ["shutdown 600", "OK"],
      ["shutdown", "DENIED"],
    ].map(([request, reply]) => [request!, reply!] as const),
  );
  const shown = await ask("lqdetect show", /bop gbp : 0\n$/);
  expect(shown).toMatch(
    /lop insert : 1\n\S+ 127\.0\.0\.1 <1> lop insert pl 0\nlop delete : 0\nlop get : 1\n.* pl 0\.\.-1\n/,
  );
  const help = await ask("help scan", /\n\r\n$/);
  expect(help).toBe(
    String.raw`	scan key <cursor> [count <count>] [match <pattern>] [type <type>]\r\n` +
      "\n" +
      String.raw`	scan prefix <cursor> [count <count>] [match <pattern>]\r\n` +
      "\n\r\n",
  );
});

test("cmdlog writes the requests of all clients", async () => {
  const directory = await mkdtemp(join(tmpdir(), "branta-test-"));
  await converse([
    ["cmdlog", "\t* Usage: cmdlog [start [path] | stop | stats]\n"],
    ["cmdlog start /no/such/folder", "\tcommand logging failed to start.\n"],
    [`cmdlog start ${directory}`, "\tcommand logging started.\n"],
    [`cmdlog start ${directory}`, "\tcommand logging already started.\n"],
    ["set k 0 0 1\r\nv", "STORED"],
    ["cmdlog stop", "\tcommand logging stopped.\n"],
    ["cmdlog stop", "\tcommand logging already stopped.\n"],
  ]);
  await node.node.commandLog.close();
  expect(await ask("cmdlog stats", /\{n\}\.log\n$/)).toContain("\tThe number of entered commands : 3\n");
  const [file] = await readdir(directory);
  expect(file).toMatch(new RegExp(`^command_${node.port}_\\d{8}_\\d{1,6}_0\\.log$`));
  const lines = (await readFile(join(directory, file!), "latin1")).split("\n");
  expect(lines.map((line) => line.replace(/^[\d:.]{15} 127\.0\.0\.1 /, ""))).toEqual([
    `cmdlog start ${directory}`,
    "set k 0 0 1",
    "cmdlog stop",
    "",
  ]);
  await rm(directory, { recursive: true });
});

test("Prometheus reads the same numbers", async () => {
  await converse([
    ["set k 0 0 1\r\nv", "STORED"],
    ["lop get nobody 0", "NOT_FOUND"],
  ]);
  const text = renderNodeMetrics(node.node, new MetricsRegistry());
  expect(text).toContain('\narcus_commands_total{command="set"} 1\n');
  expect(text).toContain('\narcus_command_results_total{command="lop_get",result="misses"} 1\n');
  expect(text).toContain("\n# TYPE arcus_items gauge\narcus_items 1\n");
  expect(text).toContain("\narcus_memory_limit_bytes 16777216\n");
  expect(text).toContain('\narcus_node_info{version="1.15.0"} 1\n');
  for (const line of text.trimEnd().split("\n")) {
    expect(line).toMatch(/^(# (HELP|TYPE) arcus_\w+ .+|arcus_\w+(\{(\w+="[\w.]+",?)+\})? [\d.e+-]+)$/);
  }
  await using server = await startNodeMetrics(node.node, { host: "127.0.0.1", port: 0 });
  const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  const body = await answer.text();
  expect(body).toContain("\narcus_connections 1\n");
  expect(body).toContain("\nprocess_resident_memory_bytes ");
});
