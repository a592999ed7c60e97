import { auditKeys } from "./audit.ts";
import { Dice } from "./dice.ts";
import { drawExchange } from "./exchanges.ts";
import { History } from "./history.ts";
import { judge } from "./judge.ts";
import { Model } from "./model.ts";
import type { Wire } from "./wire.ts";

export interface CampaignOptions {
  readonly seed: number;
  readonly seconds: number;
  /** The node is small and the items are many and large, so that some must go. */
  readonly evicts: boolean;
}

export interface CampaignResult {
  operations: number;
  /** How often each command was asked. */
  readonly commands: Map<string, number>;
  evicted: number;
  /** Nothing when all replies were right. */
  readonly differences: Difference[];
}

export interface Difference {
  readonly operation: number;
  readonly request: string;
  readonly expected: string;
  readonly reply: string;
  /** What was asked of the same keys before, the oldest first. */
  readonly history: readonly string[];
}

/** So often all keys are compared. */
const AUDIT_EVERY = 1_000;
const FILL_REQUESTS = 2_500;
const FILL_VALUE_BYTES = 8_000;
/** After so many differences there is nothing more to learn. */
const DIFFERENCES_MAX = 10;

/** Asks a node at random for some time, and compares each reply with what the model says. */
export async function runCampaign(wire: Wire, options: CampaignOptions): Promise<CampaignResult> {
  const { seed, evicts } = options;
  const dice = new Dice(seed, evicts ? { valueBytesMax: 16_000, keysEach: 2_000 } : { valueBytesMax: 400 });
  const model = new Model();
  const result: CampaignResult = { operations: 0, commands: new Map(), evicted: 0, differences: [] };
  const history = new History();
  const endMs = Date.now() + options.seconds * 1_000;
  await wire.ask("flush_all\r\n");
  if (evicts) await fill(wire, model, dice);
  while (Date.now() < endMs && result.differences.length < DIFFERENCES_MAX) {
    model.nowMs = Date.now();
    const exchange = drawExchange(dice, model, evicts);
    const reply = await wire.ask(exchange.request);
    const { expected, evicted } = judge(model, exchange, reply, evicts);
    result.operations += 1;
    result.evicted += evicted.length;
    count(result.commands, exchange.request);
    const wrong = result.operations % AUDIT_EVERY === 0 ? await auditKeys(wire, model, evicts) : null;
    if (expected === null && wrong === null) {
      history.add(exchange, reply);
      continue;
    }
    result.differences.push({
      operation: result.operations,
      request: exchange.request,
      expected: expected ?? "",
      reply: wrong ?? reply,
      history: history.of(exchange.keys),
    });
    // Both start anew, or one difference would bring others.
    model.items.clear();
    await wire.ask("flush_all\r\n");
  }
  return result;
}

/** Stores more than a small node can hold. */
async function fill(wire: Wire, model: Model, dice: Dice): Promise<void> {
  for (let i = 0; i < FILL_REQUESTS; i += 1) {
    const key = dice.key("kv");
    const value = "f".repeat(FILL_VALUE_BYTES);
    await wire.ask(`set ${key} 0 0 ${FILL_VALUE_BYTES} noreply\r\n${value}\r\n`);
    model.put(key, 0, (expiresMs) => ({ type: "kv", flags: 0, expiresMs, value }));
  }
}

function count(commands: Map<string, number>, request: string): void {
  const words = /^(\S+)(?: (\S+))?/.exec(request);
  const name = /^[lsmb]op$/.test(words?.[1] ?? "") ? `${words![1]} ${words![2]}` : (words?.[1] ?? "");
  commands.set(name, (commands.get(name) ?? 0) + 1);
}
