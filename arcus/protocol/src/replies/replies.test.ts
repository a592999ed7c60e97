import { describe, expect, it } from "vitest";
import {
  type ElementReader,
  ElementReply,
  readBkeyElement,
  readFieldElement,
  readPlainElement,
} from "./element-reply.ts";
import { ManyTreesReply } from "./many-trees-reply.ts";
import { NumberReply } from "./number-reply.ts";
import { PipeReply } from "./pipe-reply.ts";
import { ErrorReply, type ReplyDecoder } from "./reply-decoder.ts";
import { ReplyInput } from "./reply-input.ts";
import { SortMergeReply } from "./sort-merge-reply.ts";
import { StatusReply, STATUSES } from "./status-reply.ts";
import { LinesReply, ScanReply, VersionReply } from "./text-reply.ts";
import { ValueReply } from "./value-reply.ts";

/** What stood behind each reply, to see that none takes more than its own. */
const NEXT = "VERSION 1.15.0\r\n";

/** Reads a reply that arrives in chunks of `size` bytes, as the lines of a transcript. */
function decode<T>(decoder: ReplyDecoder<T>, lines: readonly string[], size: number): T {
  const bytes = Buffer.from(`${lines.join("\r\n")}\r\n${NEXT}`, "latin1");
  const input = new ReplyInput();
  let result: T | undefined;
  for (let at = 0; at < bytes.length; at += size) {
    const worthATry = input.push(bytes.subarray(at, at + size));
    if (result === undefined && worthATry) result = decoder.read(input);
    if (result !== undefined) input.mark();
  }
  expect(input.line()).toBe(NEXT.trimEnd());
  expect(input.remaining).toBe(0);
  return result!;
}

/** The reply as it reads whole, after every way of cutting it was seen to read the same. */
function read<T>(make: () => ReplyDecoder<T>, ...lines: readonly string[]): T {
  const whole = decode(make(), lines, 1_000_000);
  for (const size of [1, 2, 3, 7, 16, 50]) expect(decode(make(), lines, size)).toEqual(whole);
  return whole;
}

function elements<Element>(reader: ElementReader<Element>, ...lines: readonly string[]): unknown {
  return read(() => new ElementReply(reader), ...lines);
}

const data = (text: string) => Buffer.from(text);

describe("StatusReply", () => {
  it("reads every status, and errors", () => {
    for (const status of STATUSES) expect(read(() => new StatusReply(), status)).toBe(status);
    const line = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]";
    expect(read(() => new StatusReply(), line)).toEqual(new ErrorReply("client", line.slice("CLIENT_ERROR ".length)));
    expect(read(() => new StatusReply(), "SERVER_ERROR out of memory storing object")).toEqual(
      new ErrorReply("server", "out of memory storing object"),
    );
    expect(read(() => new StatusReply(), "ERROR")).toEqual(new ErrorReply("command", ""));
    expect(read(() => new StatusReply(), "ERROR no matching command")).toEqual(
      new ErrorReply("command", "no matching command"),
    );
    expect(read(() => new StatusReply(), "ATTR_ERROR bad value")).toEqual(new ErrorReply("client", "bad value"));
  });

  it("refuses what is neither", () => {
    for (const line of ["", "STORE", "VALUE foo 0 3", "ERRORS"]) {
      expect(() => decode(new StatusReply(), [line], 100)).toThrow(
        `Cannot read the reply "${line}": wanted is a status`,
      );
    }
  });
});

describe("ValueReply", () => {
  it("reads the answers of a real node", () => {
    expect(read(() => new ValueReply(), "VALUE foo 5 3", "bar", "END")).toEqual([
      { key: "foo", flags: 5, data: data("bar"), cas: null },
    ]);
    expect(read(() => new ValueReply(), "VALUE foo 5 3 22137", "bar", "VALUE e 0 0 1", "", "END")).toEqual([
      { key: "foo", flags: 5, data: data("bar"), cas: 22137n },
      { key: "e", flags: 0, data: data(""), cas: 1n },
    ]);
    expect(read(() => new ValueReply(), "END")).toEqual([]);
    expect(read(() => new ValueReply(), "CLIENT_ERROR bad data chunk")).toEqual(
      new ErrorReply("client", "bad data chunk"),
    );
  });

  it("takes data for what its length says, whatever it looks like", () => {
    const value = "a\r\nEND\r\nVALUE x 0 1";
    expect(read(() => new ValueReply(), `VALUE k 0 ${value.length}`, value, "END")).toEqual([
      { key: "k", flags: 0, data: data(value), cas: null },
    ]);
  });

  it("reads a large value of many chunks", () => {
    const value = "x".repeat(1_000_000);
    const items = decode(new ValueReply(), [`VALUE k 0 ${value.length}`, value, "END"], 65_536);
    expect(items).toHaveLength(1);
  });

  it("refuses lengths that lie", () => {
    for (const lines of [
      ["VALUE k 0 2", "abc", "END"],
      ["VALUE k 0 x", "abc", "END"],
      ["VALUE k 0 -1", "abc", "END"],
      ["VALUE k 0 9999999999", "abc", "END"],
      ["VALUE k", "END"],
    ]) {
      expect(() => decode(new ValueReply(), lines, 100)).toThrow("Cannot read the reply");
    }
  });
});

