import type { Membership } from "../config/membership.ts";
import type { SizeStats } from "./server-stats.ts";

/** What a member of an ensemble does at the moment. */
export type PeerRole = "looking" | "leading" | "following" | "observing";

/** Where the protocol stands. */
export type ZabPhase = "election" | "discovery" | "synchronization" | "broadcast";

/** One learner as whom it follows sees it: a connection on the quorum port, or on that for observers. */
export interface LearnerView {
  readonly serverId: number;
  /** How it introduced itself; only a participant of the configuration in force votes. */
  readonly type: "participant" | "observer";
  /** IP address without brackets. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** When it connected, milliseconds since 1970. */
  readonly establishedAtMs: number;
  /** Whether it has the whole history and gets what is new. */
  readonly isSynced: boolean;
  /** What waits to be sent to it. */
  readonly queuedPackets: number;
  readonly queuedBytes: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** Requests of its clients. */
  readonly requestsReceived: number;
  /** The last zxid that was sent to it, -1 for none. */
  readonly lastZxid: number;
}

/** Who follows a server. */
export interface LearnersView {
  /** Everyone connected, by the order of connection. */
  learners(): Iterable<LearnerView>;
  /** Packets, requests and zxids of observers' connections begin anew. */
  resetObserverStats(): void;
}

/** What only a leader knows. */
export interface LeaderView extends LearnersView {
  /** Milliseconds since it began to lead. */
  readonly uptimeMs: number;
  /** Requests for `sync` that wait for what was proposed before them. */
  readonly pendingSyncs: number;
  /** Proposals without a quorum of acknowledgements. */
  readonly outstandingProposals: number;
  /** Bytes of proposals. */
  readonly proposalSizes: SizeStats;
}

/** What operators may learn of a server as one of several. Read only when somebody asks. */
export interface EnsembleView {
  readonly serverId: number;
  readonly role: PeerRole;
  readonly phase: ZabPhase;
  /** The epoch that is established or served, 0 while looking. */
  readonly epoch: number;
  /** Null while looking. */
  readonly leaderId: number | null;
  /** Whom this server has connected to as a learner: the leader, or an observer's own choice of voters; null otherwise. */
  readonly masterId: number | null;
  /** How this server is being brought up to date, "none" when it is. */
  readonly syncMode: "none" | "diff" | "snap" | "trunc";
  /** Milliseconds from the loss of the last leader to the decision for the present one, -1 before the first. */
  readonly lastElectionTimeMs: number;
  /** The configuration in force. */
  readonly membership: Membership;
  /** Null unless this server leads. */
  readonly leader: LeaderView | null;
  /** A leader's learners, or the observers of a follower with an `observerMasterPort`; null of other servers. */
  readonly learners: LearnersView | null;
}
