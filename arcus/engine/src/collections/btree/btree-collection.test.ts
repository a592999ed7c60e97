import {
  type Bkey,
  bytesBkey,
  type EflagFilter,
  formatBkey,
  matchesFilter,
  numberBkey,
  parseBkeyRange,
} from "@branta/arcus-protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newAttributes, type WantedAttributes } from "../attributes.ts";
import { BtreeCollection, type BtreeSelection } from "./btree-collection.ts";
import { BtreeElement } from "./btree-element.ts";
import { countRange, elementsAt, neighbourhoodOf, positionOf } from "./btree-positions.ts";
import { doArithmetic, updateElement } from "./btree-updates.ts";

const SIZE_MAX = 50_000;
const OPTIONS = { replaces: false, sizeMax: SIZE_MAX };

function collection(wanted: WantedAttributes = {}): BtreeCollection {
  return new BtreeCollection(newAttributes("b+tree", wanted, SIZE_MAX));
}

function range(text: string): { from: Bkey; to: Bkey | null } {
  return parseBkeyRange(Buffer.from(text), 0, text.length)!;
}

function element(key: number | string, value = "v", eflag = ""): BtreeElement {
  return new BtreeElement(typeof key === "number" ? numberBkey(key) : bytesBkey(key), eflag, value);
}

function filled(keys: readonly number[], wanted: WantedAttributes = {}): BtreeCollection {
  const btree = collection(wanted);
  for (const key of keys) btree.insert(element(key, String(key), key % 2 === 0 ? "\x01" : ""), OPTIONS);
  return btree;
}

function show(selection: BtreeSelection | string): string {
  if (typeof selection === "string") return selection;
  const keys = selection.elements.map((found) => formatBkey(found)).join(" ");
  return selection.touchesTrimmed ? `${keys} trimmed` : keys;
}

function get(btree: BtreeCollection, text: string): string {
  return show(btree.get(range(text), null, 0, 0));
}

it("refuses a second element and replaces it when asked", () => {
  const btree = filled([10]);
  expect(btree.insert(element(10), OPTIONS)).toBe("elementExists");
  expect(btree.insert(element(10, "new", "\x05"), { ...OPTIONS, replaces: true })).toBe("replaced");
  expect(btree.tree.find(numberBkey(10))).toMatchObject({ value: "new", eflag: "\x05" });
  expect(btree.insert(element("x"), OPTIONS)).toBe("bkeyMismatch");
});

it("tells what a trim by number took from a range", () => {
  const btree = filled([10, 20, 30, 40, 50], { maxCount: 5 });
  const trimmed: BtreeElement[] = [];
  expect(btree.insert(element(60), OPTIONS, trimmed)).toBe("ok");
  expect(trimmed.map((gone) => gone.value)).toEqual(["10"]);
  expect(btree.trimmed).toBe(true);
  expect(get(btree, "0..100")).toBe("20 30 40 50 60 trimmed");
  expect(get(btree, "20..100")).toBe("20 30 40 50 60");
  expect(get(btree, "100..0")).toBe("60 50 40 30 20 trimmed");
  expect(get(btree, "100..20")).toBe("60 50 40 30 20");
  expect(get(btree, "10")).toBe("bkeyOutOfRange");
  expect(get(btree, "0..5")).toBe("bkeyOutOfRange");
  expect(get(btree, "25")).toBe("elementNotFound");
  expect(get(btree, "100")).toBe("elementNotFound");
  expect(btree.insert(element(5), OPTIONS)).toBe("bkeyOutOfRange");
});

it("trims the largest, silently or not", () => {
  const loud = filled([10, 20, 30, 5], { maxCount: 3, overflowAction: "largest_trim" });
  expect(get(loud, "0..100")).toBe("5 10 20 trimmed");
  expect(get(loud, "100..0")).toBe("20 10 5 trimmed");
  expect(get(loud, "30")).toBe("bkeyOutOfRange");
  expect(get(loud, "10..20")).toBe("10 20");
  expect(get(loud, "10..21")).toBe("10 20 trimmed");
  // The real server looks behind an element that ends the range when the range also begins with it.
  expect(get(loud, "15..20")).toBe("20 trimmed");
  const silent = filled([10, 20, 30, 5], { maxCount: 3, overflowAction: "largest_silent_trim" });
  expect(get(silent, "0..100")).toBe("5 10 20");
  expect(get(silent, "30")).toBe("elementNotFound");
  expect(silent.trimmed).toBe(false);
  const error = filled([10, 20, 30], { maxCount: 3, overflowAction: "error" });
  expect(error.insert(element(5), OPTIONS)).toBe("overflowed");
  const implicit = filled([10, 20, 30], { maxCount: 3 });
  expect(implicit.insert(element(5), OPTIONS)).toBe("bkeyOutOfRange");
  expect(implicit.trimmed).toBe(true);
});