describe("NumberReply", () => {
  it("reads numbers of 64 bits, alone and named", () => {
    expect(read(() => new NumberReply(), "18446744073709551615")).toBe(18446744073709551615n);
    expect(read(() => new NumberReply(), "99  ")).toBe(99n);
    expect(read(() => new NumberReply("COUNT="), "COUNT=5")).toBe(5n);
    expect(read(() => new NumberReply("POSITION="), "POSITION=0")).toBe(0n);
    expect(read(() => new NumberReply(), "NOT_FOUND")).toBe("NOT_FOUND");
    expect(() => decode(new NumberReply("COUNT="), ["5"], 100)).toThrow("Cannot read");
  });
});

describe("ElementReply", () => {
  it("reads lists and sets", () => {
    expect(elements(readPlainElement, "VALUE 1 2", "3 abc", "3 def", "END")).toEqual({
      flags: 1,
      elements: [{ data: data("abc") }, { data: data("def") }],
      numbers: [],
      end: "END",
    });
    expect(elements(readPlainElement, "VALUE 1 1", "3 def", "DELETED_DROPPED")).toMatchObject({
      end: "DELETED_DROPPED",
    });
    expect(elements(readPlainElement, "NOT_FOUND_ELEMENT")).toBe("NOT_FOUND_ELEMENT");
    expect(elements(readPlainElement, "UNREADABLE")).toBe("UNREADABLE");
    expect(elements(readPlainElement, "VALUE 1 1", "0 ", "END")).toMatchObject({ elements: [{ data: data("") }] });
  });

  it("reads maps", () => {
    expect(elements(readFieldElement, "VALUE 3 2", "f3 3 v_3", "f2 4 v_22", "DELETED")).toEqual({
      flags: 3,
      elements: [
        { field: "f3", data: data("v_3") },
        { field: "f2", data: data("v_22") },
      ],
      numbers: [],
      end: "DELETED",
    });
  });

  it("reads b+trees, with and without element flags", () => {
    expect(elements(readBkeyElement, "VALUE 1 3", "20 0xFF 3 ddd", "30 3 eee", "0xAA00 0x0A 3 xxx", "TRIMMED")).toEqual(
      {
        flags: 1,
        elements: [
          { bkey: "20", eflag: "0xFF", data: data("ddd") },
          { bkey: "30", eflag: null, data: data("eee") },
          { bkey: "0xAA00", eflag: "0x0A", data: data("xxx") },
        ],
        numbers: [],
        end: "TRIMMED",
      },
    );
    expect(elements(readBkeyElement, "VALUE 3 1 3 1", "70 3 jjj", "80 1 0", "90 3 100", "END")).toMatchObject({
      flags: 1,
      numbers: [3, 1],
      elements: [{ bkey: "70" }, { bkey: "80" }, { bkey: "90" }],
    });
  });

  it("refuses what is not the protocol", () => {
    for (const lines of [
      ["VALUE 1 2 3", "3 abc", "END"],
      ["VALUE 1 1", "3", "abc", "END"],
      ["VALUE 1 1", "3 abc", "STORED"],
      ["VALUE 1 1", "4 abc", "END"],
    ]) {
      expect(() => decode(new ElementReply(readPlainElement), lines, 100)).toThrow("Cannot read the reply");
    }
    const endless = Buffer.alloc(70_000, "x");
    expect(() => {
      const input = new ReplyInput();
      input.push(endless);
      new StatusReply().read(input);
    }).toThrow("wanted is a line of at most");
  });
});

