import { isIPv6 } from "node:net";
import { formatHostPort, type HostPort } from "@branta/foundation-config";
import { hostAddress } from "@branta/zookeeper-engine";
import type { EnsembleMember } from "../config/ensemble-member.ts";
import { membershipText } from "../config/membership-text.ts";
import { participantsOf } from "../config/membership.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { jsonObject, type JsonValue } from "./admin-json.ts";
import type { EnsembleView, LearnersView } from "./ensemble-view.ts";
import { formatSocketAddress } from "./java-format.ts";
import { observersOf } from "./server-gauges.ts";
import type { ServerView } from "./server-view.ts";

type Fields = ReadonlyMap<string, JsonValue>;

/** What `conf` shows of a member behind what it shows of any server. There is no line end behind it. */
export function memberConfiguration(config: ServerConfig, { serverId, membership }: EnsembleView): string {
  const own = membership.members.get(serverId) ?? null;
  const portsOf = (addresses: readonly HostPort[]): string => addresses.map(({ port }) => port).join("|");
  return [
    `initLimit=${config.initLimitTicks}`,
    `syncLimit=${config.syncLimitTicks}`,
    `electionAlg=${config.electionAlg}`,
    `electionPort=${portsOf(own?.electionAddresses ?? [])}`,
    `quorumPort=${portsOf(own?.quorumAddresses ?? [])}`,
    `peerType=${own?.type === "observer" ? 1 : 0}`,
    "membership: ",
    membershipText(membership),
  ].join("\n");
}

/** Admin command `leader`. */
export function leaderFields({ role, leaderId, membership }: EnsembleView): Fields {
  const leader = leaderId === null ? undefined : membership.members.get(leaderId);
  return jsonObject({
    is_leader: role === "leading",
    leader_id: leaderId ?? -1,
    leader_ip: (leader?.quorumAddresses ?? []).map(({ host }) => host ?? "0.0.0.0").join("|"),
  });
}

/** Admin command `observers`. */
export function observerFields(learners: LearnersView | null): Fields {
  const observers = learners === null ? [] : observersOf(learners);
  return jsonObject({
    synced_observers: observers.length,
    observers: observers.map((observer) =>
      jsonObject({
        remote_socket_address: formatSocketAddress(observer.remoteAddress, observer.remotePort),
        sid: observer.serverId,
        established: observer.establishedAtMs,
        queued_packets: observer.queuedPackets,
        queued_packets_size: observer.queuedBytes,
        packets_received: observer.packetsReceived,
        packets_sent: observer.packetsSent,
        requests: observer.requestsReceived,
        last_zxid: observer.lastZxid,
      }),
    ),
  });
}

/** Admin command `voting_view`: voters by id. A client port that no `server.N` line tells is known of this server only. */
export function votingView(config: ServerConfig, { serverId, membership }: EnsembleView): Fields {
  const voters = [...participantsOf(membership)].sort((a, b) => a.id - b.id);
  return new Map(
    voters.map((voter) => {
      const client = voter.clientAddress ?? (voter.id === serverId ? config.clientAddress : null);
      const fields = jsonObject({
        server_addresses: voter.quorumAddresses.map(addressText),
        election_addresses: voter.electionAddresses.map(addressText),
        client_address: client === null ? "" : addressText(client),
        learner_type: "participant",
      });
      return [String(voter.id), fields] as const;
    }),
  );
}

/** Admin command `zabstate`, answered in an election, too, where Apache has no server to ask. */
export function zabState(view: ServerView, ensemble: EnsembleView): Fields {
  const { serverId, membership, role, phase } = ensemble;
  const own = membership.members.get(serverId) ?? null;
  const client = own?.clientAddress ?? view.config.clientAddress;
  const epoch = Math.floor(view.lastProcessedZxid / 2 ** 32);
  return jsonObject({
    myid: serverId,
    is_leader: role === "leading",
    ...(own === null ? {} : ownAddresses(own)),
    client_address: client === null ? null : addressText(client),
    voting: own?.type === "participant",
    last_zxid: `0x${view.lastProcessedZxid.toString(16)}`,
    zab_epoch: epoch,
    zab_counter: view.lastProcessedZxid - epoch * 2 ** 32,
    zabstate: phase,
  });
}

function ownAddresses({ quorumAddresses, electionAddresses }: EnsembleMember): Record<string, JsonValue> {
  return { quorum_address: addressesInFull(quorumAddresses), election_address: addressesInFull(electionAddresses) };
}

/** One or several addresses of a server in all the views that Java's class for them has. Own ones are reachable. */
function addressesInFull(addresses: readonly HostPort[]): JsonValue {
  const texts = addresses.map(addressText);
  const first = texts[0] ?? null;
  return jsonObject({
    empty: texts.length === 0,
    all_addresses: texts,
    wildcard_addresses: addresses.map(({ port }) => `0.0.0.0:${port}`),
    all_ports: addresses.map(({ port }) => port),
    all_host_strings: addresses.map(({ host }) => host ?? "0.0.0.0"),
    reachable_address: first,
    all_reachable_addresses: texts,
    all_reachable_addresses_or_all: texts,
    reachable_or_one: first,
    one: first,
  });
}

function addressText({ host, port }: HostPort): string {
  return formatHostPort({ host: host !== null && isIPv6(host) ? hostAddress(host) : host, port });
}
