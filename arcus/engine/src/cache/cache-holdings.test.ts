import { describe, expect, it } from "vitest";
import { newAttributes } from "../collections/attributes.ts";
import { ListCollection } from "../collections/list/list-collection.ts";
import { Cache } from "./cache.ts";
import type { CacheOptions } from "./cache-options.ts";
import { NO_ITEM } from "./item-header.ts";

const NOW_S = 1_700_000_000;
const LIMIT_BYTES = 1 << 20;

function open(options: CacheOptions = {}): Cache {
  const cache = new Cache({ limitBytes: LIMIT_BYTES, startedS: NOW_S, ...options });
  cache.nowS = NOW_S + 10;
  return cache;
}

function store(cache: Cache, key: string, expiryS = 0): string {
  const bytes = Buffer.from(`${key}v`);
  const keyEnd = key.length;
  const place = { bytes, keyStart: 0, keyEnd, dataStart: keyEnd, dataEnd: keyEnd + 1 };
  return cache.store("set", { ...place, flags: 0, expiryS, casUnique: 0 });
}

function find(cache: Cache, key: string): number {
  return cache.find(Buffer.from(key), 0, key.length);
}

function create(cache: Cache, key: string, list = newList(), expiryS = 0): string {
  return cache.create(Buffer.from(key), 0, key.length, 5, expiryS, list);
}

function newList(): ListCollection {
  return new ListCollection(newAttributes("list", { maxCount: 1000 }, 50_000));
}

function keys(cache: Cache, items: Iterable<number>): string[] {
  return Array.from(items, (item) => cache.keyText(item));
}

describe("collections in a cache", () => {
  it("lie beside the item with their key, and count towards the memory", () => {
    const cache = open();
    const list = newList();
    expect(create(cache, "a:list", list, NOW_S + 50)).toBe("ok");
    expect(create(cache, "a:list")).toBe("keyExists");
    const item = find(cache, "a:list");
    expect(cache.collection(item)).toBe(list);
    expect([cache.typeOf(item), cache.isKeyValue(item), cache.flags(item)]).toEqual(["list", false, 5]);
    const empty = cache.usedBytes;
    expect(cache.reserve(list.bytes, item)).toBe("ok");
    for (let i = 0; i < 10; i++) list.insert(-1, "x".repeat(100), 50_000);
    cache.settle(item);
    expect(cache.usedBytes).toBe(empty + list.bytes);
    expect(cache.prefixes.byName("a")?.bytes.reduce((sum, each) => sum + each, 0)).toBe(cache.statistics.bytes);
    expect(cache.accountedBytes(item) + list.bytes).toBe(cache.statistics.bytes);
    cache.remove(item);
    expect([cache.usedBytes, cache.statistics.bytes, cache.prefixes.count]).toEqual([0, 0, 0]);
  });

  it("refuse what key-value commands would do to them", () => {
    const cache = open();
    create(cache, "list");
    expect(store(cache, "list")).toBe("typeMismatch");
    const arithmetic = { isIncrement: true, delta: 1n, create: null };
    expect(cache.arithmetic(Buffer.from("list"), 0, 4, arithmetic)).toBe("typeMismatch");
  });

  it("come to nothing under a key that cannot be, and where there is no memory for them", () => {
    const cache = open();
    expect(create(cache, "-no:key")).toBe("prefixInvalid");
    expect(create(cache, `${"p".repeat(251)}:key`)).toBe("prefixTooLong");
    expect(create(cache, "sticky", newList(), -1)).toBe("outOfMemory");
    expect([cache.statistics.items, cache.usedBytes]).toEqual([0, 0]);
    const full = open({ canEvict: false });
    for (let i = 0; store(full, `k${i}`) === "ok"; i++);
    expect(create(full, "list")).toBe("outOfMemory");
    expect(full.reserve(100, NO_ITEM)).toBe("outOfMemory");
    expect(full.statistics.outOfMemory).toBe(3);
  });
});

