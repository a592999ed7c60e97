import { readFileSync } from "node:fs";
import { Reader } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import { readLogEntry } from "./files/log-entry.ts";
import { formatValue } from "./format-value.ts";
import {
  inspectConnectRequest,
  inspectConnectResponse,
  inspectReply,
  inspectRequest,
  inspectTxnEntry,
} from "./inspect.ts";
import { OpCode } from "./op-codes.ts";

const hex = (text: string) => Buffer.from(text, "hex");

describe("inspection", () => {
  it("shows requests", () => {
    expect(inspectRequest(hex("0000000500000004000000052f6e6f6e6500"))).toBe(
      'getData xid=5 {path="/none" watch=false}',
    );
    expect(inspectRequest(hex("fffffffe0000000b"))).toBe("ping xid=-2");
    expect(inspectRequest(hex("000000010000004d0102"))).toBe("unknown 77 xid=1 +2 bytes");
  });

  it("shows replies and watch events", () => {
    expect(inspectReply(hex("0000000500000000000e0c4fffffff9b"), OpCode.getData)).toBe(
      "getData xid=5 zxid=0xe0c4f NoNode",
    );
    expect(inspectReply(hex("0000000700000000000e0c5000000000000000012f"), OpCode.sync)).toBe(
      'sync xid=7 zxid=0xe0c50 {path="/"}',
    );
    expect(inspectReply(hex("ffffffffffffffffffffffff000000000000000300000003000000032f7032"))).toBe(
      'notification xid=-1 zxid=0xffffffffffffffff {type=3 state=3 path="/p2"}',
    );
    expect(inspectReply(hex("0000000700000000000e0c500000000001"))).toBe("reply xid=7 zxid=0xe0c50 +1 bytes");
  });

  it("shows the handshake", () => {
    const request = hex("00000000000000000000000000002710000000000000000000000002000000");
    expect(inspectConnectRequest(request)).toBe(
      "connect {protocolVersion=0 lastZxidSeen=0 timeOut=10000 sessionId=0x0 passwd=<2 bytes> readOnly=false readOnlyPresent=true}",
    );
    expect(inspectConnectResponse(hex("0000000000002710010000112328002700000002abcd"))).toContain(
      "sessionId=0x100001123280027",
    );
  });

  it("keeps passwords to itself", () => {
    const packet = hex("fffffffc00000064000000000000000664696765737400000003753a70");
    expect(inspectRequest(packet)).toBe('auth xid=-4 {type=0 scheme="digest" auth=<3 bytes>}');
  });

  it("shows what is wrong instead of throwing", () => {
    expect(inspectRequest(hex("00000005"))).toBe(" (truncated at 4 of 4: Cannot read 4 bytes at 4: input ends at 4)");
    expect(inspectRequest(hex("0000000500000004ffffffff00"))).toContain("getData xid=5 (null at 12 of 13: ");
    expect(inspectReply(hex(""))).toContain("truncated");
    expect(inspectConnectRequest(hex(""))).toContain("truncated");
  });

  it("shows transactions", () => {
    const reader = new Reader(readFileSync(new URL("files/golden/log.100000001.bin", import.meta.url)), 16);
    const lines: string[] = [];
    for (let result = readLogEntry(reader); result.kind === "entry"; result = readLogEntry(reader)) {
      lines.push(inspectTxnEntry(result.entry));
    }
    expect(lines[2]).toBe(
      'setData zxid=0x100000003 session=0x100001cbe4f0000 cxid=2 time=1795235131719 {path="/a" data="2" version=1} digest=0x1b1629b61',
    );
  });

  it("cuts what is long", () => {
    expect(formatValue(Buffer.alloc(70, "a"))).toBe(`"${"a".repeat(64)}"… 70 bytes`);
    expect(formatValue(Buffer.from([0, 255]))).toBe("0x00ff");
    expect(formatValue(Array.from({ length: 18 }, (_, i) => i))).toBe(
      "[0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 … 2 more]",
    );
    expect(formatValue({ a: null, b: true })).toBe("{a=null b=true}");
  });
});
