import { CacheNodeProcess, freePort, ServerProcess } from "@branta/tests-kit";
import { ZooKeeper } from "@branta/zookeeper-client";
import { afterEach, expect, test } from "vitest";

/**
 * A cloud of one real node and one of ours: given ARCUS_MEMCACHED, the command of an arcus-memcached that was built with
 * ZooKeeper, such as "/opt/arcus/bin/memcached -E /opt/arcus/lib/default_engine.so -X /opt/arcus/lib/ascii_scrub.so".
 */
const REAL = process.env["ARCUS_MEMCACHED"];
const KEYS = Array.from({ length: 400 }, (_, at) => `mixed:key${at}`);
/** A node scrubs so long after another has come: its session timeout, the shortest there is. */
const SCRUB_AFTER_SECONDS = "10";

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});
const keep = <One extends AsyncDisposable>(one: One): One => (opened.push(one), one);

async function fill(node: CacheNodeProcess): Promise<void> {
  await node.ask(KEYS.map((key) => `set ${key} 0 0 1 noreply\r\nx`).join("\r\n"));
  expect(await keysOf(node)).toEqual(KEYS);
}

async function keysOf(node: CacheNodeProcess): Promise<string[]> {
  const found = new Set((await node.ask(`get ${KEYS.join(" ")}`)).match(/mixed:key\d+/g));
  return KEYS.filter((key) => found.has(key));
}

/** What a node has left once it has given keys away. */
async function keysAfterScrub(node: CacheNodeProcess): Promise<string[]> {
  await expect
    .poll(async () => (await keysOf(node)).length, { timeout: 40_000, interval: 200 })
    .toBeLessThan(KEYS.length);
  await expect.poll(() => node.ask("stats scrub"), { timeout: 10_000 }).toContain("STAT scrubber:status stopped\r\n");
  return keysOf(node);
}

test.skipIf(REAL === undefined)(
  "a real node and one of ours agree on who owns which key",
  { timeout: 180_000 },
  async () => {
    const coordination = keep(await ServerProcess.start({ kind: "branta" }));
    const ensemble = `127.0.0.1:${coordination.port}`;
    const zk = keep(await ZooKeeper.connect(ensemble));
    await zk.create("/arcus/cache_list/mixed", null, { parents: true });
    const start = async (command: readonly string[], port: number): Promise<CacheNodeProcess> => {
      const args = ["-z", ensemble, "-o", SCRUB_AFTER_SECONDS, "-m", "64", "-v"];
      return keep(await CacheNodeProcess.start({ command, args, port }));
    };
    const [realPort, ourPort] = [await freePort(), await freePort()];
    for (const port of [realPort, ourPort]) {
      await zk.create(`/arcus/cache_server_mapping/127.0.0.1:${port}/mixed`, null, { parents: true });
    }
    const realCommand = REAL!.split(" ");

    const real = await start(realCommand, realPort);
    await fill(real);
    const ours = await start([], ourPort);
    const ofReal = await keysAfterScrub(real);

    // The other way round: ours is there, and a real node comes.
    await fill(ours);
    expect(await real.stop("SIGINT")).toBe(0);
    await expect.poll(async () => (await zk.children("/arcus/cache_list/mixed")).children.length).toBe(1);
    await start(realCommand, realPort);
    const ofOurs = await keysAfterScrub(ours);

    expect(ofReal.length).toBeGreaterThan(KEYS.length / 4);
    expect([...ofReal, ...ofOurs].sort()).toEqual([...KEYS].sort());
  },
);
