import type { LearnerPort, LinkId, ServerId } from "@branta/zookeeper-engine";
import type { QuorumPacket } from "@branta/zookeeper-protocol";
import type { SyncAsked } from "../invariants/invariants.ts";
import type { Cuts } from "./cuts.ts";
import { Fifo } from "./fifo.ts";
import type { HistoryNode } from "./history-node.ts";
import type { TreeState } from "./snapshots.ts";
import type { Timing } from "./timing.ts";

/** What travels on a connection of the quorum port, its making and its end included. */
export type LinkMessage =
  | { readonly kind: "accepted"; readonly port: LearnerPort }
  | { readonly kind: "opened" | "closed" }
  /** The connection has broken: what was under way is gone, and no cut keeps an end from noticing. */
  | { readonly kind: "reset" }
  | { readonly kind: "packet"; readonly packet: QuorumPacket }
  | { readonly kind: "snapshot"; readonly state: TreeState };

/** One end of a connection. */
export interface LinkEnd {
  readonly server: ServerId;
  readonly host: LinkHost;
  readonly link: LinkId;
  isOpen: boolean;
}

/** One direction of a connection: first in, first out. */
export interface LinkChannel {
  readonly connection: Connection;
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly waiting: Fifo<LinkMessage>;
  /** For who decides about time: when the last message posted arrives. */
  lastAtMs: number;
  /** For the same: has the next message arrive. Null until it is wanted. */
  arrive: (() => void) | null;
}

/** A connection on the quorum port, with what the checks need to know of it. */
export interface Connection {
  readonly dialler: LinkEnd;
  readonly acceptor: LinkEnd;
  readonly toAcceptor: LinkChannel;
  readonly toDialler: LinkChannel;
  /** The epoch that the leader offered. */
  offeredEpoch: number;
  /** The history that NEWLEADER stands for: acknowledging it says that this is on disk. */
  newLeaderHistory: HistoryNode | null;
  /** The syncs that the learner has asked for, in order. */
  readonly syncsAsked: SyncAsked[];
}

/** A connection that is being made. */
export interface DialAttempt {
  readonly from: ServerId;
  readonly link: LinkId;
  readonly to: ServerId;
  readonly port: LearnerPort;
  isWanted: boolean;
}

/** What the network asks of a server. */
export interface LinkHost {
  readonly isUp: boolean;
  /** The number of a connection that was accepted. */
  nextAcceptedLink(): LinkId;
  /** Something arrived on a link, or a dialled one could not be opened. */
  linkMessage(link: LinkId, message: LinkMessage): void;
}

/** All connections on quorum ports. Loss is the end of a connection, as in TCP: what arrives, arrives in order. */
export class LinkNetwork {
  readonly #cuts: Cuts;
  readonly #timing: Timing;
  readonly #hosts: ReadonlyMap<ServerId, LinkHost>;
  readonly #connections = new Set<Connection>();
  /** By server. */
  readonly #ends: Map<LinkId, Connection>[] = [];
  readonly #attempts = new Set<DialAttempt>();

  constructor(hosts: ReadonlyMap<ServerId, LinkHost>, cuts: Cuts, timing: Timing) {
    this.#hosts = hosts;
    this.#cuts = cuts;
    this.#timing = timing;
  }

  get connections(): Iterable<Connection> {
    return this.#connections;
  }

  get attempts(): Iterable<DialAttempt> {
    return this.#attempts;
  }

  /** The connection behind a server's link, undefined if that end is closed. */
  connectionOf(server: ServerId, link: LinkId): Connection | undefined {
    return this.#ends[server]?.get(link);
  }

  dial(from: ServerId, link: LinkId, to: ServerId, port: LearnerPort): void {
    const attempt: DialAttempt = { from, link, to, port, isWanted: true };
    this.#attempts.add(attempt);
    this.#timing.dialled(attempt);
  }

  /** Whether the dialled server can be reached now; one that is down refuses at once. */
  reaches({ from, to }: DialAttempt): boolean {
    return this.#hosts.get(to)!.isUp && this.#cuts.canConnect(from, to);
  }

  /** A connection comes about, or the dialler hears that it does not. */
  decide(attempt: DialAttempt): void {
    this.#attempts.delete(attempt);
    if (!attempt.isWanted) return;
    const { from, link, to, port } = attempt;
    if (!this.reaches(attempt)) return this.#hosts.get(from)!.linkMessage(link, { kind: "closed" });
    const dialler = this.#newEnd(from, link);
    const acceptor = this.#newEnd(to, this.#hosts.get(to)!.nextAcceptedLink());
    const connection = newConnection(dialler, acceptor);
    this.#connections.add(connection);
    this.#endsOf(from).set(link, connection);
    this.#endsOf(to).set(acceptor.link, connection);
    this.#post(connection.toAcceptor, { kind: "accepted", port });
    this.#post(connection.toDialler, { kind: "opened" });
  }

