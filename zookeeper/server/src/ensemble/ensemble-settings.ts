import type { HostPort } from "@branta/foundation-config";
import { type Random, shuffled } from "@branta/foundation-runtime";
import type { ObservingOptions, ZabOptions } from "@branta/zookeeper-engine";

import type { EnsembleMember } from "../config/ensemble-member.ts";
import type { Membership } from "../config/membership.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { configurationOf, readConfiguration } from "./configuration-text.ts";

/** How long Apache's election waits for something better once a quorum agrees; not a setting there either. */
const FINALIZE_WAIT_MS = 200;

/** The ensemble as the configuration file has it. */
export function membershipOf(config: ServerConfig): Membership {
  const { servers: members, groups, weights, membershipVersion: version } = config;
  return { members, groups, weights, version };
}

/** How the core is set up by a server's configuration. @throws ConfigurationError */
export function zabOptions(config: ServerConfig, random: Random): ZabOptions {
  return {
    serverId: config.serverId,
    configuration: configurationOf(membershipOf(config), config.membershipText),
    tickMs: config.tickTimeMs,
    initLimitTicks: config.initLimitTicks,
    syncLimitTicks: config.syncLimitTicks,
    minNotificationMs: config.fastLeaderMinNotificationIntervalMs,
    maxNotificationMs: config.fastLeaderMaxNotificationIntervalMs,
    finalizeWaitMs: FINALIZE_WAIT_MS,
    windowEntries: config.commitLogCount,
    hasOracle: config.oraclePath !== null,
    observing: observing(config, random),
    ...(config.reconfigEnabled ? { readConfiguration } : {}),
  };
}

/** As Apache's observers do: a server's own order of masters, and a wait that is random up to a limit. */
function observing({ observerMasterPort, observerReconnectDelayMs }: ServerConfig, random: Random): ObservingOptions {
  return {
    orderMasters: observerMasterPort > 0 ? (voters) => shuffled(voters, random) : null,
    reconnectDelayMs: () => (observerReconnectDelayMs > 0 ? random.below(observerReconnectDelayMs) : 0),
  };
}

/** Where each server is reached, by server id. */
export function addressesOf(
  { members }: Pick<Membership, "members">,
  port: "quorumAddresses" | "electionAddresses",
): Map<number, readonly HostPort[]> {
  return new Map([...members].map(([id, member]) => [id, member[port]]));
}

/** This server's own line. */
export function ownMember(config: ServerConfig): EnsembleMember {
  const member = config.servers.get(config.serverId);
  if (member === undefined) throw new Error(`server ${config.serverId} is not in its own configuration`);
  return member;
}
