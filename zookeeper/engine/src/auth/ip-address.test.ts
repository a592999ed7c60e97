import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostAddress, ipMatches, parseInteger, parseIp, parseIpRange } from "./ip-address.ts";

describe("parseIp", () => {
  const refused = [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.-1",
    "1.2.3.x",
    "1.2.3.",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    "g::",
    "1:::2",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7:",
    "localhost",
  ];
  it.each(refused)("refuses %s", (text) => expect(parseIp(text)).toBeNull());

  it("reads both families, compressed or not", () => {
    expect([...parseIp("10.0.255.1")!]).toEqual([10, 0, 255, 1]);
    expect([...parseIp("::")!]).toEqual(Array.from({ length: 16 }, () => 0));
    expect([...parseIp("1:2:3:4:5:6:7:ffff")!].slice(12)).toEqual([0, 7, 255, 255]);
    expect([...parseIp("fe80::1")!].slice(0, 2)).toEqual([0xfe, 0x80]);
    expect([...parseIp("1::")!].slice(0, 2)).toEqual([0, 1]);
  });

  it("takes signs where Java's number parser does", () => {
    expect([...parseIp("+1.2.3.4")!]).toEqual([1, 2, 3, 4]);
    expect(parseInteger("2147483648")).toBeNull();
    expect(parseInteger("-2147483648")).toBe(-2147483648);
    expect(parseInteger(" 1")).toBeNull();
  });
});

describe("ipMatches", () => {
  const cases: [string, string, boolean][] = [
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "10.1.2.4", false],
    ["10.1.2.3", "10.1.2.4/24", true],
    ["10.1.2.3", "10.1.2.4/29", true],
    ["10.1.2.8", "10.1.2.4/29", false],
    ["10.1.2.3", "0.0.0.0/0", true],
    ["::1", "0.0.0.0/0", false],
    ["0:0:0:0:0:0:0:1", "::1", true],
    ["fe80:0:0:0:0:0:0:5", "fe80::/10", true],
    ["fec0::5", "fe80::/10", false],
    ["nonsense", "0.0.0.0/0", false],
  ];
  it.each(cases)("%s in %s is %s", (address, range, inside) => {
    expect(ipMatches(address, parseIpRange(range)!)).toBe(inside);
  });

  it.each(["10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0.0/33", "::/129", "x/8"])(
    "refuses the range %s",
    (range) => {
      expect(parseIpRange(range)).toBeNull();
    },
  );

  it("agrees with arithmetic", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }), (one, other, bits) => {
        const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
        const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
        expect(ipMatches(dotted(one), parseIpRange(`${dotted(other)}/${bits}`)!)).toBe((one & mask) === (other & mask));
      }),
    );
  });
});

describe("hostAddress", () => {
  it.each([
    ["::1", "0:0:0:0:0:0:0:1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["10.0.0.1", "10.0.0.1"],
    ["fe80::1%eth0", "fe80:0:0:0:0:0:0:1%eth0"],
    ["2001:db8::FF", "2001:db8:0:0:0:0:0:ff"],
    ["not:an:address", "not:an:address"],
    [undefined, ""],
  ])("writes %s as Java does: %s", (node, java) => expect(hostAddress(node)).toBe(java));
});