describe("what an operator may change", () => {
  it("is the limit of memory, though not below what sticky items may have, nor beyond the system's", () => {
    const cache = open({ stickyBytesMax: LIMIT_BYTES / 2 });
    for (let i = 0; i < 20_000; i++) store(cache, `k${i}`);
    expect(cache.setLimitBytes(LIMIT_BYTES / 4)).toBe("badValue");
    expect(cache.setLimitBytes(2 ** 52)).toBe("outOfMemory");
    const before = cache.statistics.evictions;
    expect(cache.setLimitBytes(LIMIT_BYTES / 2)).toBe("ok");
    expect(cache.usedBytes).toBeLessThanOrEqual(LIMIT_BYTES / 2);
    expect(cache.statistics.evictions).toBeGreaterThan(before);
    expect(cache.setLimitBytes(2 * LIMIT_BYTES)).toBe("ok");
    expect(find(cache, "k19999")).not.toBe(NO_ITEM);
  });

  it("is when an item expires, but not whether it is sticky", () => {
    const cache = open({ stickyBytesMax: 1000 });
    store(cache, "old");
    store(cache, "new");
    store(cache, "sticky", -1);
    expect(cache.setExpiry(find(cache, "old"), -1)).toBe("badValue");
    expect(cache.setExpiry(find(cache, "sticky"), 0)).toBe("badValue");
    expect(cache.setExpiry(find(cache, "old"), NOW_S + 20)).toBe("ok");
    expect(keys(cache, cache.items({ sticky: false, forward: true }))).toEqual(["old", "new"]);
    expect(keys(cache, cache.items({ sticky: false, forward: false }))).toEqual(["new", "old"]);
    expect(keys(cache, cache.items({ sticky: true, forward: true }))).toEqual(["sticky"]);
    cache.nowS = NOW_S + 20;
    expect(find(cache, "old")).toBe(NO_ITEM);
  });
});

describe("a walk over a cache", () => {
  it("shows every live key once, and not those of the node itself", () => {
    const cache = open();
    for (let i = 0; i < 500; i++) store(cache, `p${i % 3}:${i}`, i === 7 ? NOW_S + 11 : 0);
    store(cache, "arcus:heartbeat");
    cache.nowS = NOW_S + 11;
    const shown: string[] = [];
    let cursor = 0;
    do cursor = cache.scanKeys(cursor, 20, (item) => shown.push(cache.keyText(item)));
    while (cursor !== 0);
    expect(shown).toHaveLength(499);
    expect(new Set(shown).size).toBe(499);
    expect(cache.scanKeys(2 ** 40, 20, () => undefined)).toBe(-1);
  });

  it("shows prefixes from a cursor on, and not the node's own nor those that are gone", () => {
    const cache = open();
    for (const key of ["a:1", "b:1", "arcus:1", "c:1", "none"]) store(cache, key);
    cache.remove(find(cache, "b:1"));
    const shown: string[] = [];
    let cursor = 0;
    do cursor = cache.prefixes.scan(cursor, 2, ({ name }) => shown.push(name));
    while (cursor !== 0);
    expect(shown).toEqual(["", "a", "c"]);
  });

  it("scrubs what is dead, and what others own, in parts", () => {
    const cache = open();
    for (let i = 0; i < 300; i++) store(cache, `${i}`, i % 3 === 0 ? NOW_S + 11 : 0);
    cache.nowS = NOW_S + 11;
    const total = { visited: 0, cleaned: 0 };
    let next = 0;
    do {
      const part = cache.scrub(next, 50, (bytes, start, end) => bytes.latin1Slice(start, end).endsWith("1"));
      total.visited += part.visited;
      total.cleaned += part.cleaned;
      next = part.next;
    } while (next !== 0);
    // A hundred are dead; of the numbers that end in 1 twenty are not among those.
    expect(total).toEqual({ visited: 300, cleaned: 120 });
    expect(cache.statistics.items).toBe(180);
  });
});