describe("ManyTreesReply", () => {
  it("reads the answer of a real node", () => {
    const lines = [
      "VALUE bk1 OK 11 2",
      "ELEMENT 1 3 k11",
      "ELEMENT 3 3 k13",
      "VALUE bk2 TRIMMED 12 1",
      "ELEMENT 3 0x01 3 k23",
    ];
    expect(read(() => new ManyTreesReply(), ...lines, "VALUE bk9 NOT_FOUND", "END")).toEqual([
      {
        key: "bk1",
        status: "OK",
        flags: 11,
        elements: [
          { bkey: "1", eflag: null, data: data("k11") },
          { bkey: "3", eflag: null, data: data("k13") },
        ],
      },
      { key: "bk2", status: "TRIMMED", flags: 12, elements: [{ bkey: "3", eflag: "0x01", data: data("k23") }] },
      { key: "bk9", status: "NOT_FOUND", flags: 0, elements: [] },
    ]);
    expect(read(() => new ManyTreesReply(), "CLIENT_ERROR bad value")).toEqual(new ErrorReply("client", "bad value"));
    expect(() => decode(new ManyTreesReply(), ["VALUE a OK 1 1", "1 3 abc", "END"], 100)).toThrow("wanted is ELEMENT");
    expect(() => decode(new ManyTreesReply(), ["VALUE a WHAT", "END"], 100)).toThrow("Cannot read");
  });
});

describe("SortMergeReply", () => {
  it("reads the answer of a real node", () => {
    const found = ["ELEMENTS 2", "bk1 11 1 3 k11", "bk2 12 3 0x01 3 k23", "MISSED_KEYS 1", "bk9 NOT_FOUND"];
    expect(read(() => new SortMergeReply(), ...found, "TRIMMED_KEYS 1", "bk1 1", "DUPLICATED")).toEqual({
      elements: [
        { key: "bk1", flags: 11, bkey: "1", eflag: null, data: data("k11") },
        { key: "bk2", flags: 12, bkey: "3", eflag: "0x01", data: data("k23") },
      ],
      missed: [{ key: "bk9", status: "NOT_FOUND" }],
      trimmed: [{ key: "bk1", bkey: "1" }],
      duplicated: true,
    });
    expect(read(() => new SortMergeReply(), "ELEMENTS 0", "MISSED_KEYS 0", "TRIMMED_KEYS 0", "END")).toMatchObject({
      elements: [],
      duplicated: false,
    });
    expect(read(() => new SortMergeReply(), "BKEY_MISMATCH")).toBe("BKEY_MISMATCH");
  });

  it("refuses sections in another order", () => {
    expect(() => decode(new SortMergeReply(), ["ELEMENTS 0", "TRIMMED_KEYS 0", "END"], 100)).toThrow("MISSED_KEYS");
    expect(() => decode(new SortMergeReply(), ["ELEMENTS 0", "MISSED_KEYS 1", "bk9"], 100)).toThrow(
      "a key and a status",
    );
  });
});

describe("PipeReply", () => {
  it("reads the answers of a real node", () => {
    const lines = ["RESPONSE 5", "CREATED_STORED", "STORED", "NOT_FOUND", "ELEMENT_EXISTS", "STORED", "END"];
    expect(read(() => new PipeReply(), ...lines)).toEqual({ results: lines.slice(1, -1), error: null });
    const broken = ["RESPONSE 2", "STORED", "CLIENT_ERROR bad command line format", "PIPE_ERROR bad error"];
    expect(read(() => new PipeReply(), ...broken)).toEqual({
      results: ["STORED", new ErrorReply("client", "bad command line format")],
      error: "bad error",
    });
    expect(read(() => new PipeReply(), "STORED")).toEqual({ results: ["STORED"], error: null });
    expect(read(() => new PipeReply(), "RESPONSE 2", "15", "0", "END")).toEqual({ results: [15n, 0n], error: null });
    expect(read(() => new PipeReply(), "ERROR no matching command")).toBeInstanceOf(ErrorReply);
    expect(() => decode(new PipeReply(), ["RESPONSE 1", "STORED", "STORED"], 100)).toThrow("END or PIPE_ERROR");
  });
});

describe("texts", () => {
  it("reads versions, lines and pages", () => {
    expect(read(() => new VersionReply(), "VERSION 1.15.0")).toBe("1.15.0");
    expect(() => decode(new VersionReply(), ["STORED"], 100)).toThrow("Cannot read");
    expect(read(() => new LinesReply("ATTR"), "ATTR type=set", "ATTR flags=2", "END")).toEqual(["type=set", "flags=2"]);
    expect(read(() => new LinesReply("ATTR"), "NOT_FOUND")).toBe("NOT_FOUND");
    expect(read(() => new LinesReply("STAT"), "STAT pid 1", "STAT uptime 7", "END")).toEqual(["pid 1", "uptime 7"]);
    expect(read(() => new ScanReply(), "KEYS 2 80", "a K 0", "b B -1", "END")).toEqual({
      lines: ["a K 0", "b B -1"],
      nextCursor: "80",
    });
    expect(read(() => new ScanReply(), "CLIENT_ERROR invalid cursor.")).toEqual(
      new ErrorReply("client", "invalid cursor."),
    );
    expect(() => decode(new ScanReply(), ["KEYS x", "END"], 100)).toThrow("Cannot read");
  });
});
