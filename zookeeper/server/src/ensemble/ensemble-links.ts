import type { Clock, Network } from "@branta/foundation-runtime";
import type { LearnerPort, LinkId, ServerId } from "@branta/zookeeper-engine";
import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";

import type { Membership } from "../config/membership.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { ElectionLinks } from "./election-links.ts";
import { addressesOf, membershipOf, ownMember } from "./ensemble-settings.ts";
import type { SnapshotReceiver } from "./quorum-link.ts";
import { QuorumLinks } from "./quorum-links.ts";

/** What may wait for a learner that does not read before it is given up, bytes. */
const UNSENT_BYTES_MAX = 256 * 1024 * 1024;

export interface EnsembleLinksOptions {
  readonly config: ServerConfig;
  /** For the quorum port. */
  readonly network: Network;
  readonly electionNetwork: Network;
  readonly clock: Clock;
  onNotification(from: number, notification: Notification): void;
  onUnreachable(server: ServerId): void;
  onAccepted(link: LinkId, port: LearnerPort): void;
  onOpened(link: LinkId): void;
  onClosed(link: LinkId, reason: string): void;
  onPacket(link: LinkId, packet: QuorumPacket): void;
  onSnapshot(link: LinkId): SnapshotReceiver;
  onLog(level: "info" | "warn", message: string): void;
}

/** The two ports on which the servers of an ensemble meet. */
export class EnsembleLinks implements AsyncDisposable {
  readonly quorum: QuorumLinks;
  readonly election: ElectionLinks;

  readonly #serverId: ServerId;

  private constructor(quorum: QuorumLinks, election: ElectionLinks, serverId: ServerId) {
    this.quorum = quorum;
    this.election = election;
    this.#serverId = serverId;
  }

  /** @throws ListenError when one of the ports cannot be had */
  static async open(options: EnsembleLinksOptions): Promise<EnsembleLinks> {
    const quorum = await openQuorum(options);
    try {
      // Last, for votes may come at once.
      return new EnsembleLinks(quorum, await openElection(options), options.config.serverId);
    } catch (error) {
      await quorum[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The servers are others, or elsewhere. */
  configure(membership: Pick<Membership, "members">): void {
    this.quorum.configure(addressesOf(membership, "quorumAddresses"));
    this.quorum.serveObservers(membership.members.get(this.#serverId)?.type === "participant");
    this.election.configure(addressesOf(membership, "electionAddresses"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.quorum[Symbol.asyncDispose](), this.election[Symbol.asyncDispose]()]);
  }
}

function openQuorum(options: EnsembleLinksOptions): Promise<QuorumLinks> {
  const { config, network, clock } = options;
  const dialLimitTicks = config.connectToLearnerMasterLimitTicks || config.initLimitTicks;
  return QuorumLinks.open({
    network,
    clock,
    ownAddresses: ownMember(config).quorumAddresses,
    servers: addressesOf(membershipOf(config), "quorumAddresses"),
    observerPort: config.observerMasterPort,
    servesObservers: ownMember(config).type === "participant",
    listenOnAllIps: config.quorumListenOnAllIps,
    dialLimitMs: dialLimitTicks * config.tickTimeMs,
    bindAttemptsMax: config.electionPortBindRetries,
    packetDataBytesMax: config.juteMaxBufferBytes + config.juteMaxBufferExtraSizeBytes,
    unsentBytesMax: UNSENT_BYTES_MAX,
    keepAlive: config.tcpKeepAlive,
    onAccepted: options.onAccepted,
    onOpened: options.onOpened,
    onClosed: options.onClosed,
    onPacket: options.onPacket,
    onSnapshot: options.onSnapshot,
    onTurnEnd() {},
    onLog: options.onLog,
  });
}

function openElection(options: EnsembleLinksOptions): Promise<ElectionLinks> {
  const { config, electionNetwork, clock } = options;
  return ElectionLinks.open({
    network: electionNetwork,
    clock,
    serverId: config.serverId,
    ownAddresses: ownMember(config).electionAddresses,
    servers: addressesOf(membershipOf(config), "electionAddresses"),
    listenOnAllIps: config.quorumListenOnAllIps,
    multiAddress: config.multiAddressEnabled,
    connectTimeoutMs: config.connectionTimeoutMs,
    greetingTimeoutMs: config.syncLimitTicks * config.tickTimeMs,
    bindAttemptsMax: config.electionPortBindRetries,
    keepAlive: config.tcpKeepAlive,
    onNotification: options.onNotification,
    onUnreachable: options.onUnreachable,
    onLog: options.onLog,
  });
}
