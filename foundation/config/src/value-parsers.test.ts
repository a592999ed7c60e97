import { describe, expect, test } from "vitest";
import { parseHostPort, splitHostAndPorts } from "./host-port.ts";
import { nearestWord } from "./nearest-word.ts";
import { type ConfigEntry, fileOrigin } from "./properties.ts";
import {
  parseBoolean,
  parseDecimal,
  parseDuration,
  parseInteger,
  parseList,
  parseLong,
  parseSize,
  parseWord,
  parseYesNo,
} from "./value-parsers.ts";

const entry = (value: string): ConfigEntry => ({ key: "key", value, origin: fileOrigin("zoo.cfg", 4) });

describe("what is accepted", () => {
  test("numbers", () => {
    expect(parseInteger(entry("-1"))).toBe(-1);
    expect(parseInteger(entry("+7"))).toBe(7);
    expect(parseLong(entry("4294967296"))).toBe(4294967296);
    expect(parseDecimal(entry("0.02"))).toBe(0.02);
  });

  test("truth", () => {
    expect(parseBoolean(entry("TRUE"))).toBe(true);
    expect(parseYesNo(entry("no"))).toBe(false);
    expect(parseYesNo(entry("true"))).toBe(true);
  });

  test("sizes and spans", () => {
    expect(parseSize(entry("64k"))).toBe(65536);
    expect(parseSize(entry("1.5 GB"))).toBe(1.5 * 1024 ** 3);
    expect(parseDuration(entry("2m"))).toBe(120_000);
    expect(parseDuration(entry("500"))).toBe(500);
  });

  test("words and lists", () => {
    expect(parseWord(entry("GZ"), ["", "gz", "snappy"])).toBe("gz");
    expect(parseList(entry(" stat, ruok,,isro "))).toEqual(["stat", "ruok", "isro"]);
  });

  test("addresses", () => {
    expect(parseHostPort(entry("zk1:2181"))).toEqual({ host: "zk1", port: 2181 });
    expect(parseHostPort(entry("[::1]:2181"))).toEqual({ host: "::1", port: 2181 });
    expect(parseHostPort(entry("2181"), { hostOptional: true })).toEqual({ host: null, port: 2181 });
    expect(splitHostAndPorts("[::1]:2888:3888")).toEqual(["::1", "2888", "3888"]);
    expect(splitHostAndPorts("[::1")).toBeNull();
  });
});

const refusals: readonly [(e: ConfigEntry) => unknown, string, string][] = [
  [(e) => parseInteger(e), "2s", "a whole number"],
  [(e) => parseInteger(e), "2147483648", "a whole number"],
  [(e) => parseInteger(e, { min: 1 }), "0", "a whole number of at least 1"],
  [(e) => parseInteger(e, { min: 0, max: 65535 }), "70000", "a whole number from 0 to 65535"],
  [(e) => parseDecimal(e, { min: 0, max: 1 }), "2", "a number from 0 to 1"],
  [(e) => parseBoolean(e), "yes", "true or false"],
  [(e) => parseYesNo(e), "", "yes or no"],
  [(e) => parseWord(e, ["need", "want", "none"]), "all", "need, want or none"],
  [(e) => parseSize(e), "12 parsecs", "an amount of bytes such as 4096, 64k, 512m or 4g"],
  [(e) => parseDuration(e), "-1s", "a span of time such as 500ms, 30s, 5m, 2h or 1d"],
  [(e) => parseHostPort(e), "host", "host:port"],
  [(e) => parseHostPort(e, { hostOptional: true }), "host:99999", "a port or host:port"],
];

test.each(refusals)("%# refuses with file, line, key, value and what was expected", (parse, value, expected) => {
  expect(() => parse(entry(value))).toThrow(
    expect.objectContaining({
      name: "ConfigError",
      code: "wrongValue",
      exitCode: 2,
      file: "zoo.cfg",
      line: 4,
      key: "key",
      message: `zoo.cfg:4: key is "${value}", expected ${expected}`,
    }),
  );
});

test("a mistyped word finds its neighbour, a strange one finds none", () => {
  const keys = ["clientPort", "dataDir", "tickTime", "snapCount"];
  expect(nearestWord("clientport", keys)).toBe("clientPort");
  expect(nearestWord("tickTmie", keys)).toBe("tickTime");
  expect(nearestWord("dataDri", keys)).toBe("dataDir");
  expect(nearestWord("org.example.other", keys)).toBeNull();
});
