import type {
  Effect,
  EnsembleConfiguration,
  Input,
  ObservingOptions,
  ServerId,
  ZabOptions,
} from "@branta/zookeeper-engine";
import { Invariants } from "../invariants/invariants.ts";
import { SimulationError } from "../simulation-error.ts";
import { configurationOf } from "./configurations.ts";
import { type Counts, noCounts } from "./counts.ts";
import { Cuts } from "./cuts.ts";
import type { Hierarchy } from "./hierarchy.ts";
import { HistoryNode } from "./history-node.ts";
import { LinkNetwork } from "./link-network.ts";
import type { NewPeer } from "./peer.ts";
import { SimulatedServer } from "./simulated-server.ts";
import { Snapshots } from "./snapshots.ts";
import type { Timing } from "./timing.ts";
import { VoteNetwork } from "./vote-network.ts";

/** Sees everything that happens, in order. */
export interface TraceSink {
  input(server: ServerId, input: Input): void;
  effect(server: ServerId, effect: Effect): void;
}

/** How a cluster is set up. */
export interface ClusterOptions {
  readonly voters: readonly ServerId[];
  readonly observers: readonly ServerId[];
  /** Observers that know the ensemble, which does not know them. */
  readonly strangers?: readonly ServerId[];
  /** Majorities where it is left out. */
  readonly hierarchy?: Hierarchy | null;
  /** What all cores have in common. */
  readonly zab: Omit<ZabOptions, "serverId" | "configuration">;
  /** How each server, as an observer, looks for a follower to follow; left out: it follows the leader. */
  readonly observing?: ((server: ServerId) => ObservingOptions) | null;
  /** See {@link Outbox}. */
  readonly mayOvertake: boolean;
  /** A server's own clock, milliseconds. */
  nowMsOf(server: ServerId): number;
  /** A server is in a new role or phase. */
  roleChanged(server: ServerId): void;
}

/** Servers, their disks and the networks between them, with all properties checked as things happen. */
export class Cluster {
  readonly servers = new Map<ServerId, SimulatedServer>();
  /** Those that vote at the beginning. */
  readonly voters: readonly SimulatedServer[];
  readonly cuts = new Cuts();
  readonly snapshots = new Snapshots();
  readonly links: LinkNetwork;
  readonly votes: VoteNetwork;
  readonly invariants: Invariants;
  readonly timing: Timing;
  readonly newPeer: NewPeer;
  readonly mayOvertake: boolean;
  /** How often what happened. */
  readonly counts: Counts = noCounts();
  readonly #options: ClusterOptions;
  readonly #trace: TraceSink | null;

  constructor(options: ClusterOptions, newPeer: NewPeer, timing: Timing, trace: TraceSink | null) {
    this.#options = options;
    this.#trace = trace;
    this.timing = timing;
    this.newPeer = newPeer;
    this.mayOvertake = options.mayOvertake;
    const voters: SimulatedServer[] = [];
    this.voters = voters;
    this.invariants = new Invariants(this.servers, options.zab.hasOracle);
    this.links = new LinkNetwork(this.servers, this.cuts, timing);
    this.votes = new VoteNetwork(this.servers, this.cuts, timing);
    const configuration = this.configurationOf(options.voters, options.observers, 0);
    const root = HistoryNode.root();
    for (const serverId of [...options.voters, ...options.observers]) {
      const server = new SimulatedServer(this, serverId, this.#zabOptions(serverId, configuration), root);
      this.servers.set(serverId, server);
      if (options.voters.includes(serverId)) voters.push(server);
    }
    for (const serverId of options.strangers ?? []) {
      const known = this.configurationOf(options.voters, [...options.observers, serverId], 0);
      this.servers.set(serverId, new SimulatedServer(this, serverId, this.#zabOptions(serverId, known), root));
    }
  }

  #zabOptions(serverId: ServerId, configuration: EnsembleConfiguration): ZabOptions {
    const { zab, observing = null } = this.#options;
    const options = { ...zab, serverId, configuration };
    return observing === null ? options : { ...options, observing: observing(serverId) };
  }

  /** @throws SimulationError `input` where there is no such server */
  server(id: ServerId): SimulatedServer {
    const server = this.servers.get(id);
    if (server === undefined) {
      throw new SimulationError(
        "input",
        `There is no server "${id}": must be one of ${[...this.servers.keys()].join(", ")}`,
      );
    }
    return server;
  }

  /** The server that leads and serves, of the latest epoch. */
  get leader(): SimulatedServer | undefined {
    let leader: SimulatedServer | undefined;
    for (const server of this.servers.values()) {
      const { role, epoch } = server.status;
      if (role === "leading" && server.isServing && epoch > (leader?.status.epoch ?? 0)) leader = server;
    }
    return leader;
  }

  /** The configuration in which these servers vote and those observe, by this cluster's groups and weights. */
  configurationOf(
    voters: Iterable<ServerId>,
    observers: Iterable<ServerId>,
    version: number,
    moved?: ReadonlySet<ServerId>,
  ): EnsembleConfiguration {
    return configurationOf(voters, observers, version, this.#options.hierarchy, moved);
  }

  /** Whether all serve, with the same history, that one leader has and nothing beyond. */
  get isConverged(): boolean {
    const { leader } = this;
    if (leader === undefined || leader.disk.logical.tip !== leader.tree) return false;
    for (const server of this.servers.values()) {
      if (!server.isServing || server.tree !== leader.tree || server.status.epoch !== leader.status.epoch) return false;
    }
    return true;
  }

  /** Whether some server without a vote has accepted a later epoch than the leader's: it can follow only the next leader. */
  get isNextLeaderAwaited(): boolean {
    const { leader } = this;
    if (leader === undefined) return false;
    const { epoch } = leader.status;
    const { voters } = leader.configurations[0].quorum;
    for (const { id, disk } of this.servers.values()) {
      if (!voters.has(id) && disk.logical.acceptedEpoch > epoch) return true;
    }
    return false;
  }

  nowMsOf(server: ServerId): number {
    return this.#options.nowMsOf(server);
  }

  roleChanged(server: ServerId): void {
    this.#options.roleChanged(server);
  }

  traced(server: ServerId, input: Input): void {
    this.#trace?.input(server, input);
  }

  tracedEffect(server: ServerId, effect: Effect): void {
    this.#trace?.effect(server, effect);
  }
}
