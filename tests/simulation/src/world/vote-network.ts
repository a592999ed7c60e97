import type { ServerId } from "@branta/zookeeper-engine";
import type { Notification } from "@branta/zookeeper-protocol";
import type { Cuts } from "./cuts.ts";
import type { Timing } from "./timing.ts";

/** One direction of an election connection, with the sender's queue of one. */
export interface VoteChannel {
  readonly from: ServerId;
  readonly to: ServerId;
  /** On the wire, in order. */
  readonly waiting: Notification[];
  /** Not on the wire yet: the newest only. */
  next: Notification | null;
  /** Sent again on every new connection. */
  last: Notification | null;
  lastAtMs: number;
}

/** What the network asks of a server. */
export interface VoteHost {
  readonly isUp: boolean;
  notified(from: ServerId, notification: Notification): void;
}

/** Votes that a connection carries before its writer has to wait. */
const ON_WIRE_MAX = 2;

/** Better than any true one. */
const PRETENDED_EPOCH = 1_000_000;

/**
 * The election channel: one connection a pair, queues of one vote in which the newest wins, and the last vote sent again on
 * every new connection (Apache's QuorumCnxManager). Who cannot connect, and whose connection the other side ends, is told.
 */
export class VoteNetwork {
  readonly #cuts: Cuts;
  readonly #timing: Timing;
  readonly #hosts: ReadonlyMap<ServerId, VoteHost>;
  readonly #channels = new Map<string, VoteChannel>();
  readonly #connected = new Set<string>();
  /** Who everybody is told that everybody wants to lead; null in honest times. */
  #pretender: ServerId | null = null;
  readonly #connecting = new Set<string>();

  constructor(hosts: ReadonlyMap<ServerId, VoteHost>, cuts: Cuts, timing: Timing) {
    this.#hosts = hosts;
    this.#cuts = cuts;
    this.#timing = timing;
  }

  get channels(): Iterable<VoteChannel> {
    return this.#channels.values();
  }

  send(from: ServerId, to: ServerId, notification: Notification): void {
    const channel = this.#channel(from, to);
    channel.next = notification;
    if (this.#connected.has(pairOf(from, to))) this.#pump(channel);
    else this.connect(from, to);
  }

  /**
   * Elections may go wrong: votes are old, ensembles are mixed. While there is a pretender every vote that arrives is for it,
   * whatever it has. To find that out is left to discovery.
   */
  pretend(leader: ServerId | null): void {
    this.#pretender = leader;
  }

  /** Tries to make the connection of a pair, if there is none. */
  connect(one: ServerId, other: ServerId): void {
    const pair = pairOf(one, other);
    if (this.#connected.has(pair) || this.#connecting.has(pair)) return;
    this.#connecting.add(pair);
    this.#timing.votersConnecting(one, other);
  }

  /** The connection comes about if both are up and reach each other; else `one`, who tried, is told. */
  decide(one: ServerId, other: ServerId): void {
    const pair = pairOf(one, other);
    this.#connecting.delete(pair);
    if (!this.#hosts.get(one)!.isUp) return;
    if (!this.#hosts.get(other)!.isUp || !this.#cuts.canConnect(one, other)) {
      return this.#timing.voterUnreachable(one, other);
    }
    this.#connected.add(pair);
    for (const channel of [this.#channel(one, other), this.#channel(other, one)]) {
      channel.next ??= channel.last;
      this.#pump(channel);
    }
  }

  /** The connection of a pair breaks; what was on the wire is gone. */
  reset(one: ServerId, other: ServerId): void {
    this.#connected.delete(pairOf(one, other));
    this.#channel(one, other).waiting.length = 0;
    this.#channel(other, one).waiting.length = 0;
  }

  /** A server's process ends, and its queues with it. `isSilent`: nobody is told. */
  crash(server: ServerId, isSilent: boolean): void {
    for (const other of this.#hosts.keys()) {
      if (other === server) continue;
      if (!isSilent && this.#connected.has(pairOf(server, other))) this.#timing.voterUnreachable(other, server);
      this.reset(server, other);
      const own = this.#channel(server, other);
      own.next = null;
      own.last = null;
    }
  }

  /** Delivers the first vote of a channel, if it gets through. @returns whether one was delivered */
  deliver(channel: VoteChannel): boolean {
    if (channel.waiting.length === 0 || this.#cuts.isCut(channel.from, channel.to)) return false;
    const notification = channel.waiting.shift()!;
    this.#pump(channel);
    this.#hosts.get(channel.to)!.notified(channel.from, this.#forged(notification));
    return true;
  }

  *waitingFor(to: ServerId): Iterable<VoteChannel> {
    for (const channel of this.#channels.values()) if (channel.to === to && channel.waiting.length > 0) yield channel;
  }

  #forged(vote: Notification): Notification {
    if (this.#pretender === null || vote.state !== "looking" || vote.leader < 0) return vote;
    return { ...vote, leader: this.#pretender, zxid: 1, peerEpoch: PRETENDED_EPOCH };
  }

  #pump(channel: VoteChannel): void {
    if (channel.next === null || channel.waiting.length >= ON_WIRE_MAX) return;
    channel.waiting.push(channel.next);
    channel.last = channel.next;
    channel.next = null;
    this.#timing.votePosted(channel);
  }

  #channel(from: ServerId, to: ServerId): VoteChannel {
    const key = `${from}>${to}`;
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = { from, to, waiting: [], next: null, last: null, lastAtMs: 0 };
      this.#channels.set(key, channel);
    }
    return channel;
  }
}

function pairOf(one: ServerId, other: ServerId): string {
  return one < other ? `${one}-${other}` : `${other}-${one}`;
}
