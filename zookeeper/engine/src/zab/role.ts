import type { QuorumPacket } from "@branta/zookeeper-protocol";

import type { EffectQueue } from "./effect-queue.ts";
import type { LearnerPort, LinkId, LogEntry, PersistToken, RoleStatus, ServerId } from "./effects.ts";
import type { Epochs } from "./epochs.ts";
import type { History } from "./history.ts";
import type { Membership } from "./membership.ts";
import type { MasterChoice } from "./observers/master-choice.ts";
import type { ConfigurationsInForce } from "./quorum/configurations-in-force.ts";
import type { Oracle } from "./quorum/oracle.ts";
import type { ZabOptions } from "./zab-options.ts";

/** What every role works with; outlives them all. */
export interface RoleContext {
  readonly options: ZabOptions;
  readonly effects: EffectQueue;
  readonly history: History;
  readonly epochs: Epochs;
  readonly membership: Membership;
  /** Null where only votes count. */
  readonly oracle: Oracle | null;
  /** Whom this server follows as an observer. */
  readonly masters: MasterChoice;
  /** Whose votes count: a quorum of each configuration in force decides. */
  readonly inForce: ConfigurationsInForce;
  /**
   * Ends the role when the step is over: the server looks for a leader, or goes straight to the one that a reconfiguration
   * has named.
   */
  leave(reason: string, successor?: ServerId): void;
}

/** A server that leads or learns. Times are monotonic milliseconds. */
export interface ActiveRole {
  readonly status: RoleStatus;
  readonly nextDeadlineMs: number;
  linkAccepted(link: LinkId, port: LearnerPort, nowMs: number): void;
  linkOpened(link: LinkId, nowMs: number): void;
  linkClosed(link: LinkId, nowMs: number): void;
  packet(link: LinkId, packet: QuorumPacket, nowMs: number): void;
  /** A snapshot moves on. */
  transferring(link: LinkId, nowMs: number): void;
  /** The log was read for a learner; null where it does not have what is missing. */
  logRead(link: LinkId, entries: readonly LogEntry[] | null): void;
  /** Whom a server would have lead now; whoever has not got further than the election may have been too quick. */
  voteHeard(from: ServerId, leader: ServerId): void;
  persisted(token: PersistToken, nowMs: number): void;
  time(nowMs: number): void;
  /** Closes its links. */
  end(reason: string): void;
}
