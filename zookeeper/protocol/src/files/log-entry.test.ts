import { readFileSync } from "node:fs";
import { Reader, Writer } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import { OpCode } from "../op-codes.ts";
import {
  checkMagic,
  FILE_HEADER_BYTES,
  fileHeader,
  LOG_FILE_HEADER,
  LOG_MAGIC,
  SNAPSHOT_MAGIC,
} from "./file-header.ts";
import { LOG_ENTRY_HEAD_BYTES, readLogEntry, writeLogEntry, writeRawLogEntry } from "./log-entry.ts";

const golden = readFileSync(new URL("golden/log.100000001.bin", import.meta.url));

function entriesOf(bytes: Buffer) {
  const reader = new Reader(bytes, FILE_HEADER_BYTES);
  const entries = [];
  for (;;) {
    const result = readLogEntry(reader);
    if (result.kind !== "entry") return { entries, last: result };
    entries.push(result);
  }
}

/** A changed copy of the golden log. */
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(golden);
  bytes[at] = value;
  return bytes;
}

describe("a log that Apache wrote", () => {
  const { entries, last } = entriesOf(golden);

  it("begins with its header", () => {
    const header = fileHeader.decode(new Reader(golden));
    expect(header).toEqual(LOG_FILE_HEADER);
    expect(() => checkMagic(header, LOG_MAGIC)).not.toThrow();
    expect(() => checkMagic(header, SNAPSHOT_MAGIC)).toThrow("magic is 0x5a4b4c47, must be 0x5a4b534e");
  });

  it("tells what happened", () => {
    expect(entries.map(({ entry }) => entry.header.type)).toEqual([
      OpCode.createSession,
      OpCode.create,
      OpCode.setData,
      OpCode.closeSession,
    ]);
    expect(entries[1].entry).toMatchObject({
      txn: { path: "/a", parentCVersion: 1 },
      digest: { treeDigest: 0x16bee58e1n },
    });
    expect(last).toEqual({ kind: "end", offset: entries[3].end });
  });

  it("is written back the same", () => {
    const writer = new Writer();
    fileHeader.encode(writer, LOG_FILE_HEADER);
    for (const { entry } of entries) writeLogEntry(writer, entry);
    expect(writer.take().equals(golden.subarray(0, last.offset))).toBe(true);
  });

  it("is written back the same from raw transactions", () => {
    const writer = new Writer();
    for (const { offset, end } of entries) {
      writeRawLogEntry(writer, golden.subarray(offset + LOG_ENTRY_HEAD_BYTES, end - 1));
    }
    expect(writer.take().equals(golden.subarray(FILE_HEADER_BYTES, last.offset))).toBe(true);
  });
});

describe("damage to a log", () => {
  const first = FILE_HEADER_BYTES;
  const { entries, last } = entriesOf(golden);

  it.each([
    ["checksum", first + 4, 0],
    ["checksum", first, 1],
    ["checksum", first + 20, 0xff],
    ["length", first + 8, 0x80],
    ["length", first + 8, 0x7f],
    ["terminator", entries[0].end - 1, 0],
  ])("is told: %s at byte %i", (reason, at, value) => {
    expect(entriesOf(changed(at, value)).last).toMatchObject({ kind: "corrupt", reason, offset: first });
  });

  it("is told when the frame holds but the transaction makes no sense", () => {
    const writer = new Writer();
    writeRawLogEntry(writer, Buffer.alloc(32, 1));
    const result = readLogEntry(new Reader(writer.take()));
    expect(result).toMatchObject({ kind: "corrupt", reason: "record", offset: 0 });
    expect(result).toHaveProperty("message", expect.stringContaining("type is 16843009"));
  });

  it("is told as missing bytes wherever the log is cut", () => {
    for (let length = first; length < last.offset; length++) {
      const result = entriesOf(golden.subarray(0, length)).last;
      expect(result.kind, `cut at ${length}`).toBe("truncated");
      if (result.kind === "truncated") {
        expect(result.offset + result.wanted).toBeGreaterThan(length);
        expect(entries.map(({ offset }) => offset).concat(last.offset)).toContain(result.offset);
      }
    }
  });
});
