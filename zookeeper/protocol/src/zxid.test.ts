import { describe, expect, it } from "vitest";
import { formatSessionId, formatZxid, makeZxid, ZXID_COUNTER_MAX, zxidCounter, zxidEpoch } from "./zxid.ts";

describe("zxid", () => {
  it("is an epoch and a counter", () => {
    for (const [epoch, counter] of [
      [0, 0],
      [1, 2],
      [5, ZXID_COUNTER_MAX],
      [0x1f_ffff, 7],
    ] as const) {
      const zxid = makeZxid(epoch, counter);
      expect([zxidEpoch(zxid), zxidCounter(zxid)]).toEqual([epoch, counter]);
    }
  });

  it("is shown in hexadecimal", () => {
    expect(formatZxid(makeZxid(1, 2))).toBe("0x100000002");
    expect(formatZxid(0)).toBe("0x0");
    expect(formatZxid(-1)).toBe("0xffffffffffffffff");
    expect(formatSessionId(0x100001123280027n)).toBe("0x100001123280027");
    expect(formatSessionId(-1n)).toBe("0xffffffffffffffff");
  });
});
