import { describe, expect, it } from "vitest";
import { Cache } from "./cache.ts";
import type { CacheOptions } from "./cache-options.ts";
import type { StoreMode } from "./key-values.ts";

const NOW_S = 1_700_000_000;

function open(options: CacheOptions = {}): Cache {
  const cache = new Cache({ limitBytes: 1 << 20, startedS: NOW_S, ...options });
  cache.nowS = NOW_S + 10;
  return cache;
}

interface StoreOptions {
  mode?: StoreMode;
  flags?: number;
  expiryS?: number;
  casUnique?: number;
}

function store(cache: Cache, key: string, value: string, options: StoreOptions = {}): string {
  const bytes = Buffer.from(key + value, "latin1");
  const { flags = 0, expiryS = 0, casUnique = 0 } = options;
  const dataEnd = bytes.length;
  const request = { bytes, keyStart: 0, keyEnd: key.length, dataStart: key.length, dataEnd, flags, expiryS, casUnique };
  return cache.store(options.mode ?? "set", request);
}

function find(cache: Cache, key: string): number {
  return cache.find(Buffer.from(key, "latin1"), 0, key.length);
}

function valueOf(cache: Cache, key: string): string | null {
  const item = find(cache, key);
  if (item === 0) return null;
  const target = Buffer.alloc(cache.valueLength(item) + 2);
  cache.readValue(item, 0, target.length, target, 0);
  expect(target.latin1Slice(target.length - 2, target.length)).toBe("\r\n");
  return target.latin1Slice(0, target.length - 2);
}

function remove(cache: Cache, key: string): string {
  return cache.delete(Buffer.from(key, "latin1"), 0, key.length);
}

describe("storing", () => {
  it("keeps value, flags and expiry, and numbers each change", () => {
    const cache = open();
    expect(store(cache, "a:key", "value", { flags: 7, expiryS: NOW_S + 99 })).toBe("ok");
    const item = find(cache, "a:key");
    expect(cache.keyText(item)).toBe("a:key");
    expect(cache.flags(item)).toBe(7);
    expect(cache.expiry(item)).toBe(NOW_S + 99);
    const cas = cache.casUnique(item);
    expect(store(cache, "a:key", "other")).toBe("ok");
    expect(cache.casUnique(find(cache, "a:key"))).toBeGreaterThan(cas);
    expect(valueOf(cache, "a:key")).toBe("other");
  });

  it("follows add, replace, append, prepend and cas", () => {
    const cache = open();
    expect(store(cache, "k", "1", { mode: "replace" })).toBe("notStored");
    expect(store(cache, "k", "1", { mode: "cas", casUnique: 1 })).toBe("keyNotFound");
    expect(store(cache, "k", "1", { mode: "add", flags: 5 })).toBe("ok");
    expect(store(cache, "k", "2", { mode: "add" })).toBe("notStored");
    expect(store(cache, "k", ">", { mode: "append", flags: 9 })).toBe("ok");
    expect(store(cache, "k", "<", { mode: "prepend" })).toBe("ok");
    expect(valueOf(cache, "k")).toBe("<1>");
    expect(cache.flags(find(cache, "k"))).toBe(5);
    expect(store(cache, "k", "x", { mode: "cas", casUnique: 1 })).toBe("keyExists");
    expect(store(cache, "k", "x", { mode: "cas", casUnique: cache.casUnique(find(cache, "k")) })).toBe("ok");
    expect(valueOf(cache, "k")).toBe("x");
    expect(remove(cache, "k")).toBe("ok");
    expect(remove(cache, "k")).toBe("keyNotFound");
  });

  it("refuses what is too large, and sticky items beyond their limit", () => {
    const cache = open({ itemBytesMax: 1000 });
    expect(store(cache, "k", "x".repeat(1000 - 72 - 1 - 2))).toBe("ok");
    expect(store(cache, "k", "x".repeat(1000 - 72 - 2))).toBe("tooLarge");
    expect(store(cache, "s", "x", { expiryS: -1 })).toBe("outOfMemory");
    cache.limits.stickyBytesMax = 100;
    expect(store(cache, "s", "x".repeat(100), { expiryS: -1 })).toBe("ok");
    expect(store(cache, "t", "x", { expiryS: -1 })).toBe("outOfMemory");
  });
});

