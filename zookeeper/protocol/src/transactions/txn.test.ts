import { BytesError, encodeToBuffer, Reader, Writer } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import { OpCode } from "../op-codes.ts";
import { decodeTxn, encodeTxn, type Txn } from "./txn.ts";
import { type TxnEntry, txnEntry } from "./txn-entry.ts";

const DIGEST = { version: 2, treeDigest: 0x1b1629b61n };

function entry(txn: Txn, digest: TxnEntry["digest"] = null): TxnEntry {
  return { header: { clientId: 1n, cxid: 2, zxid: 3, time: 4, type: txn.type }, txn, digest };
}

function reread(value: TxnEntry): TxnEntry {
  return txnEntry.decode(new Reader(encodeToBuffer(txnEntry, value)));
}

describe("transactions of older servers", () => {
  it("have creates without the parent's counter (3.3)", () => {
    const txn: Txn = { type: OpCode.create, path: "/a", data: null, acl: [], ephemeral: true, parentCVersion: 9 };
    const bytes = encodeToBuffer(txnEntry, entry(txn));
    expect(txnEntry.decode(new Reader(bytes, 0, bytes.length - 4)).txn).toEqual({ ...txn, parentCVersion: -1 });
  });

  it.each([null, DIGEST])("have closed sessions without paths (up to 3.5), with digest %o", (digest) => {
    const closed = entry({ type: OpCode.closeSession, paths2Delete: null }, digest);
    expect(reread(closed)).toEqual(closed);
  });

  it.each([null, DIGEST])("have closed sessions with paths since, with digest %o", (digest) => {
    for (const paths2Delete of [[], ["/a"], ["/a", "/b/c"]]) {
      const closed = entry({ type: OpCode.closeSession, paths2Delete }, digest);
      expect(reread(closed)).toEqual(closed);
    }
  });

  it("take a closed session that makes no sense as one without paths, as Apache does", () => {
    const read = (hex: string) => decodeTxn(OpCode.closeSession, new Reader(Buffer.from(hex, "hex")));
    expect(read("0000000200000001")).toEqual({ type: OpCode.closeSession, paths2Delete: null });
    expect(read("0000000000")).toEqual({ type: OpCode.closeSession, paths2Delete: null });
  });
});

describe("transactions inside a multi", () => {
  it("end where their length says, whatever follows", () => {
    const txn: Txn = {
      type: OpCode.multi,
      txns: [
        { type: OpCode.delete, path: "/a" },
        { type: OpCode.error, err: -2 },
      ],
    };
    expect(reread(entry(txn, DIGEST))).toEqual(entry(txn, DIGEST));
  });

  it.each([
    ["a multi", "000000010000000e0000000400000000"],
    ["a closed session", "00000001fffffff500000000"],
    ["an unknown type", "000000010000004d00000000"],
    ["no record", "0000000100000002ffffffff"],
    ["a record longer than the multi", "00000001000000020000000600000002"],
  ])("are refused if they are %s", (_what, hex) => {
    expect(() => decodeTxn(OpCode.multi, new Reader(Buffer.from(hex, "hex")))).toThrow(BytesError);
  });

  it("may be none at all", () => {
    expect(decodeTxn(OpCode.multi, new Reader(Buffer.from("ffffffff", "hex")))).toEqual({
      type: OpCode.multi,
      txns: [],
    });
  });
});

it("refuses a type that is no transaction", () => {
  for (const type of [OpCode.getData, OpCode.ping, 77]) {
    expect(() => decodeTxn(type, new Reader(Buffer.alloc(100)))).toThrow(`type is ${type}`);
  }
});

it("writes a transaction without its type, which the header has", () => {
  const writer = new Writer();
  encodeTxn(writer, { type: OpCode.error, err: -101 });
  expect(writer.take().toString("hex")).toBe("ffffff9b");
});