it("keeps the outermost bkeys within the greatest distance", () => {
  const btree = collection();
  expect(btree.changeAttributes({ maxBkeyRange: numberBkey(10) }, SIZE_MAX)).toBe("ok");
  expect(btree.insert(element("x"), OPTIONS)).toBe("bkeyMismatch");
  for (const key of [100, 105, 110, 112]) expect(btree.insert(element(key), OPTIONS)).toBe("ok");
  expect(get(btree, "0..1000")).toBe("105 110 112");
  expect(btree.insert(element(101), OPTIONS)).toBe("bkeyOutOfRange");
  expect(btree.trimmed).toBe(false);
  expect(btree.insert(element(500), OPTIONS)).toBe("ok");
  expect(get(btree, "0..1000")).toBe("500");
  expect(btree.changeAttributes({ overflowAction: "largest_trim" }, SIZE_MAX)).toBe("ok");
  for (const key of [495, 490, 488]) expect(btree.insert(element(key), OPTIONS)).toBe("ok");
  expect(get(btree, "0..1000")).toBe("488 490 495");
  expect(btree.insert(element(600), OPTIONS)).toBe("bkeyOutOfRange");
  expect(btree.changeAttributes({ maxBkeyRange: numberBkey(6) }, SIZE_MAX)).toBe("badValue");
  expect(btree.changeAttributes({ maxBkeyRange: bytesBkey("\x10") }, SIZE_MAX)).toBe("badValue");
  expect(btree.changeAttributes({ maxBkeyRange: null }, SIZE_MAX)).toBe("ok");
  expect(btree.insert(element(6000), OPTIONS)).toBe("ok");
});

it("measures distances of bytes as the real server does", () => {
  const btree = collection();
  btree.changeAttributes({ maxBkeyRange: bytesBkey("\x00\x10") }, SIZE_MAX);
  for (const key of ["\x01\x00", "\x01\x08", "\x01\x10"]) expect(btree.insert(element(key), OPTIONS)).toBe("ok");
  expect(btree.insert(element("\x01\x12"), OPTIONS)).toBe("ok");
  expect(get(btree, "0x00..0xFF")).toBe("0x0108 0x0110 0x0112");
  expect(btree.insert(element("\x01\x12\xff"), OPTIONS)).toBe("ok");
  expect(btree.insert(element("\x02"), OPTIONS)).toBe("ok");
  expect(get(btree, "0x00..0xFF")).toBe("0x02");
});

it("works with numbers beyond what doubles hold", () => {
  const btree = collection();
  const keys = ["18446744073709551615", "18446744073709551614", "0", "9007199254740993", "9007199254740992"];
  for (const key of keys) btree.insert(new BtreeElement(numberBkey(BigInt(key)), "", key), OPTIONS);
  expect(get(btree, "0..18446744073709551615")).toBe(
    "0 9007199254740992 9007199254740993 18446744073709551614 18446744073709551615",
  );
  expect(positionOf(btree, numberBkey(18446744073709551614n), "asc")).toBe(3);
  btree.changeAttributes({ maxBkeyRange: numberBkey(18446744073709551615n) }, SIZE_MAX);
  expect(btree.insert(element(5), OPTIONS)).toBe("ok");
  expect(btree.changeAttributes({ maxBkeyRange: numberBkey(18446744073709551614n) }, SIZE_MAX)).toBe("badValue");
});

it("forgets the kind of its bkeys with its last element, but not before the next one comes", () => {
  const btree = filled([1]);
  expect(show(btree.take(range("1"), null, 0, 0))).toBe("1");
  expect([btree.count, btree.bytes]).toEqual([0, 0]);
  expect(countRange(btree, range("0x01"), null)).toBe("bkeyMismatch");
  expect(btree.insert(element("x"), OPTIONS)).toBe("ok");
});

it("updates flag and value", () => {
  const btree = filled([1, 2]);
  const [one, two] = [numberBkey(1), numberBkey(2)];
  const or = { bitwise: { operator: "|", offset: 0 }, value: "\xf0" } as const;
  expect(updateElement(btree, two, { eflag: or, value: null })).toBe("ok");
  expect(btree.tree.find(two)).toMatchObject({ eflag: "\xf1", value: "2" });
  expect(updateElement(btree, one, { eflag: or, value: null })).toBe("eflagMismatch");
  expect(updateElement(btree, numberBkey(3), { eflag: null, value: "x" })).toBe("elementNotFound");
  expect(updateElement(btree, one, { eflag: null, value: "longer" }, true)).toBe("outOfMemory");
  expect(updateElement(btree, bytesBkey("1"), { eflag: null, value: "x" })).toBe("bkeyMismatch");
});

