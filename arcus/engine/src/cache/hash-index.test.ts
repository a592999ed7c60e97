import { expect, it } from "vitest";
import { Cache } from "./cache.ts";

const NOW_S = 1_700_000_000;

function store(cache: Cache, name: string): void {
  const bytes = Buffer.from(`${name}v`);
  const keyEnd = name.length;
  const place = { bytes, keyStart: 0, keyEnd, dataStart: keyEnd, dataEnd: keyEnd + 1 };
  cache.store("set", { ...place, flags: 0, expiryS: 0, casUnique: 0 });
}

function open(): Cache {
  const cache = new Cache({ limitBytes: 8 << 20, startedS: NOW_S, hashSeed: 12345 });
  cache.nowS = NOW_S + 1;
  return cache;
}

it("finds every key while it grows from thousands to tens of thousands", () => {
  const cache = open();
  const KEYS = 20_000;
  const missing: string[] = [];
  for (let i = 0; i < KEYS; i++) {
    store(cache, `key${i}`);
    const earlier = `key${Math.floor(i / 2)}`;
    if (cache.peek(Buffer.from(earlier), 0, earlier.length) === 0) missing.push(earlier);
  }
  expect(missing).toEqual([]);
  for (let i = 0; i < KEYS; i += 2) cache.delete(Buffer.from(`key${i}`), 0, `key${i}`.length);
  for (let i = 0; i < KEYS; i++) {
    const isThere = cache.peek(Buffer.from(`key${i}`), 0, `key${i}`.length) !== 0;
    if (isThere !== (i % 2 === 1)) missing.push(`key${i}`);
  }
  expect(missing).toEqual([]);
});

it("shows a scan every item that was there all the time, though the index grows under it", () => {
  const cache = open();
  for (let i = 0; i < 6000; i++) store(cache, `old${i}`);
  const seen = new Set<string>();
  let cursor = 0;
  let added = 0;
  do {
    cursor = cache.scanKeys(cursor, 50, (item) => seen.add(cache.keyText(item)));
    for (let i = 0; i < 100; i++) store(cache, `new${added++}`);
  } while (cursor > 0);
  expect(cursor).toBe(0);
  const unseen = Array.from({ length: 6000 }, (_, i) => `old${i}`).filter((name) => !seen.has(name));
  expect(unseen).toEqual([]);
  expect(cache.scanKeys(2 ** 31, 1, () => undefined)).toBe(-1);
});

it("does not show the server's own keys", () => {
  const cache = open();
  store(cache, "arcus:zk-ping");
  store(cache, "user");
  const seen: string[] = [];
  let cursor = 0;
  do cursor = cache.scanKeys(cursor, 100, (item) => seen.push(cache.keyText(item)));
  while (cursor > 0);
  expect(seen).toEqual(["user"]);
});
