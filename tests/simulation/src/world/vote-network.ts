import type { ServerId } from "@branta/zookeeper-engine";
import type { Notification } from "@branta/zookeeper-protocol";
import type { Cuts } from "./cuts.ts";
import { Fifo } from "./fifo.ts";
import type { Timing } from "./timing.ts";

/** Two servers and the connection between them. */
interface Pair {
  isConnected: boolean;
  isConnecting: boolean;
}

/** One direction of an election connection, with the sender's queue of one. */
export interface VoteChannel {
  readonly from: ServerId;
  readonly to: ServerId;
  readonly host: VoteHost;
  readonly pair: Pair;
  /** On the wire, in order. */
  readonly waiting: Fifo<Notification>;
  /** Not on the wire yet: the newest only. */
  next: Notification | null;
  /** Sent again on every new connection. */
  last: Notification | null;
  lastAtMs: number;
  /** As in {@link LinkChannel}. */
  arrive: (() => void) | null;
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
  /** In the order in which they were first wanted. */
  readonly #channels: VoteChannel[] = [];
  /** By who sends, then by who receives. */
  readonly #routes: VoteChannel[][] = [];
  /** By the smaller number, then by the greater. */
  readonly #pairs: Pair[][] = [];
  /** Who everybody is told that everybody wants to lead; null in honest times. */
  #pretender: ServerId | null = null;

  constructor(hosts: ReadonlyMap<ServerId, VoteHost>, cuts: Cuts, timing: Timing) {
    this.#hosts = hosts;
    this.#cuts = cuts;
    this.#timing = timing;
  }

  get channels(): Iterable<VoteChannel> {
    return this.#channels;
  }

  send(from: ServerId, to: ServerId, notification: Notification): void {
    const channel = this.#channel(from, to);
    channel.next = notification;
    if (channel.pair.isConnected) this.#pump(channel);
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
    const pair = this.#pair(one, other);
    if (pair.isConnected || pair.isConnecting) return;
    pair.isConnecting = true;
    this.#timing.votersConnecting(one, other);
  }

  /** The connection comes about if both are up and reach each other; else `one`, who tried, is told. */
  decide(one: ServerId, other: ServerId): void {
    const pair = this.#pair(one, other);
    pair.isConnecting = false;
    if (!this.#hosts.get(one)!.isUp) return;
    if (!this.#hosts.get(other)!.isUp || !this.#cuts.canConnect(one, other)) {
      return this.#timing.voterUnreachable(one, other);
    }
    pair.isConnected = true;
    for (const channel of [this.#channel(one, other), this.#channel(other, one)]) {
      channel.next ??= channel.last;
      this.#pump(channel);
    }
  }

  /** The connection of a pair breaks; what was on the wire is gone. */
  reset(one: ServerId, other: ServerId): void {
    this.#pair(one, other).isConnected = false;
    this.#channel(one, other).waiting.cut(0);
    this.#channel(other, one).waiting.cut(0);
  }

  /** A server's process ends, and its queues with it. `isSilent`: nobody is told. */
  crash(server: ServerId, isSilent: boolean): void {
    for (const other of this.#hosts.keys()) {
      if (other === server) continue;
      if (!isSilent && this.#pair(server, other).isConnected) this.#timing.voterUnreachable(other, server);
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
    channel.host.notified(channel.from, this.#forged(notification));
    return true;
  }

  *waitingFor(to: ServerId): Iterable<VoteChannel> {
    for (const channel of this.#channels) if (channel.to === to && channel.waiting.length > 0) yield channel;
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
    const routes = (this.#routes[from] ??= []);
    let channel = routes[to];
    if (channel === undefined) {
      const [host, pair] = [this.#hosts.get(to)!, this.#pair(from, to)];
      channel = { from, to, host, pair, waiting: new Fifo(), next: null, last: null, lastAtMs: 0, arrive: null };
      routes[to] = channel;
      this.#channels.push(channel);
    }
    return channel;
  }

  #pair(one: ServerId, other: ServerId): Pair {
    const pairs = (this.#pairs[Math.min(one, other)] ??= []);
    return (pairs[Math.max(one, other)] ??= { isConnected: false, isConnecting: false });
  }
}
