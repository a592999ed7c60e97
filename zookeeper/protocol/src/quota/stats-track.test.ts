import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QuotaFormatError } from "./quota-format-error.ts";
import { quotaLimitPath, quotaStatPath } from "./quota-paths.ts";
import { StatsTrack } from "./stats-track.ts";

describe("StatsTrack", () => {
  // Vectors follow Apache's StatsTrackTest.
  const spellings: [string, string, number, number, number, number][] = [
    ["", "count=-1,bytes=-1", -1, -1, -1, -1],
    [";", "count=-1,bytes=-1", -1, -1, -1, -1],
    ["count=4,bytes=5", "count=4,bytes=5", 4, 5, -1, -1],
    ["bytes=5,count=4", "count=4,bytes=5", 4, 5, -1, -1],
    ["count=4;bytes=5", "count=4,bytes=5", 4, 5, -1, -1],
    [
      "count=4,bytes=5=;countHardLimit=10;byteHardLimit=11",
      "count=4,bytes=5=;byteHardLimit=11;countHardLimit=10",
      4,
      5,
      10,
      11,
    ],
    ["count=4,bytes=5,byteHardLimit=-1", "count=4,bytes=5=;byteHardLimit=-1", 4, 5, -1, -1],
    ["count=-1", "count=-1,bytes=-1", -1, -1, -1, -1],
    ["count==7,bytes=+9,,,;", "count=-1,bytes=9", -1, 9, -1, -1],
    ["later=3", "count=-1,bytes=-1=;later=3", -1, -1, -1, -1],
    ["bytes=9223372036854775807", "count=-1,bytes=9223372036854775807", -1, 2 ** 63, -1, -1],
    ["bytes=-9223372036854775808", "count=-1,bytes=-9223372036854775808", -1, -(2 ** 63), -1, -1],
  ];
  it.each(spellings)("reads %s as %s", (text, wanted, count, bytes, hardCount, hardBytes) => {
    const track = StatsTrack.parse(Buffer.from(text));
    expect(track.toString()).toBe(wanted);
    expect([track.count, track.bytes, track.countHardLimit, track.byteHardLimit]).toEqual([
      count,
      bytes,
      hardCount,
      hardBytes,
    ]);
  });

  it.each([
    "count",
    "count=",
    "count==",
    ",count=1",
    "count=1=2;=",
    "count=x",
    "count=1.5",
    "bytes=9223372036854775808",
    ";",
  ])("refuses %s", (text) => {
    if (text === ";") expect(StatsTrack.parse(text).toString()).toBe("count=-1,bytes=-1");
    else expect(() => StatsTrack.parse(text)).toThrow(QuotaFormatError);
  });

  it("takes null for nothing set", () => {
    expect(StatsTrack.parse(null).toString()).toBe("count=-1,bytes=-1");
  });

  it("round-trips whatever was set", () => {
    const long = fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(long, long, fc.option(long), fc.option(long), (count, bytes, hardCount, hardBytes) => {
        const track = new StatsTrack();
        track.count = count;
        track.bytes = bytes;
        if (hardCount !== null) track.countHardLimit = hardCount;
        if (hardBytes !== null) track.byteHardLimit = hardBytes;
        const again = StatsTrack.parse(track.toBytes());
        expect(again.toString()).toBe(track.toString());
        expect(again.countHardLimit).toBe(hardCount ?? -1);
        expect(again.byteHardLimit).toBe(hardBytes ?? -1);
      }),
    );
  });

  it("answers hostile text with its own error only", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("c", "o", "=", ",", ";", "1", "-", "+", " ") }), (text) => {
        try {
          StatsTrack.parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(QuotaFormatError);
        }
      }),
    );
  });
});

describe("quota paths", () => {
  it("repeat the path under /zookeeper/quota", () => {
    expect(quotaLimitPath("/a/b")).toBe("/zookeeper/quota/a/b/zookeeper_limits");
    expect(quotaStatPath("/a")).toBe("/zookeeper/quota/a/zookeeper_stats");
  });
});
