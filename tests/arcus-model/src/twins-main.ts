import { parseArgs } from "node:util";
import { Dice } from "./dice.ts";
import { drawExchange } from "./exchanges.ts";
import { Model } from "./model.ts";
import { startNode } from "./start-node.ts";
import { Wire } from "./wire.ts";

/**
 * Asks a cache node and an arcus-memcached the same at random, and compares replies and accounted memory byte for byte:
 *
 *     node --conditions=source tests/arcus-model/src/twins-main.ts --memcached PATH [--seconds 30] [--seed 1]
 *
 * Nothing expires. Now and then thousands of elements go into large collections, whose order and size the shape of
 * their hash trees decides; sizes of b+trees are left out there, for arcus-memcached splits its nodes by what came when.
 */

const { values } = parseArgs({
  options: {
    memcached: { type: "string" },
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
  },
});
if (values.memcached === undefined) throw new Error('Cannot compare without "--memcached": wanted its path');

/**
 * Replies that are a server's own choice: versions, random elements, and a number read from past the value's end. And
 * when flushed items are counted no more is its own choice, too.
 */
const FREE = /^(?:gets|mgets|cas|incr|decr|bop incr|bop decr|sop get \S+ [1-9]|flush)/;
const LOAD_EVERY = 400;
const SIZES_EVERY = 20;
const ARGS = ["-m", "256", "-D", ":"];
const DIFFERENCES_MAX = 10;

class TimelessDice extends Dice {
  override exptime(): number {
    return 0;
  }
}

await using node = await startNode(ARGS);
await using other = await startNode(ARGS, values.memcached);
using wire = await Wire.open(node.port);
using otherWire = await Wire.open(other.port);
const dice = new TimelessDice(Number(values.seed), { valueBytesMax: 3_000 });
const model = new Model();
const endMs = Date.now() + Number(values.seconds) * 1_000;
let operations = 0;
let differences = 0;
while (Date.now() < endMs && differences < DIFFERENCES_MAX) {
  operations += 1;
  const isLoad = operations % LOAD_EVERY === 0;
  const { request } = isLoad ? { request: largeLoad(dice) } : drawExchange(dice, model, false);
  if (!FREE.test(request)) await compare(request, (reply) => reply);
  if (operations % SIZES_EVERY === 0) await compare("stats prefixes\r\n", sizes);
}
console.log(`arcus twins seed ${values.seed}: ${operations} operations, ${differences} differences`);
console.log(`${operations - differences} passed, ${differences} failed`);
process.exitCode = differences === 0 ? 0 : 1;

async function compare(request: string, look: (reply: string) => string): Promise<void> {
  const [reply, otherReply] = (await Promise.all([wire.ask(request), otherWire.ask(request)])).map(look);
  if (reply === otherReply) return;
  differences += 1;
  const [asked, ours, others] = [request, reply, otherReply].map((text) => JSON.stringify(text?.slice(0, 400)));
  console.log(`DIFFERENCE in operation ${operations}: ${asked}\n  ours    ${ours}\n  other's ${others}`);
}

/** Numbers of items and bytes of each prefix, without what the large b+tree adds, and without times. */
function sizes(reply: string): string {
  const rows = reply.replaceAll(/(?: time \d+| b?tsz \d+)/g, "").split("\r\n");
  return rows.toSorted().join("\n");
}

/** Requests that fill and empty large collections, and read them. */
function largeLoad(random: Dice): string {
  let text = "sop create S 0 0 -1\r\nmop create M 0 0 -1\r\nlop create L 0 0 -1\r\n";
  for (let i = 0; i < 400; i += 1) {
    const value = `v${random.below(6_000)}`;
    const field = `f\u00e9${random.below(6_000)}`;
    if (random.oneIn(4)) {
      text += `sop delete S ${value.length}\r\n${value}\r\nmop delete M ${field.length} 1\r\n${field}\r\n`;
    } else {
      text += `sop insert S ${value.length}\r\n${value}\r\nmop upsert M ${field} ${value.length}\r\n${value}\r\n`;
      text += `lop insert L ${random.below(400) - 200} ${value.length}\r\n${value}\r\n`;
    }
  }
  return `${text}sop get S 0\r\nmop get M 0 0\r\nlop get L 0..-1\r\n`;
}
