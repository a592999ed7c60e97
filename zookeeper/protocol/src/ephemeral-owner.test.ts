import { describe, expect, it } from "vitest";
import {
  clientOwner,
  CONTAINER_OWNER,
  isTtlMs,
  ownerKind,
  ownerTtlMs,
  TTL_MS_MAX,
  ttlOwner,
  ttlOwner353,
} from "./ephemeral-owner.ts";

const PLAIN = { extendedTypes: false, emulate353: false };
const EXTENDED = { extendedTypes: true, emulate353: false };
const EMULATED = { extendedTypes: true, emulate353: true };
const SESSION = 0x100001123280027n;
const SESSION_OF_SERVER_255 = BigInt.asIntN(64, 0xff00001123280027n);
const SESSION_OF_SERVER_200 = BigInt.asIntN(64, 0xc800001123280027n);

describe("ephemeral owner", () => {
  it("tells sessions, containers and plain nodes apart under all rules", () => {
    for (const rules of [PLAIN, EXTENDED, EMULATED]) {
      expect(ownerKind(0n, rules)).toBe("none");
      expect(ownerKind(SESSION, rules)).toBe("session");
      expect(ownerKind(CONTAINER_OWNER, rules)).toBe("container");
    }
  });

  it("sees TTL nodes only where they are enabled", () => {
    expect(ownerKind(ttlOwner(1), PLAIN)).toBe("session");
    expect(ownerKind(ttlOwner(1), EXTENDED)).toBe("ttl");
    expect(ownerKind(ttlOwner(TTL_MS_MAX), EXTENDED)).toBe("ttl");
    expect(ownerKind(ttlOwner353(1n), EXTENDED)).toBe("session");
    expect(ownerKind(ttlOwner353(1n), EMULATED)).toBe("ttl");
  });

  it("takes sessions of high-numbered servers as such, up to the mark of TTL nodes", () => {
    expect(ownerKind(SESSION_OF_SERVER_200, EXTENDED)).toBe("session");
    expect(ownerKind(SESSION_OF_SERVER_255, PLAIN)).toBe("session");
    const marked = BigInt.asIntN(64, 0xff00_0100_0000_0000n);
    expect(() => ownerKind(marked, EXTENDED)).toThrow("0xff00010000000000");
  });

  it("shows clients only sessions", () => {
    expect(clientOwner(SESSION, EXTENDED)).toBe(SESSION);
    expect(clientOwner(ttlOwner(60_000), EXTENDED)).toBe(0n);
    expect(clientOwner(CONTAINER_OWNER, PLAIN)).toBe(0n);
  });

  it("keeps the time to live", () => {
    for (const ttlMs of [1, 60_000, 2 ** 32, TTL_MS_MAX]) expect(ownerTtlMs(ttlOwner(ttlMs))).toBe(ttlMs);
    expect(BigInt.asUintN(64, ttlOwner(1))).toBe(0xff00_0000_0000_0001n);
    expect(ownerTtlMs(ttlOwner353(60_000n))).toBe(60_000);
  });

  it("refuses a time to live that has no room", () => {
    for (const ttlMs of [0, -1, 1.5, Number.NaN, TTL_MS_MAX + 1]) {
      expect(isTtlMs(ttlMs)).toBe(false);
      expect(() => ttlOwner(ttlMs)).toThrow(`TTL "${ttlMs}"`);
    }
    for (const ttlMs of [0n, 1n << 60n]) expect(() => ttlOwner353(ttlMs)).toThrow(`TTL "${ttlMs}"`);
  });
});