it("counts up and down within 64 bits", () => {
  const btree = filled([1]);
  const limits = { sizeMax: SIZE_MAX };
  const change = (operation: "incr" | "decr", delta: bigint): unknown =>
    doArithmetic(btree, numberBkey(1), { operation, delta, initial: null }, limits);
  expect(change("incr", 9n)).toBe(10n);
  expect(change("decr", 100n)).toBe(0n);
  expect(change("incr", 2n ** 64n - 1n)).toBe(2n ** 64n - 1n);
  expect(change("incr", 2n)).toBe(1n);
  updateElement(btree, numberBkey(1), { eflag: null, value: "abc" });
  expect(change("incr", 2n)).toBe("notNumeric");
  const initial = { value: 7n, eflag: "\x01" };
  expect(doArithmetic(btree, numberBkey(9), { operation: "decr", delta: 1n, initial }, limits)).toBe(7n);
  expect(btree.tree.find(numberBkey(9))).toMatchObject({ value: "7", eflag: "\x01" });
  expect(doArithmetic(btree, numberBkey(8), { operation: "decr", delta: 1n, initial: null }, limits)).toBe(
    "elementNotFound",
  );
});

it("finds positions, elements at them and neighbours", () => {
  const btree = filled([50, 60, 70, 80, 90]);
  expect(positionOf(btree, numberBkey(80), "asc")).toBe(3);
  expect(positionOf(btree, numberBkey(80), "desc")).toBe(1);
  expect(positionOf(btree, numberBkey(85), "desc")).toBe("elementNotFound");
  const at = (order: "asc" | "desc", from: number, to: number): unknown => {
    const found = elementsAt(btree, order, from, to);
    return typeof found === "string" ? found : found.map((each) => each.value).join(" ");
  };
  expect(at("asc", 0, 2)).toBe("50 60 70");
  expect(at("desc", 0, 2)).toBe("90 80 70");
  expect(at("asc", 9, 3)).toBe("90 80");
  expect(at("desc", 3, 0)).toBe("60 70 80 90");
  expect(at("asc", 10, 5)).toBe("elementNotFound");
  const around = neighbourhoodOf(btree, numberBkey(80), "desc", 2);
  expect(around).toMatchObject({ position: 1, index: 1 });
  expect(typeof around === "string" ? around : around.elements.map((each) => each.value)).toEqual([
    "90",
    "80",
    "70",
    "60",
  ]);
});

it("refuses to read what is hidden, empty or of another kind", () => {
  const [one, bytes] = [numberBkey(1), bytesBkey("1")];
  const hidden = filled([1], { readable: false });
  expect(get(hidden, "1")).toBe("unreadable");
  expect(countRange(hidden, range("1"), null)).toBe("unreadable");
  expect(positionOf(hidden, one, "asc")).toBe("unreadable");
  expect(neighbourhoodOf(hidden, one, "asc", 1)).toBe("unreadable");
  expect(elementsAt(hidden, "asc", 0, 1)).toBe("unreadable");
  expect(show(hidden.delete(range("1"), null, 0))).toBe("1");
  const empty = collection();
  expect(get(empty, "1")).toBe("elementNotFound");
  expect(countRange(empty, range("0..9"), null)).toEqual({ count: 0, visited: 0 });
  expect(positionOf(empty, one, "asc")).toBe("elementNotFound");
  expect(elementsAt(empty, "asc", 0, 1)).toBe("elementNotFound");
  expect(show(empty.delete(range("1"), null, 0))).toBe("elementNotFound");
  expect([empty.minBkey, empty.maxBkey, empty.bytes]).toEqual([null, null, 0]);
  const update = { eflag: null, value: "x" };
  expect(updateElement(empty, one, update)).toBe("elementNotFound");
  const incr = { operation: "incr", delta: 1n, initial: null } as const;
  expect(doArithmetic(empty, bytes, incr, { sizeMax: SIZE_MAX })).toBe("elementNotFound");
  const numbers = filled([1]);
  expect(get(numbers, "0x01")).toBe("bkeyMismatch");
  expect(positionOf(numbers, bytes, "asc")).toBe("bkeyMismatch");
  expect(show(numbers.delete(range("0x01"), null, 0))).toBe("bkeyMismatch");
  expect(show(numbers.delete(range("5"), null, 0))).toBe("elementNotFound");
  expect(doArithmetic(numbers, bytes, incr, { sizeMax: SIZE_MAX })).toBe("bkeyMismatch");
});

