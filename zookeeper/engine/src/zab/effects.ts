import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";

import type { EnsembleConfiguration } from "./quorum/quorum-verifier.ts";

/** A server's number in its ensemble, its myid. */
export type ServerId = number;

/** One connection on the quorum port; the runtime numbers those it accepts, the core those it dials: see {@link LinkId}. */
export type LinkId = number;

/**
 * Where learners connect: at the leader's quorum port; or, as observers only, at the observerMasterPort of a voter, which need not
 * lead.
 */
export type LearnerPort = "quorum" | "observers";

/** What a learner asks of its leader for its clients. */
export type Question = Extract<QuorumPacket, { readonly kind: "request" | "revalidate" }>;

/** One transaction of the history: `bytes` is the TxnEntry as log and proposal carry it. The core never looks inside. */
export interface LogEntry {
  readonly zxid: number;
  readonly bytes: Buffer;
}

/** A snapshot that came from a leader and waits in the runtime's hands; the core only passes it on. */
export type SnapshotRef = number & { readonly brand: "SnapshotRef" };

/**
 * Stands for a write and all writes before it: they are completed in order. Only {@link EffectQueue.persist} makes one, so
 * that nothing can promise durability which was not asked to be durable first.
 */
export type PersistToken = number & { readonly brand: "PersistToken" };

/** For what promises nothing. */
export const AT_ONCE = 0;

/** What goes to disk. The runtime executes writes strictly in the order of their tokens, grouped, one sync in flight. */
export type DurableWrite =
  | { readonly kind: "append"; readonly entry: LogEntry }
  /** Everything after `zxid` leaves the log. */
  | { readonly kind: "truncate"; readonly zxid: number }
  /** The received snapshot takes the place of snapshots and log: nothing of another history may come back after a crash. */
  | { readonly kind: "snapshot"; readonly ref: SnapshotRef; readonly zxid: number }
  | { readonly kind: "acceptedEpoch" | "currentEpoch"; readonly epoch: number }
  /** The configuration in force, and one that has been proposed: `zoo.cfg.dynamic.<version>` and `zoo.cfg.dynamic.next`. */
  | { readonly kind: "configuration" | "nextConfiguration"; readonly configuration: EnsembleConfiguration };

/** Packets that promise that something is on the sender's disk: they cannot be sent without a token. */
export type PromisingPacket = Extract<
  QuorumPacket,
  { readonly kind: "ack" | "ackEpoch" | "followerInfo" | "observerInfo" | "leaderInfo" }
>;

/** Packets that promise nothing about the sender's disk. A leader's proposals and commits rest on acknowledgements. */
export type PlainPacket = Exclude<QuorumPacket, PromisingPacket>;

/** What a server is to its ensemble and to its clients. */
export interface RoleStatus {
  readonly role: "looking" | "leading" | "following" | "observing";
  /** Where the protocol stands; clients are served in `broadcast` only. */
  readonly phase: "election" | "discovery" | "synchronization" | "broadcast";
  /** The epoch being established or served, 0 while looking. */
  readonly epoch: number;
  /** Null while looking. */
  readonly leader: ServerId | null;
}

