import { expect, test } from "vitest";
import { Cache } from "./cache.ts";
import { SizeClasses } from "./size-classes.ts";

const MIB = 1024 * 1024;

test("classes are those of arcus-memcached -vv", () => {
  const classOf = (classes: SizeClasses, byteCount: number): number => {
    const statistics = classes.of(byteCount);
    return classes.all().find(([, each]) => each === statistics)![0];
  };
  const usual = new SizeClasses(48, 1.25, MIB);
  expect(classOf(usual, 112)).toBe(1);
  expect(classOf(usual, 113)).toBe(2);
  expect(classOf(usual, 52_496)).toBe(28);
  expect(classOf(usual, 312_976)).toBe(36);
  expect(classOf(usual, MIB)).toBe(41);
  const small = new SizeClasses(32, 1.25, MIB);
  expect(classOf(small, 120)).toBe(2);
  expect(classOf(small, 66_233)).toBe(31);
});

test("a cache counts large items by class, with what was evicted and reclaimed", () => {
  const cache = new Cache({ limitBytes: 3 * MIB, chunkBytes: 32 });
  cache.nowS = 1000;
  const data = Buffer.alloc(77_320 + 8, "k");
  const set = (key: string, expiryS: number): void => {
    data.latin1Write(key.padEnd(8), 0, 8);
    const at = { bytes: data, keyStart: 0, keyEnd: key.length, dataStart: 8, dataEnd: data.length };
    expect(cache.store("set", { ...at, flags: 0, expiryS, casUnique: 0 })).toBe("ok");
  };
  for (let at = 0; at < 60; at++) set(`key${at}`, 0);
  const [classId, statistics] = cache.statistics.classes.all()[0]!;
  expect(classId).toBe(31);
  expect(statistics.evictions).toBe(cache.statistics.evictions);
  expect(statistics.evictions).toBeGreaterThan(0);
  cache.statistics.reset();
  expect(statistics.evictions).toBe(0);
  for (let at = 60; at < 100; at++) set(`key${at}`, 1050);
  expect(statistics.evictions).toBe(40);
  cache.nowS = 1051;
  for (let at = 0; at < 5; at++) set(`new${at}`, 0);
  expect(statistics).toMatchObject({ evictions: 40, items: cache.statistics.items });
  expect(cache.statistics.reclaimed).toBeGreaterThan(0);
  expect(statistics).toMatchObject({ reclaimed: cache.statistics.reclaimed });
});
