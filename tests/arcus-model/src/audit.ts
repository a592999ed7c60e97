import type { Model } from "./model.ts";
import type { Wire } from "./wire.ts";

const LETTERS = { kv: "K", list: "L", set: "S", map: "M", "b+tree": "B" };

/**
 * Compares all keys of a node with the model's: what `scan key` shows must be there, and what is there must be shown
 * unless it may just be over or have been evicted. Answers what is wrong, or null.
 */
export async function auditKeys(wire: Wire, model: Model, mayEvict: boolean): Promise<string | null> {
  const shown = new Map<string, string>();
  model.nowMs = Date.now();
  let cursor = "0";
  do {
    const reply = await wire.ask(`scan key ${cursor} count 2000\r\n`);
    const [head = "", ...rows] = reply.split("\r\n");
    const next = /^KEYS \d+ (\d+)$/.exec(head)?.[1];
    if (next === undefined || rows.at(-2) !== "END") return `scan key ${cursor} was answered "${reply.slice(0, 200)}"`;
    for (const row of rows.slice(0, -2)) {
      const [key = "", letter = ""] = row.split(" ");
      shown.set(key, letter);
    }
    cursor = next;
  } while (cursor !== "0");
  // What was shown first may be over by now.
  for (const [key, letter] of shown) {
    const item = model.live(key);
    if (item === undefined) return `scan key shows "${key}", which is not there`;
    if (LETTERS[item.type] !== letter) return `scan key shows "${key}" as ${letter}, which is a ${item.type}`;
  }
  model.nowMs = Date.now();
  const missing = [...model.items.keys()].find((key) => model.live(key) && !model.isUnsure(key) && !shown.has(key));
  return missing === undefined || mayEvict ? null : `scan key does not show "${missing}"`;
}
