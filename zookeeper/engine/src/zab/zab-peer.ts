import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";

import { assert } from "./assert.ts";
import { EffectQueue } from "./effect-queue.ts";
import type { Effect, Input, LearnerPort, LinkId, RoleStatus, ServerId } from "./effects.ts";
import { Election } from "./election/election.ts";
import { Leader } from "./leader/leader.ts";
import { Learner } from "./learner/learner.ts";
import { PeerContext } from "./peer-context.ts";
import type { EnsembleConfiguration } from "./quorum/quorum-verifier.ts";
import type { ActiveRole, RoleContext } from "./role.ts";
import type { DurableState, ZabOptions } from "./zab-options.ts";

/** Packets of learners that were faster than this server's own election. */
type Parked = QuorumPacket[];

/** Why a role ends, and who leads next if that is known. */
interface Leaving {
  readonly reason: string;
  readonly successor: ServerId | null;
}

/** What one learner may say before this server knows that it leads: its introduction. */
const PARKED_PACKETS_MAX = 1;

const LOOKING: RoleStatus = { role: "looking", phase: "election", epoch: 0, leader: null };

/**
 * A server of an ensemble, as a value that turns each input into an ordered list of effects: it elects, leads or learns.
 * No I/O, no clock, no random numbers: see {@link Effect} for what its runtime owes it.
 */
export class ZabPeer {
  readonly #options: ZabOptions;
  readonly #effects: EffectQueue;
  readonly #context: RoleContext;
  readonly #election: Election;
  readonly #parked = new Map<LinkId, Parked>();
  /** Null while looking. */
  #role: ActiveRole | null = null;
  #leaving: Leaving | null = null;
  /** Links that this core dials have odd numbers. */
  #nextLink: LinkId = 1;

  constructor(options: ZabOptions, durable: DurableState) {
    this.#options = options;
    const effects = new EffectQueue(durable.token);
    this.#effects = effects;
    this.#context = new PeerContext(
      options,
      durable,
      effects,
      (reason, successor) => void (this.#leaving ??= { reason, successor: successor ?? null }),
    );
    const ports = {
      notify: (to: ServerId, notification: Notification) => effects.notify(to, notification),
      reconnect: (servers: readonly ServerId[]) => effects.push({ kind: "reconnect", servers }),
    };
    this.#election = new Election(options, ports, this.#context.oracle);
  }

  get status(): RoleStatus {
    return this.#role?.status ?? LOOKING;
  }

  /** When an input `time` is wanted, monotonic milliseconds; Infinity if not at all. */
  get nextDeadlineMs(): number {
    return this.#role?.nextDeadlineMs ?? this.#election.nextDeadlineMs;
  }

  /** Whether enough of a configuration's servers follow this leader already, so that it could take over. */
  isReadyFor(configuration: EnsembleConfiguration): boolean {
    return this.#role instanceof Leader && this.#role.isReadyFor(configuration);
  }

  /** @returns what is to happen, in this order. @throws ZabError where going on could lose data: the process must end */
  step(input: Input, nowMs: number): readonly Effect[] {
    this.#dispatch(input, nowMs);
    for (let leaving = this.#leaving; leaving !== null; leaving = this.#leaving) {
      this.#leaving = null;
      this.#look(leaving, nowMs);
    }
    if (this.#role !== null) this.#updateVote(this.#role);
    return this.#effects.take();
  }

  #dispatch(input: Input, nowMs: number): void {
    const role = this.#role;
    switch (input.kind) {
      case "start":
        return this.#startElection(nowMs);
      case "time":
        return this.#time(nowMs);
      case "notification":
        return this.#notified(input, nowMs);
      case "unreachable":
        return this.#unreachable(input.server, nowMs);
      case "linkAccepted":
        return this.#accepted(input.link, input.port, nowMs);
      case "linkOpened":
        return role?.linkOpened(input.link, nowMs);
      case "linkClosed":
        this.#parked.delete(input.link);
        return role?.linkClosed(input.link, nowMs);
      case "packet":
        return this.#packet(input.link, input.packet, nowMs);
      case "transferring":
        return role?.transferring(input.link, nowMs);
      case "snapshotReceived":
        if (role instanceof Learner) role.snapshotReceived(input.link, input.ref, nowMs);
        return;
      case "persisted":
        this.#context.history.persisted(input.token);
        return role?.persisted(input.token, nowMs);
      case "logRead":
        return role?.logRead(input.link, input.entries);
      case "oracle":
        return this.#oracleSpeaks(input.isGranted, nowMs);
      case "ask":
        if (role instanceof Learner) role.ask(input.question);
        return;
      case "resign":
        if (role !== null) this.#leaving = { reason: input.reason, successor: null };
        return;
      case "propose":
      case "sync":
      case "syncLearner":
        return this.#lead(input, nowMs);
    }
  }