describe("time", () => {
  it("lets items expire at their second, and knows relative, absolute and past times", () => {
    const cache = open();
    expect(cache.expiryOf(0)).toBe(0);
    expect(cache.expiryOf(-1)).toBe(-1);
    expect(cache.expiryOf(-5)).toBe(1);
    expect(cache.expiryOf(100)).toBe(cache.nowS + 100);
    expect(cache.expiryOf(NOW_S + 500)).toBe(NOW_S + 500);
    expect(cache.expiryOf(NOW_S - 1)).toBe(1);
    store(cache, "k", "v", { expiryS: cache.expiryOf(2) });
    cache.nowS++;
    expect(valueOf(cache, "k")).toBe("v");
    cache.nowS++;
    expect(valueOf(cache, "k")).toBeNull();
    expect(cache.statistics.items).toBe(0);
  });

  it("flushes what was there before, now or at a time to come", () => {
    const cache = open();
    for (const key of ["a:1", "b:1", "c"]) store(cache, key, "v");
    expect(cache.flush("a", 0)).toBe("ok");
    expect(cache.flush("a", 0)).toBe("prefixNotFound");
    expect(valueOf(cache, "a:1")).toBeNull();
    expect(valueOf(cache, "b:1")).toBe("v");
    expect(cache.flush(null, cache.nowS + 5)).toBe("ok");
    cache.nowS += 4;
    store(cache, "late", "v");
    expect(valueOf(cache, "b:1")).toBeNull();
    cache.nowS++;
    store(cache, "later", "v");
    expect(valueOf(cache, "late")).toBeNull();
    expect(valueOf(cache, "later")).toBe("v");
  });
});

describe("arithmetic", () => {
  const delta = (cache: Cache, key: string, isIncrement: boolean, by: bigint, initial: bigint | null = null): string =>
    cache.arithmetic(Buffer.from(key), 0, key.length, {
      isIncrement,
      delta: by,
      create: initial === null ? null : { initial, flags: 3, expiryS: 0 },
    });

  it("wraps upwards, stops at 0 downwards, and creates when asked to", () => {
    const cache = open();
    expect(delta(cache, "n", true, 1n)).toBe("keyNotFound");
    expect(delta(cache, "n", true, 1n, 100n)).toBe("ok");
    expect(valueOf(cache, "n")).toBe("100");
    expect(delta(cache, "n", false, 101n)).toBe("ok");
    expect(valueOf(cache, "n")).toBe("0");
    store(cache, "n", "18446744073709551615");
    expect(delta(cache, "n", true, 2n)).toBe("ok");
    expect(cache.lastNumber).toBe(1n);
    store(cache, "n", "text");
    expect(delta(cache, "n", true, 1n)).toBe("notNumeric");
  });
});

describe("memory", () => {
  it("evicts what was used longest ago", () => {
    const cache = open();
    const value = "x".repeat(10_000);
    for (let i = 0; i < 200; i++) {
      expect(store(cache, `k${i}`, value)).toBe("ok");
      cache.nowS += 61;
      find(cache, "k0");
      expect(cache.usedBytes).toBeLessThanOrEqual(cache.limitBytes);
    }
    expect(valueOf(cache, "k0")).toBe(value);
    expect(valueOf(cache, "k1")).toBeNull();
    expect(valueOf(cache, "k199")).toBe(value);
    expect(cache.statistics.evictions).toBe(200 - cache.statistics.items);
    expect(cache.statistics.items).toBe(Math.floor((1 << 20) / 10_064));
  });

  it("keeps what it has when something comes that never fits", () => {
    const cache = open({ itemBytesMax: 4 << 20 });
    store(cache, "k", "v");
    expect(store(cache, "huge", "x".repeat(2 << 20))).toBe("outOfMemory");
    expect(valueOf(cache, "k")).toBe("v");
  });

  it("fails rather than evict where it may not", () => {
    const cache = open({ canEvict: false });
    const value = "x".repeat(10_000);
    let stored = 0;
    while (store(cache, `k${stored}`, value) === "ok") stored++;
    expect(stored).toBe(Math.floor((1 << 20) / 10_064));
    expect(remove(cache, "k0")).toBe("ok");
    expect(store(cache, "more", value)).toBe("ok");
  });

  it("finds room for a large item among scattered small ones, and gives it all back", () => {
    const cache = open({ itemBytesMax: 1 << 20 });
    const small = "s".repeat(100);
    for (let i = 0; i < 20_000; i++) store(cache, `k${i}`, small);
    for (let i = 0; i < 20_000; i += 2) remove(cache, `k${i}`);
    const large = Buffer.alloc(400_000, "0123456789").toString("latin1");
    expect(store(cache, "large", large)).toBe("ok");
    expect(valueOf(cache, "large")).toBe(large);
    expect(store(cache, "large", "tail", { mode: "append" })).toBe("ok");
    expect(valueOf(cache, "large")).toBe(`${large}tail`);
    for (let i = 1; i < 20_000; i += 2) remove(cache, `k${i}`);
    remove(cache, "large");
    expect(cache.usedBytes).toBe(0);
    expect(cache.statistics.bytes).toBe(0);
  });
});
