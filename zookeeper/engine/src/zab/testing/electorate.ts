import type { Notification } from "@branta/zookeeper-protocol";

import type { ServerId } from "../effects.ts";
import { Election } from "../election/election.ts";
import type { OwnHistory } from "../election/proposal.ts";
import { ConfigurationsInForce } from "../quorum/configurations-in-force.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";

/** Apache's: first wait, longest wait, and the wait of a decided election. */
export const WAITS = { minNotificationMs: 200, maxNotificationMs: 60_000, finalizeWaitMs: 200 };

/** A notification under way. */
interface Letter {
  readonly from: ServerId;
  readonly to: ServerId;
  readonly notification: Notification;
}

/** Servers that elect a leader, on connections that keep the order of what they carry; the caller is time and chance. */
export class Electorate {
  readonly #inForce: ConfigurationsInForce;
  readonly #histories: ReadonlyMap<ServerId, OwnHistory>;
  readonly #elections = new Map<ServerId, Election>();
  #letters: Letter[] = [];
  nowMs = 0;

  constructor(
    histories: ReadonlyMap<ServerId, OwnHistory>,
    configuration: EnsembleConfiguration,
    next: EnsembleConfiguration | null = null,
  ) {
    this.#histories = histories;
    this.#inForce = new ConfigurationsInForce(configuration, next);
  }

  /** Connections with something to deliver, in a fixed order. */
  get busy(): readonly Letter[] {
    return this.#letters.filter(
      (letter, at) => at === this.#letters.findIndex(({ from, to }) => from === letter.from && to === letter.to),
    );
  }

  /** Starts servers, again or for the first time: a new process begins with round 0. */
  start(...servers: readonly ServerId[]): void {
    for (const server of servers) {
      const election = new Election(
        { serverId: server, ...WAITS },
        {
          notify: (to, notification) => void this.#letters.push({ from: server, to, notification }),
          reconnect: () => undefined,
        },
      );
      this.#elections.set(server, election);
      this.look(server);
    }
  }

  /** Sends a server back to looking, with the rounds that it knows. */
  look(server: ServerId): void {
    const own = this.#histories.get(server)!;
    this.#elections.get(server)!.start(this.nowMs, own, this.#inForce.committed, this.#inForce.next);
  }

  /** Delivers the first letter of a busy connection, or loses it. */
  deliver(letter: Letter, isLost = false): void {
    this.#letters.splice(this.#letters.indexOf(letter), 1);
    const receiver = this.#elections.get(letter.to);
    if (isLost || receiver === undefined) return;
    if (receiver.elected === null) receiver.received(this.nowMs, letter.from, letter.notification);
    else receiver.answer(letter.from, letter.notification, this.#stateOf(letter.to));
  }

  /** Tells a server that it cannot connect to another, true or not. */
  report(to: ServerId, missing: ServerId): void {
    this.#elections.get(to)?.unreachable(this.nowMs, missing);
  }

  deliverAll(): void {
    for (let letter = this.busy[0]; letter !== undefined; letter = this.busy[0]) this.deliver(letter);
  }

  /** Goes to the next deadline of anybody; false where nobody waits for one. */
  pass(): boolean {
    const nextMs = Math.min(...[...this.#elections.values()].map(({ nextDeadlineMs }) => nextDeadlineMs));
    if (nextMs === Infinity) return false;
    this.nowMs = Math.max(this.nowMs, nextMs);
    for (const election of this.#elections.values()) election.time(this.nowMs);
    return true;
  }

  /**
   * Lets everything happen that will. Now and then those who follow a server that does not lead, or lead without a quorum,
   * look again: in an ensemble they find out.
   */
  settle(): void {
    for (let turn = 1; turn <= 500; turn++) {
      this.deliverAll();
      if (this.pass() && turn % 20 !== 0) continue;
      const deluded = [...this.leaders].filter(([server, leader]) => leader !== null && !this.#isLed(server));
      if (deluded.length === 0 && this.leader !== null) return;
      for (const [server] of deluded) this.look(server);
    }
    throw new Error(`No agreement after 500 deadlines: ${JSON.stringify([...this.leaders])}`);
  }

  /** Whom each server has elected. */
  get leaders(): ReadonlyMap<ServerId, ServerId | null> {
    return new Map([...this.#elections].map(([server, { elected }]) => [server, elected?.leader ?? null]));
  }

  /** Whom all have elected; null where they have not or do not agree. */
  get leader(): ServerId | null {
    const leaders = new Set(this.leaders.values());
    return leaders.size === 1 ? [...leaders][0]! : null;
  }

  #isLed(server: ServerId): boolean {
    const { leaders } = this;
    const leader = leaders.get(server)!;
    const followers = [...leaders].filter(([, other]) => other === leader).map(([follower]) => follower);
    return leaders.get(leader) === leader && this.#inForce.isQuorum(new Set(followers));
  }

  #stateOf(server: ServerId): "leading" | "following" | "observing" {
    if (this.leaders.get(server) === server) return "leading";
    return this.#inForce.committed.observers.has(server) ? "observing" : "following";
  }
}