  /** A server sends, unless it has closed its end. */
  send(server: ServerId, connection: Connection, message: LinkMessage): void {
    const channel = channelFrom(connection, server);
    if (!channel.from.isOpen) return;
    // The other end has gone and could not tell: once its host is back, it answers with a reset.
    if (!channel.to.isOpen) {
      if (channel.to.host.isUp) this.reset(connection);
      return;
    }
    this.#post(channel, message);
  }

  /** A server closes its end; what it sent before still arrives, then the other end hears of it. */
  close(server: ServerId, link: LinkId): void {
    for (const attempt of this.#attempts)
      if (attempt.from === server && attempt.link === link) attempt.isWanted = false;
    const connection = this.connectionOf(server, link);
    if (connection === undefined) return;
    const channel = channelFrom(connection, server);
    this.#forget(connection, channel.from);
    if (channel.to.isOpen) this.#post(channel, { kind: "closed" });
  }

  /** The connection breaks. */
  reset(connection: Connection): void {
    for (const channel of [connection.toAcceptor, connection.toDialler]) {
      channel.waiting.cut(0);
      if (channel.to.isOpen) this.#post(channel, { kind: "reset" });
    }
  }

  /**
   * A server's process ends.
   *
   * @param isSilent its host goes down with it, so that nobody is told
   * @param sentOf how many of so many messages that it has sent still go out
   */
  crash(server: ServerId, isSilent: boolean, sentOf: (waiting: number) => number): void {
    for (const attempt of this.#attempts) if (attempt.from === server) attempt.isWanted = false;
    for (const connection of this.#endsOf(server).values()) {
      const channel = channelFrom(connection, server);
      channel.from.isOpen = false;
      channel.waiting.cut(sentOf(channel.waiting.length));
      otherChannel(channel).waiting.cut(0);
      if (channel.to.isOpen && !isSilent) this.#post(channel, { kind: "closed" });
      if (!channel.to.isOpen) this.#connections.delete(connection);
    }
    this.#endsOf(server).clear();
  }

  /** Delivers the first message of a channel, if it gets through. @returns whether one was delivered */
  deliver(channel: LinkChannel): boolean {
    const message = channel.waiting.first;
    if (message === undefined) return false;
    const { connection, from, to } = channel;
    if (message.kind !== "reset" && this.#cuts.isCut(from.server, to.server)) return false;
    channel.waiting.shift();
    if (!to.isOpen) return true;
    if (message.kind === "closed" || message.kind === "reset") this.#forget(connection, to);
    to.host.linkMessage(to.link, message);
    return true;
  }

  /** Channels with messages from one server to another. */
  *waitingFor(to: ServerId): Iterable<LinkChannel> {
    for (const connection of this.#endsOf(to).values()) {
      const channel = channelTo(connection, to);
      if (channel.waiting.length > 0) yield channel;
    }
  }

  #post(channel: LinkChannel, message: LinkMessage): void {
    channel.waiting.push(message);
    this.#timing.linkPosted(channel);
  }

  #forget(connection: Connection, end: LinkEnd): void {
    end.isOpen = false;
    this.#endsOf(end.server).delete(end.link);
    if (!connection.dialler.isOpen && !connection.acceptor.isOpen) this.#connections.delete(connection);
  }

  #newEnd(server: ServerId, link: LinkId): LinkEnd {
    return { server, host: this.#hosts.get(server)!, link, isOpen: true };
  }

  #endsOf(server: ServerId): Map<LinkId, Connection> {
    return (this.#ends[server] ??= new Map());
  }
}

function newConnection(dialler: LinkEnd, acceptor: LinkEnd): Connection {
  const connection = { dialler, acceptor, offeredEpoch: -1, newLeaderHistory: null, syncsAsked: [] } as unknown as {
    -readonly [Key in keyof Connection]: Connection[Key];
  };
  connection.toAcceptor = newChannel(connection, dialler, acceptor);
  connection.toDialler = newChannel(connection, acceptor, dialler);
  return connection;
}

function newChannel(connection: Connection, from: LinkEnd, to: LinkEnd): LinkChannel {
  return { connection, from, to, waiting: new Fifo(), lastAtMs: 0, arrive: null };
}

function channelFrom(connection: Connection, server: ServerId): LinkChannel {
  return connection.dialler.server === server ? connection.toAcceptor : connection.toDialler;
}

function channelTo(connection: Connection, server: ServerId): LinkChannel {
  return connection.dialler.server === server ? connection.toDialler : connection.toAcceptor;
}

function otherChannel({ connection, to }: LinkChannel): LinkChannel {
  return channelFrom(connection, to.server);
}
