import type { LinkId, LogEntry, Question, Reconfigurer, ServerId } from "@branta/zookeeper-engine";
import type { QuorumPacket, SessionTouch } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import type { CoreParts, ServerCore } from "../core/server-core.ts";

/** What a leader's request side asks of the ensemble core and the links. */
export interface LeaderPorts {
  /** Takes the next transaction; its zxid follows the last one's. False: enough for now, until {@link RoleCore.drained}. */
  propose(entry: LogEntry): boolean;
  /** Answers a learner's `sync` once all that is proposed by now is committed. */
  syncLearner(link: LinkId): void;
  /** Asks for {@link RoleCore.synced} with this ticket once all that is proposed by now is committed. */
  sync(ticket: number): void;
  /** To a learner, behind everything it was sent so far; nothing happens where the link is gone. */
  send(link: LinkId, packet: QuorumPacket): void;
  /** Leaves the role: nothing more can be proposed in this epoch. */
  resign(reason: string): void;
  /** Plans changes of the ensemble's members, where they may change. */
  readonly reconfigurer?: Reconfigurer;
}

/** What a learner's request side asks of the ensemble core. */
export interface LearnerPorts {
  /** To the leader, in order. */
  ask(question: Question): void;
}

/** What a core of an ensemble's server is made of; the same for all its roles. */
export interface EnsembleParts extends CoreParts {
  /** The open connections of all client ports. */
  connections(): Iterable<ServerConnection>;
}

/**
 * The request side of an ensemble's server for as long as it has one role: clients' connections are made with it as their
 * host. A role that ends takes its connections along: `[Symbol.dispose]` forgets all that is pending, ends every connection
 * and stops the timers. The tree stays, for the next role's core.
 */
export interface RoleCore extends ServerCore {
  /** Begins to serve. */
  start(): void;
  /** Applies a committed transaction and answers who waits for it here; to be followed by `flush`, once for many. */
  committed(entry: LogEntry): void;
  /** A packet for the request side: `from` a learner, or from the leader. To be followed by `flush`. */
  received(link: LinkId, from: ServerId, packet: QuorumPacket): void;
  /** What {@link LeaderPorts.sync} asked for has come true. To be followed by `flush`. */
  synced(ticket: number): void;
  /** Takes the sessions that were heard of since the last call: they go to the leader with the answer to its ping. */
  takeTouches(): SessionTouch[];
  /** There is room for proposals again. */
  drained(): void;
}