/** What a core wishes for, in the order in which it is to happen. */
export type Effect =
  | { readonly kind: "persist"; readonly token: PersistToken; readonly write: DurableWrite }
  | {
      readonly kind: "send";
      readonly link: LinkId;
      readonly packet: PlainPacket;
      readonly after: PersistToken | typeof AT_ONCE;
    }
  | { readonly kind: "send"; readonly link: LinkId; readonly packet: PromisingPacket; readonly after: PersistToken }
  /** A vote promises the zxid and the epoch in it. */
  | {
      readonly kind: "notify";
      readonly to: ServerId;
      readonly notification: Notification;
      readonly after: PersistToken;
    }
  /** Makes sure that there are election connections to these servers: some of their votes are missing. */
  | { readonly kind: "reconnect"; readonly servers: readonly ServerId[] }
  /** Opens a connection to a server's port for learners; `linkOpened` or `linkClosed` will tell. */
  | { readonly kind: "dial"; readonly link: LinkId; readonly server: ServerId; readonly port: LearnerPort }
  | { readonly kind: "closeLink"; readonly link: LinkId; readonly reason: string }
  /**
   * Asks for `logRead`: what this server's log on disk has from the last entry at or before `after` up to `to`, both
   * included; all of it is committed.
   */
  | { readonly kind: "readLog"; readonly link: LinkId; readonly after: number; readonly to: number }
  /** The tree as it is after the commits so far, in the link's stream between what was sent before and what comes after. */
  | { readonly kind: "streamSnapshot"; readonly link: LinkId }
  /** Applies a committed transaction: contiguous, in order, each once, and durable here. */
  | { readonly kind: "commit"; readonly entry: LogEntry }
  /** The tree becomes that of the snapshot. */
  | { readonly kind: "restore"; readonly ref: SnapshotRef; readonly zxid: number }
  /** The tree is rebuilt from disk up to `zxid`: it held transactions that turned out not to be history. */
  | { readonly kind: "reload"; readonly zxid: number }
  /** A reply to the leader's ping; the runtime adds the sessions that were heard of. */
  | { readonly kind: "pong"; readonly link: LinkId; readonly zxid: number }
  /** For the request path: requests and revalidations to a leader, their answers to a learner, sessions in pings. */
  | { readonly kind: "deliver"; readonly link: LinkId; readonly from: ServerId; readonly packet: QuorumPacket }
  /** What {@link Input} `sync` asked for has come true. */
  | { readonly kind: "synced"; readonly ticket: number }
  | { readonly kind: "role"; readonly status: RoleStatus }
  /** The ensemble's members have changed, or are about to: addresses, votes, ports. */
  | {
      readonly kind: "configured";
      readonly committed: EnsembleConfiguration;
      readonly next: EnsembleConfiguration | null;
    }
  /** For people: why a link was refused, a role left. */
  | { readonly kind: "log"; readonly level: "info" | "warn"; readonly message: string };

/** What happens to a core. Times are the runtime's monotonic milliseconds, given to each step. */
export type Input =
  | { readonly kind: "start" }
  /** {@link ZabPeer.nextDeadlineMs} has come. */
  | { readonly kind: "time" }
  | { readonly kind: "notification"; readonly from: ServerId; readonly notification: Notification }
  /**
   * Nobody is at a server's election address: an attempt to connect, for `notify` or `reconnect`, has just failed, or the
   * server has ended its connection.
   */
  | { readonly kind: "unreachable"; readonly server: ServerId }
  | { readonly kind: "linkAccepted"; readonly link: LinkId; readonly port: LearnerPort }
  | { readonly kind: "linkOpened"; readonly link: LinkId }
  | { readonly kind: "linkClosed"; readonly link: LinkId }
  | { readonly kind: "packet"; readonly link: LinkId; readonly packet: QuorumPacket }
  /** A snapshot is on its way on this link, in either direction, and moves on: told now and then, as a sign of life. */
  | { readonly kind: "transferring"; readonly link: LinkId }
  /** The raw snapshot after a `snap` packet has come whole. */
  | { readonly kind: "snapshotReceived"; readonly link: LinkId; readonly ref: SnapshotRef }
  | { readonly kind: "persisted"; readonly token: PersistToken }
  /** The answer to `readLog`; null where a snapshot is better: a part is missing, or it is long. */
  | { readonly kind: "logRead"; readonly link: LinkId; readonly entries: readonly LogEntry[] | null }
  /** The leader's next transaction: its zxid follows the last one's. */
  | { readonly kind: "propose"; readonly entry: LogEntry }
  /** Asks for `synced` once all that is proposed by now is committed, and for learners' sync packets with a link. */
  | { readonly kind: "sync"; readonly ticket: number }
  | { readonly kind: "syncLearner"; readonly link: LinkId }
  /** The oracle speaks: whether this server may decide alone while the other of two voters is lost. */
  | { readonly kind: "oracle"; readonly isGranted: boolean }
  /** A learner's clients want this of the leader. */
  | { readonly kind: "ask"; readonly question: Question }
  /** Leaves the role: the epoch's transactions are used up, or the server stops. */
  | { readonly kind: "resign"; readonly reason: string };