  #lead(input: Extract<Input, { readonly kind: "propose" | "sync" | "syncLearner" }>, nowMs: number): void {
    const broadcast = this.#role instanceof Leader ? this.#role.broadcast : null;
    assert(broadcast !== null, `"${input.kind}" was asked of a server that is no established leader`);
    if (input.kind === "propose") broadcast.propose(input.entry, nowMs);
    else if (input.kind === "sync") broadcast.sync(input.ticket);
    else broadcast.syncLearner(input.link);
  }

  #time(nowMs: number): void {
    if (this.#role !== null) {
      if (nowMs >= this.#role.nextDeadlineMs) this.#role.time(nowMs);
      return;
    }
    this.#election.time(nowMs);
    this.#settleElection(nowMs);
  }

  #notified({ from, notification }: Extract<Input, { readonly kind: "notification" }>, nowMs: number): void {
    const { role } = this.status;
    if (role !== "looking") {
      const isOfThisRound = notification.electionEpoch >= this.#election.elected!.electionEpoch;
      if (isOfThisRound) this.#role!.voteHeard(from, notification.leader);
      return this.#election.answer(from, notification, role);
    }
    // Configurations spread with the votes: who was away while they changed would look for leaders of yesterday.
    const configuration = this.#context.membership.read(notification.configuration);
    if (configuration !== null && this.#context.membership.commit(configuration)) this.#startElection(nowMs);
    if (this.#role !== null) return;
    this.#election.received(nowMs, from, notification);
    this.#settleElection(nowMs);
  }

  #oracleSpeaks(isGranted: boolean, nowMs: number): void {
    this.#context.oracle?.says(isGranted);
    if (this.#role instanceof Leader) this.#role.oracleHeard(nowMs);
    if (this.#role !== null) return;
    this.#election.oracleHeard(nowMs);
    this.#settleElection(nowMs);
  }

  #unreachable(server: ServerId, nowMs: number): void {
    if (this.#role !== null) return;
    this.#election.unreachable(nowMs, server);
    this.#settleElection(nowMs);
  }

  #accepted(link: LinkId, port: LearnerPort, nowMs: number): void {
    if (this.#role !== null) this.#role.linkAccepted(link, port, nowMs);
    else if (port === "quorum") this.#parked.set(link, []);
    else this.#effects.closeLink(link, "this server has no leader");
  }

  #packet(link: LinkId, packet: QuorumPacket, nowMs: number): void {
    if (this.#role !== null) {
      this.#role.packet(link, packet, nowMs);
      return;
    }
    const parked = this.#parked.get(link);
    if (parked === undefined) return;
    if (parked.length < PARKED_PACKETS_MAX) return void parked.push(packet);
    this.#parked.delete(link);
    this.#effects.closeLink(link, "it sent more than its introduction before a leader was known");
  }

  /** Servers that look for a leader must hear the same vote from all that have one. */
  #updateVote({ status }: ActiveRole): void {
    const { phase, epoch } = status;
    if (phase === "broadcast" && this.#election.elected!.peerEpoch !== epoch) this.#election.updateVote(epoch);
    this.#election.reconfigured(this.#context.inForce.committed);
  }

  #look({ reason, successor }: Leaving, nowMs: number): void {
    const course = successor === null ? "Looking for a leader" : `Going to leader ${successor}`;
    this.#effects.log("warn", `${course}: ${reason}`);
    this.#role?.end(reason);
    this.#role = null;
    if (successor === null) return this.#startElection(nowMs);
    this.#effects.role(LOOKING);
    this.#election.appoint(successor, this.#context.history.last, this.#context.inForce.committed);
    this.#settleElection(nowMs);
  }

  #startElection(nowMs: number): void {
    const { history, epochs, inForce } = this.#context;
    this.#effects.role(LOOKING);
    const own = { zxid: history.claim, currentEpoch: epochs.current };
    this.#election.start(nowMs, own, inForce.committed, inForce.next);
    this.#settleElection(nowMs);
  }

  #settleElection(nowMs: number): void {
    const { elected } = this.#election;
    if (elected === null) return;
    const { serverId } = this.#options;
    if (elected.leader === serverId) {
      const leader = new Leader(this.#context, nowMs);
      this.#role = leader;
      this.#unpark(leader, nowMs);
      return;
    }
    const isObserver = this.#context.inForce.committed.observers.has(serverId);
    this.#role = new Learner(
      this.#context,
      { leader: elected.leader, isObserver, newLink: () => this.#newLink() },
      nowMs,
    );
    for (const parked of this.#parked.keys()) this.#effects.closeLink(parked, "this server does not lead");
    this.#parked.clear();
  }

  #newLink(): LinkId {
    const link = this.#nextLink;
    this.#nextLink += 2;
    return link;
  }

  #unpark(leader: Leader, nowMs: number): void {
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const [link, packets] of parked) {
      leader.linkAccepted(link, "quorum", nowMs);
      for (const packet of packets) leader.packet(link, packet, nowMs);
    }
  }
}
