import { expect, test } from "vitest";
import { logEntry } from "./entry.ts";
import { counterOf, epochOf, HistoryNode, zxidOf, zxidText } from "./history-node.ts";

test("equal histories are the same object, different ones are not", () => {
  const root = HistoryNode.root();
  const one = root.with(logEntry(zxidOf(1, 1), 7)).with(logEntry(zxidOf(1, 2), 8));
  expect(root.with(logEntry(zxidOf(1, 1), 7)).with(logEntry(zxidOf(1, 2), 8))).toBe(one);
  expect(root.with(logEntry(zxidOf(1, 1), 7)).with(logEntry(zxidOf(1, 2), 9))).not.toBe(one);
  expect(one.length).toBe(2);
  expect(String(one)).toBe("1/1 1/2");
});

test("histories begin with their beginnings", () => {
  const start = HistoryNode.root().with(logEntry(zxidOf(1, 1), 1));
  const long = start.with(logEntry(zxidOf(1, 2), 2)).with(logEntry(zxidOf(2, 1), 3));
  const other = start.with(logEntry(zxidOf(2, 1), 4));
  expect(long.startsWith(start)).toBe(true);
  expect(long.startsWith(long)).toBe(true);
  expect(long.startsWith(other)).toBe(false);
  expect(start.startsWith(long)).toBe(false);
  expect(long.upTo(zxidOf(1, 2)).zxid).toBe(zxidOf(1, 2));
  expect(long.upTo(zxidOf(1, 9))).toBe(long.first(2));
  expect(long.upTo(0).length).toBe(0);
});

test("zxids", () => {
  expect(epochOf(zxidOf(3, 9))).toBe(3);
  expect(counterOf(zxidOf(3, 9))).toBe(9);
  expect(zxidText(zxidOf(3, 9))).toBe("3/9");
  expect(zxidText(-1)).toBe("-1");
});