it("lets nothing grow while sticky memory is used up", () => {
  const full = { ...OPTIONS, stickyFull: true };
  const btree = filled([1]);
  expect(btree.insert(element(2), full)).toBe("outOfMemory");
  expect(btree.insert(element(1), full)).toBe("elementExists");
  expect(btree.insert(element(1, "longer"), { ...full, replaces: true })).toBe("outOfMemory");
  expect(btree.insert(element(1, ""), { ...full, replaces: true })).toBe("replaced");
  const initial = { value: 7n, eflag: "" };
  const limits = { sizeMax: SIZE_MAX, stickyFull: true };
  expect(doArithmetic(btree, numberBkey(9), { operation: "incr", delta: 1n, initial }, limits)).toBe("outOfMemory");
});

it("counts within a range by positions and by looking", () => {
  const btree = filled(Array.from({ length: 200 }, (_, i) => i * 2));
  expect(countRange(btree, range("10..20"), null)).toEqual({ count: 6, visited: 6 });
  expect(countRange(btree, range("21..9"), null)).toEqual({ count: 6, visited: 6 });
  expect(countRange(btree, range("0..398"), null)).toEqual({ count: 200, visited: 0 });
  expect(countRange(btree, range("10"), null)).toEqual({ count: 1, visited: 1 });
  expect(countRange(btree, range("11"), null)).toEqual({ count: 0, visited: 0 });
  expect(countRange(btree, range("10..20"), EVEN)).toEqual({ count: 6, visited: 6 });
  expect(countRange(btree, range("10"), EVEN)).toEqual({ count: 1, visited: 1 });
});

it("changes all attributes or none", () => {
  const btree = filled([1, 2, 3, 4]);
  expect(btree.changeAttributes({ maxCount: 3 }, SIZE_MAX)).toBe("badValue");
  expect(btree.changeAttributes({ maxBkeyRange: null }, SIZE_MAX)).toBe("ok");
  expect(btree.changeAttributes({ maxBkeyRange: numberBkey(3) }, SIZE_MAX)).toBe("ok");
  expect(btree.changeAttributes({ maxBkeyRange: numberBkey(3), maxCount: 4 }, SIZE_MAX)).toBe("ok");
  expect(btree.insert(element(5), OPTIONS)).toBe("ok");
  expect([get(btree, "0..9"), btree.trimmed]).toEqual(["2 3 4 5", false]);
  const empty = collection();
  empty.changeAttributes({ maxBkeyRange: bytesBkey("\x05") }, SIZE_MAX);
  expect(empty.insert(element(5), OPTIONS)).toBe("bkeyMismatch");
  empty.changeAttributes({ maxBkeyRange: null }, SIZE_MAX);
  expect(empty.insert(element(5), OPTIONS)).toBe("ok");
});

const EVEN: EflagFilter = { offset: 0, bitwise: null, comparison: "EQ", values: ["\x01"] };

it("selects and takes out of any range what a sorted array would", () => {
  const key = fc.nat(120);
  const query = fc.record({
    from: key,
    to: fc.option(key),
    filtered: fc.boolean(),
    offset: fc.nat(5),
    count: fc.nat(8),
    takes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 100, size: "max" }), fc.array(query), (keys, queries) => {
      const btree = filled(keys);
      let model = keys.toSorted((a, b) => a - b);
      for (const { from, to, filtered, offset, count, takes } of queries) {
        const [low, high] = [Math.min(from, to ?? from), Math.max(from, to ?? from)];
        const within = model.filter((each) => each >= low && each <= high);
        if (to !== null && to < from) within.reverse();
        const passed = filtered ? within.filter((each) => each % 2 === 0) : within;
        const end = count === 0 ? undefined : offset + count;
        const expected = offset >= model.length ? [] : passed.slice(offset, end);
        const bkeys = { from: numberBkey(from), to: to === null ? null : numberBkey(to) };
        const filter = filtered ? EVEN : null;
        if (model.length > 0) {
          expect(countRange(btree, bkeys, filter)).toMatchObject({ count: passed.length });
        }
        const selection = btree[takes ? "take" : "get"](bkeys, filter, offset, count);
        expect(show(selection)).toBe(expected.length === 0 ? "elementNotFound" : expected.join(" "));
        if (takes) model = model.filter((each) => !expected.includes(each));
        expect(btree.count).toBe(model.length);
      }
      const fresh = filled(model);
      expect(btree.bytes - btree.tree.nodeBytes).toBe(fresh.bytes - fresh.tree.nodeBytes);
      expect(matchesFilter("\x01", EVEN)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
