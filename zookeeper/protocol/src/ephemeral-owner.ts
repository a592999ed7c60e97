import { ProtocolError } from "./protocol-error.ts";

/** What the owner field of a node makes of it. */
export type OwnerKind = "none" | "session" | "container" | "ttl";

/** Which marks servers look for in the owner field; both off unless configured. */
export interface OwnerRules {
  /** zookeeper.extendedTypesEnabled: there are TTL nodes. */
  readonly extendedTypes: boolean;
  /** zookeeper.emulate353TTLNodes: there are also those of 3.5.3, which only have the top bit set (ZOOKEEPER-2901). */
  readonly emulate353: boolean;
}

/** Owner of every container node: the top bit alone. */
export const CONTAINER_OWNER = -0x8000_0000_0000_0000n;

/** Longest time to live, ms: 40 bits, about 34 years. */
export const TTL_MS_MAX = 0xff_ffff_ffff;

/** Server numbers above this would make session ids that look like TTL nodes. */
export const SERVER_ID_MAX_WITH_TTL = 254;

// A TTL owner, from the top: 0xff, 16 bits that name the feature (0 is TTL, no other exists), 40 bits of milliseconds.
const TTL_BITS = 40n;
const TTL_MARK = -0x0100_0000_0000_0000n;
const TTL_353_MARK = CONTAINER_OWNER;
const TTL_353_MS_MAX = 0x0fff_ffff_ffff_ffffn;

/** What kind of node an owner field makes. @throws ProtocolError "invalidOwner" for a mark no server knows. */
export function ownerKind(owner: bigint, rules: OwnerRules): OwnerKind {
  if (owner === 0n) return "none";
  if (owner === CONTAINER_OWNER) return "container";
  if (owner > 0n || !rules.extendedTypes) return "session";
  if (rules.emulate353) return "ttl";
  if (owner < TTL_MARK) return "session";
  if (BigInt.asUintN(56, owner) >> TTL_BITS === 0n) return "ttl";
  const hex = BigInt.asUintN(64, owner).toString(16);
  throw new ProtocolError("invalidOwner", `Cannot tell what kind of node 0x${hex} owns: the mark must be 0xff0000…`);
}

/** The owner that clients are shown: containers and TTL nodes seem to have none. */
export function clientOwner(owner: bigint, rules: OwnerRules): bigint {
  return ownerKind(owner, rules) === "session" ? owner : 0n;
}

/** True if a node may have this time to live. */
export function isTtlMs(ttlMs: number): boolean {
  return Number.isInteger(ttlMs) && ttlMs > 0 && ttlMs <= TTL_MS_MAX;
}

/** The owner field of a TTL node. @throws ProtocolError "invalidTtl" unless 0 < ttlMs <= TTL_MS_MAX. */
export function ttlOwner(ttlMs: number): bigint {
  if (!isTtlMs(ttlMs)) {
    throw new ProtocolError("invalidTtl", `Cannot make a node with TTL "${ttlMs}" ms: must be 1 to ${TTL_MS_MAX}`);
  }
  return TTL_MARK | BigInt(ttlMs);
}

/** The owner field that 3.5.3 gave a TTL node. @throws ProtocolError "invalidTtl" unless 0 < ttlMs <= 2^60-1. */
export function ttlOwner353(ttlMs: bigint): bigint {
  if (ttlMs <= 0n || ttlMs > TTL_353_MS_MAX) {
    throw new ProtocolError("invalidTtl", `Cannot make a node with TTL "${ttlMs}" ms: must be 1 to ${TTL_353_MS_MAX}`);
  }
  return TTL_353_MARK | ttlMs;
}

/** Time to live in the owner field of a TTL node, ms. Of the layout of 3.5.3 servers use the same 40 bits. */
export function ownerTtlMs(owner: bigint): number {
  return Number(BigInt.asUintN(40, owner));
}
