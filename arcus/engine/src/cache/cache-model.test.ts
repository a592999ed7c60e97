import fc from "fast-check";
import { expect, it } from "vitest";
import { Cache } from "./cache.ts";
import type { StoreMode } from "./key-values.ts";

const NOW_S = 1_700_000_000;
const LIMIT_BYTES = 16 * 1024;
const KEYS = 24;
const TOUCH_INTERVAL_S = 60;

type Step =
  | { readonly kind: "store"; mode: StoreMode; key: number; length: number; ttlS: number }
  | { readonly kind: "get" | "delete"; key: number }
  | { readonly kind: "wait"; seconds: number }
  | { readonly kind: "flush"; key: number };

const key = fc.nat(KEYS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("store" as const),
      mode: fc.constantFrom<StoreMode>("set", "set", "set", "add", "replace", "append", "prepend"),
      key,
      length: fc.oneof(fc.nat(200), fc.nat(3000)),
      ttlS: fc.constantFrom(0, 0, 0, 30, 100),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("get" as const, "delete" as const), key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.nat(70) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("flush" as const), key }) },
);

interface Known {
  value: string;
  expiryS: number;
  /** When it was moved to the front last, by a counter. */
  order: number;
  accessS: number;
  prefix: string;
}

/** What must be there unless it was evicted, and in which order items may be. */
class Model {
  readonly known = new Map<string, Known>();
  #order = 0;

  live(name: string, nowS: number): Known | undefined {
    const known = this.known.get(name);
    return known === undefined || (known.expiryS !== 0 && known.expiryS <= nowS) ? undefined : known;
  }

  put(name: string, value: string, expiryS: number, nowS: number): void {
    this.known.set(name, { value, expiryS, order: ++this.#order, accessS: nowS, prefix: name[0] });
  }

  touch(known: Known, nowS: number): void {
    if (known.accessS >= nowS - TOUCH_INTERVAL_S) return;
    known.accessS = nowS;
    known.order = ++this.#order;
  }
}

function nameOf(number: number): string {
  return `${"abc"[number % 3]}:${number}`;
}

function read(cache: Cache, name: string, notesUse: boolean): string | null {
  const bytes = Buffer.from(name);
  const item = notesUse ? cache.find(bytes, 0, bytes.length) : cache.peek(bytes, 0, bytes.length);
  if (item === 0) return null;
  const value = Buffer.alloc(cache.valueLength(item));
  cache.readValue(item, 0, value.length, value, 0);
  return value.toString("latin1");
}

function storeBoth(cache: Cache, model: Model, step: Step & { kind: "store" }, fill: string): void {
  const name = nameOf(step.key);
  const data = fill.repeat(step.length);
  const bytes = Buffer.from(name + data);
  const expiryS = cache.expiryOf(step.ttlS);
  const keyEnd = name.length;
  const place = { bytes, keyStart: 0, keyEnd, dataStart: keyEnd, dataEnd: bytes.length };
  const outcome = cache.store(step.mode, { ...place, flags: 0, expiryS, casUnique: 0 });
  const known = model.live(name, cache.nowS);
  const isThere = known !== undefined;
  if (step.mode === "add" && isThere) {
    expect(outcome).toBe("notStored");
    model.touch(known, cache.nowS);
  } else if (step.mode === "set" || step.mode === "add") {
    expect(outcome).toBe("ok");
    model.put(name, data, expiryS, cache.nowS);
  } else if (!isThere) expect(outcome).toBe("notStored");
  else {
    // An append may not fit: then nothing changes.
    expect(["ok", "notStored"]).toContain(outcome);
    if (outcome !== "ok") return;
    if (step.mode === "replace") model.put(name, data, expiryS, cache.nowS);
    else model.put(name, step.mode === "append" ? known.value + data : data + known.value, known.expiryS, cache.nowS);
  }
}

/** What is gone must have been used before all that is still there. */
function checkEvictions(cache: Cache, model: Model): void {
  let newestGone = 0;
  let oldestThere = Number.MAX_SAFE_INTEGER;
  for (const [name, known] of model.known) {
    const value = read(cache, name, false);
    if (model.live(name, cache.nowS) === undefined) {
      expect(value, name).toBeNull();
      model.known.delete(name);
    } else if (value === null) {
      newestGone = Math.max(newestGone, known.order);
      model.known.delete(name);
    } else {
      expect(value === known.value, name).toBe(true);
      oldestThere = Math.min(oldestThere, known.order);
    }
  }
  expect(newestGone).toBeLessThan(oldestThere);
}

function play(cache: Cache, model: Model, step: Step, number: number): void {
  if (step.kind === "store") storeBoth(cache, model, step, String.fromCharCode(97 + (number % 26)));
  else if (step.kind === "wait") cache.nowS += step.seconds;
  else if (step.kind === "flush") {
    const prefix = nameOf(step.key)[0];
    cache.flush(prefix, 0);
    for (const [name, known] of model.known) if (known.prefix === prefix) model.known.delete(name);
  } else {
    const name = nameOf(step.key);
    const known = model.live(name, cache.nowS);
    if (step.kind === "get") {
      expect(read(cache, name, true)).toBe(known?.value ?? null);
      if (known !== undefined) model.touch(known, cache.nowS);
    } else {
      const bytes = Buffer.from(name);
      expect(cache.delete(bytes, 0, bytes.length)).toBe(known === undefined ? "keyNotFound" : "ok");
      model.known.delete(name);
    }
  }
}

it("holds what a simple model holds, but for what was used longest ago", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer(), (steps, hashSeed) => {
      const cache = new Cache({ limitBytes: LIMIT_BYTES, startedS: NOW_S, hashSeed });
      cache.nowS = NOW_S + 1;
      const model = new Model();
      steps.forEach((each, number) => {
        play(cache, model, each, number);
        expect(cache.usedBytes).toBeLessThanOrEqual(LIMIT_BYTES);
        checkEvictions(cache, model);
      });
      expect(cache.statistics.items).toBeGreaterThanOrEqual(model.known.size);
      for (const name of model.known.keys()) cache.delete(Buffer.from(name), 0, name.length);
      cache.flush(null, 0);
      while (cache.scrub(0, 1000, null).next > 0);
      expect(cache.usedBytes).toBe(0);
      expect(cache.statistics.bytes).toBe(0);
      expect(cache.prefixes.count).toBe(0);
    }),
    { numRuns: 60 },
  );
});
