import { expect, test } from "vitest";
import { parseProperties } from "./properties.ts";

test("every entry knows its file and line, also after continued lines and comments", () => {
  const text = "# sample\ntickTime=2000\n\n! note\nserver.1 = a:2888:3888;\\\n    2181\ndataDir : /var/lib/zk\nbare\n";
  expect(parseProperties(text, "zoo.cfg").entries.map((e) => [e.key, e.value, e.origin.line])).toEqual([
    ["tickTime", "2000", 2],
    ["server.1", "a:2888:3888;2181", 5],
    ["dataDir", "/var/lib/zk", 7],
    ["bare", "", 8],
  ]);
});

test("Java's escapes are undone and blanks around values are dropped", () => {
  const { entries } = parseProperties("a\\ b=caf\\u00e9 \\t\nw=C:\\\\zk  ", "x");
  expect(entries.map((e) => [e.key, e.value])).toEqual([
    ["a b", "café"],
    ["w", "C:\\zk"],
  ]);
});

test("of two entries for a key the last counts, with a warning that names both lines", () => {
  const properties = parseProperties("tickTime=1\nx=2\ntickTime=3\n", "zoo.cfg");
  expect(properties.get("tickTime")?.value).toBe("3");
  expect(properties.entries).toHaveLength(2);
  expect(properties.warnings.map((w) => w.message)).toEqual([
    'zoo.cfg:3: "tickTime" is set again here to "3"; "1" of line 1 is not used',
  ]);
});

test("Windows line ends and a byte order mark change nothing", () => {
  const { entries } = parseProperties("\uFEFFa=1\r\nb=2\r\n", "x");
  expect(entries.map((e) => `${e.key}=${e.value}@${e.origin.line}`)).toEqual(["a=1@1", "b=2@2"]);
});
