import { describe, expect, it } from "vitest";
import { isSessionPassword, sessionPassword } from "./session-password.ts";

/** Session ids and their passwords, captured from Apache ZooKeeper 3.8.0. */
const CAPTURED: readonly (readonly [bigint, string])[] = [
  [0x10000112328001fn, "8a5162460f1524e10eaeb18c6e5402cb"],
  [0x100001123280027n, "867c77450ee607a45f24d4547fb537d6"],
  [0x100001123280028n, "e6215a452d6064fc2973d82da1619ed7"],
];

/** java.util.Random as its documentation defines it, in the plainest way. */
function reference(sessionId: bigint): Buffer {
  const mask = (1n << 48n) - 1n;
  let state = (sessionId ^ 0xb3415c00n ^ 0x5deece66dn) & mask;
  const bytes = Buffer.alloc(16);
  for (let at = 0; at < 16; at += 4) {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    bytes.writeInt32LE(Number(BigInt.asIntN(32, state >> 16n)), at);
  }
  return bytes;
}

describe("session password", () => {
  it("is the one that Apache gives", () => {
    for (const [id, hex] of CAPTURED) expect(sessionPassword(id).toString("hex")).toBe(hex);
  });

  it("follows java.util.Random over the whole range of ids", () => {
    let id = 1n;
    for (let i = 0; i < 2_000; i++) {
      id = BigInt.asIntN(64, id * 6364136223846793005n + 1442695040888963407n);
      expect(sessionPassword(id)).toEqual(reference(id));
    }
  });

  it("lets nobody in with another, with none, or without a session", () => {
    const id = 0x10000112328001fn;
    expect(isSessionPassword(id, sessionPassword(id))).toBe(true);
    expect(isSessionPassword(id, sessionPassword(id + 1n))).toBe(false);
    expect(isSessionPassword(id, sessionPassword(id).subarray(0, 8))).toBe(false);
    expect(isSessionPassword(id, null)).toBe(false);
    expect(isSessionPassword(0n, sessionPassword(0n))).toBe(false);
  });
});
