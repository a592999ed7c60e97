import { formatHostPort, type HostPort } from "@branta/foundation-config";
import { hostAddress } from "@branta/zookeeper-engine";
import { isIPv6 } from "node:net";
import type { EnsembleMember } from "./ensemble-member.ts";
import type { Membership } from "./membership.ts";

/**
 * A membership as Apache's servers write it into votes, NEWLEADER and `/zookeeper/config`: a `server.N` line each,
 * `group.N` and `weight.N` lines of a hierarchical quorum, `version=<hex>` without a line end behind it. Servers
 * compare these texts, so order and spelling are Java's.
 */
export function membershipText({ members, groups, weights, version }: Membership): string {
  const ofGroup = new Map<number, number[]>();
  for (const [id, group] of inJavaOrder(groups)) ofGroup.set(group, [...(ofGroup.get(group) ?? []), id]);
  return [
    ...inJavaOrder(members).map(([id, member]) => `server.${id}=${memberText(member)}`),
    ...inJavaOrder(ofGroup).map(([group, ids]) => `group.${group}=${ids.join(":")}`),
    ...inJavaOrder(weights).map(([id, weight]) => `weight.${id}=${weight}`),
    `version=${version.toString(16)}`,
  ].join("\n");
}

/** What stands behind `server.N=`. A client address that another line of the file gave is not part of it. */
function memberText({ quorumAddresses, electionAddresses, type, clientAddress }: EnsembleMember): string {
  const byHost = (a: HostPort, b: HostPort): number => ((a.host ?? "") < (b.host ?? "") ? -1 : 1);
  const election = electionAddresses.map(asJavaPrints).sort(byHost);
  const addresses = quorumAddresses
    .map(asJavaPrints)
    .sort(byHost)
    .map((address, at) => `${formatHostPort(address)}:${election[at]!.port}`);
  const client = clientAddress === null ? "" : `;${formatHostPort(asJavaPrints(clientAddress))}`;
  return `${addresses.join("|")}:${type}${client}`;
}

function asJavaPrints({ host, port }: HostPort): HostPort {
  return { host: host !== null && isIPv6(host) ? hostAddress(host) : host, port };
}

/** The order of a java.util.HashMap with Long keys: by bucket of a table that doubles when it is three quarters full. */
function inJavaOrder<Value>(map: ReadonlyMap<number, Value>): [number, Value][] {
  let buckets = 16;
  while (map.size > buckets * 0.75) buckets *= 2;
  const bucketOf = (key: number): number => (key ^ (key >>> 16)) & (buckets - 1);
  return [...map].sort(([a], [b]) => bucketOf(a) - bucketOf(b) || a - b);
}
