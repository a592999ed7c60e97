import { ConfigError, type ConfigEntry, wrongValue } from "@branta/foundation-config";
import { type EnsembleMember, parseEnsembleMember } from "./ensemble-member.ts";

/** Who belongs to an ensemble, and what majority means in it. */
export interface Membership {
  /** Voters and observers by id. */
  readonly members: ReadonlyMap<number, EnsembleMember>;
  /** Group of each server of a hierarchical quorum; empty when plain majorities count. */
  readonly groups: ReadonlyMap<number, number>;
  /** Votes of each server of a hierarchical quorum. */
  readonly weights: ReadonlyMap<number, number>;
  /** Version of a dynamic configuration. */
  readonly version: number;
}

/** Whether a key of zoo.cfg belongs to the membership. */
export function isMembershipKey(key: string): boolean {
  return key.startsWith("server.") || key.startsWith("group") || key.startsWith("weight");
}

/** Voting members. */
export function participantsOf(membership: Membership): readonly EnsembleMember[] {
  return [...membership.members.values()].filter((member) => member.type === "participant");
}

/** Reads `server.N`, `group.N`, `weight.N` and `version`; other entries are passed over. */
export function parseMembership(entries: Iterable<ConfigEntry>, multiAddressEnabled: boolean): Membership {
  const members = new Map<number, EnsembleMember>();
  const groups = new Map<number, number>();
  const weights = new Map<number, number>();
  let version = 0;
  for (const entry of entries) {
    if (entry.key.startsWith("server.")) {
      const id = numberOf(entry, entry.key.slice("server.".length));
      members.set(id, parseEnsembleMember(id, entry, multiAddressEnabled));
    } else if (entry.key.startsWith("group")) {
      addGroup(groups, entry);
    } else if (entry.key.startsWith("weight")) {
      weights.set(numberOf(entry, afterDot(entry.key)), numberOf(entry, entry.value));
    } else if (entry.key === "version") {
      if (!/^[0-9a-f]+$/i.test(entry.value)) throw wrongValue(entry, "a hexadecimal number");
      version = Number.parseInt(entry.value, 16);
    }
  }
  if (groups.size > 0 || weights.size > 0) completeHierarchy(members, groups, weights);
  return { members, groups, weights, version };
}

function afterDot(key: string): string {
  return key.slice(key.indexOf(".") + 1);
}

function numberOf(entry: ConfigEntry, digits: string): number {
  const number = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new ConfigError("malformed", `cannot use ${entry.key}="${entry.value}", expected a number for "${digits}"`, {
    key: entry.key,
    origin: entry.origin,
  });
}

function addGroup(groups: Map<number, number>, entry: ConfigEntry): void {
  const group = numberOf(entry, afterDot(entry.key));
  for (const digits of entry.value.split(":")) {
    const id = numberOf(entry, digits);
    if (groups.has(id)) throw wrongValue(entry, `server ${id} in one group only`);
    groups.set(id, group);
  }
}

function completeHierarchy(
  members: ReadonlyMap<number, EnsembleMember>,
  groups: ReadonlyMap<number, number>,
  weights: Map<number, number>,
): void {
  for (const { id, type } of members.values()) {
    if (type !== "participant") continue;
    if (!groups.has(id))
      throw new ConfigError("missing", `server.${id} is in no group.N line, expected one for every voter`);
    if (!weights.has(id)) weights.set(id, 1);
  }
}
