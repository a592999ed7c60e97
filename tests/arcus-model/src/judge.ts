import type { Model } from "./model.ts";
import type { Operation } from "./operation.ts";

/** What a node was asked at once: one request, or a pipe of them. */
export interface Exchange {
  readonly keys: readonly string[];
  readonly request: string;
  /** The commands of a pipe. */
  readonly parts?: readonly Operation[];
  /** Executes it on the model and answers what must come back. */
  readonly expect: (model: Model, reply: string) => string;
}

export interface Verdict {
  /** Null when the reply is right. */
  readonly expected: string | null;
  /** Keys that the node must have evicted, or the reply would be wrong. */
  readonly evicted: readonly string[];
}

const UNSURE_KEYS_MAX = 4;

/**
 * Whether a reply is what the model says. An item near the end of its time may be over or not, and one of a full node
 * may have been evicted: the reply then tells which, and the model takes that as a fact from now on.
 */
export function judge(model: Model, exchange: Exchange, reply: string, mayEvict: boolean): Verdict {
  const keys = [...new Set(exchange.keys)];
  const unsure = keys.filter((key) => model.live(key) !== undefined && (mayEvict || model.isUnsure(key)));
  const restore = model.save(keys);
  let expected: string | null = null;
  for (const gone of subsets(unsure.slice(0, UNSURE_KEYS_MAX))) {
    const evicted = gone.filter((key) => !model.isUnsure(key));
    for (const key of gone) model.items.delete(key);
    const wanted = exchange.expect(model, reply);
    if (wanted === reply) return { expected: null, evicted };
    expected ??= wanted;
    restore();
  }
  return { expected: expected ?? "", evicted: [] };
}

/** All choices of these keys, the smaller ones first. */
function subsets(keys: readonly string[]): string[][] {
  const all = Array.from({ length: 2 ** keys.length }, (_, bits) => keys.filter((_key, i) => ((bits >> i) & 1) === 1));
  return all.toSorted((a, b) => a.length - b.length);
}
