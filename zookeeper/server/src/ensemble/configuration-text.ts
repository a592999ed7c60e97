import { ConfigError, formatHostPort, parseProperties } from "@branta/foundation-config";
import { ConfigurationError, ensembleConfiguration, type EnsembleConfiguration } from "@branta/zookeeper-engine";

import { type Membership, parseMembership } from "../config/membership.ts";
import { membershipText } from "../config/membership-text.ts";

/** The ensemble's core's view of a membership: who votes, from where, and the text that all servers compare. */
export function configurationOf(
  membership: Membership,
  text: string = membershipText(membership),
): EnsembleConfiguration {
  const { members, groups, weights, version } = membership;
  return ensembleConfiguration({
    members: [...members.values()].map(({ id, type, quorumAddresses }) => ({
      serverId: id,
      type,
      address: quorumAddresses.map(formatHostPort).join("|"),
    })),
    groups: byGroup(groups),
    weights,
    version,
    text,
  });
}

/** Reads a membership's text, `server.N=…` lines and `version=<hex>`. @throws ConfigError */
export function readMembershipText(text: string): Membership {
  // Several addresses were allowed where the text was made.
  return parseMembership(parseProperties(text, "configuration").entries, true);
}

/** The configuration in a transaction, a vote or NEWLEADER; null where the text is none, which must not stop a server. */
export function readConfiguration(text: string): EnsembleConfiguration | null {
  try {
    return configurationOf(readMembershipText(text), text);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof ConfigurationError) return null;
    throw error;
  }
}

function byGroup(groups: ReadonlyMap<number, number>): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (const [id, group] of groups) members.set(group, [...(members.get(group) ?? []), id]);
  return members;
}
