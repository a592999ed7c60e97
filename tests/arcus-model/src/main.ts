import { parseArgs } from "node:util";
import { type CampaignResult, runCampaign } from "./campaign.ts";
import { startNode } from "./start-node.ts";
import { Wire } from "./wire.ts";

/**
 * Asks a cache node at random, all commands, with eviction and expiry, and compares each reply with a model:
 *
 *     node --conditions=source tests/arcus-model/src/main.ts --seconds 3600 --seed 1 [--port 11211 | --memcached PATH]
 *
 * Starts bin/memcached, or another server given its path, or asks one that runs on a port of loopback. Four fifths of
 * the time go to a node with room, one fifth to one that must evict. Exits with 1 after a difference. A seed repeats the
 * requests; what time does to items it cannot repeat.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    port: { type: "string" },
    memcached: { type: "string" },
  },
});
const seed = Number(values.seed);
const seconds = Number(values.seconds);
const SPACIOUS = ["-m", "512"];
const TIGHT = ["-m", "8"];

let differences = 0;
let operations = 0;
for (const { name, share, args, evicts } of [
  { name: "with room", share: 0.8, args: SPACIOUS, evicts: false },
  { name: "full", share: 0.2, args: TIGHT, evicts: true },
]) {
  if (values.port !== undefined && evicts) continue;
  await using node =
    values.port === undefined
      ? await startNode(args, values.memcached)
      : { port: Number(values.port), [Symbol.asyncDispose]: async () => undefined };
  using wire = await Wire.open(node.port);
  const result = await runCampaign(wire, { seed, seconds: seconds * share, evicts });
  operations += result.operations;
  differences += result.differences.length + (await checkEvictions(wire, result, evicts));
  report(name, result);
}
console.log(`arcus model seed ${seed}: ${operations} operations, ${differences} differences`);
console.log(`${operations - differences} passed, ${differences} failed`);
process.exitCode = differences === 0 ? 0 : 1;

/** More may not have gone than the node says it evicted, and a full node must have evicted some. */
async function checkEvictions(wire: Wire, { evicted }: CampaignResult, evicts: boolean): Promise<number> {
  const stats = await wire.ask("stats\r\n");
  const told = Number(/STAT evictions (\d+)/.exec(stats)?.[1] ?? 0);
  console.log(`  ${evicted} items were missed, ${told} evictions told`);
  return evicted > told || (evicts && told === 0) ? 1 : 0;
}

function report(name: string, { operations, commands, differences }: CampaignResult): void {
  const asked = [...commands].toSorted((a, b) => b[1] - a[1]).map(([command, count]) => `${command} ${count}`);
  console.log(`node ${name}: ${operations} operations (${asked.join(", ")}), ${differences.length} differences`);
  for (const { operation, request, expected, reply, history } of differences) {
    for (const text of history) console.log(`  before: ${show(text)}`);
    console.log(
      `DIFFERENCE in operation ${operation}: ${show(request)}\n  expected ${show(expected)}\n  replied  ${show(reply)}`,
    );
  }
}

function show(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 150)}…${text.slice(-150)}` : text);
}
