import type { Effect, Input, LinkId, ObservingOptions, ServerId, SnapshotRef } from "@branta/zookeeper-engine";
import { SimulationError } from "../simulation-error.ts";
import { readConfiguration } from "../world/configurations.ts";
import { Cluster, type TraceSink } from "../world/cluster.ts";
import { describeEffect, describeInput, describeStatus } from "../world/describe.ts";
import type { Hierarchy } from "../world/hierarchy.ts";
import { zxidText } from "../world/history-node.ts";
import type { DialAttempt, LinkChannel } from "../world/link-network.ts";
import type { NewPeer } from "../world/peer.ts";
import type { ReadLog, SimulatedServer } from "../world/simulated-server.ts";
import { lastZxidOf } from "../world/server-disk.ts";
import type { Timing } from "../world/timing.ts";
import type { VoteChannel } from "../world/vote-network.ts";

/** How a play's cluster is set up. */
export interface StageOptions {
  readonly voters: readonly ServerId[];
  readonly observers: readonly ServerId[];
  /** Observers that know the ensemble, which does not know them. */
  readonly strangers: readonly ServerId[];
  readonly hierarchy: Hierarchy | null;
  /** Committed transactions that cores keep in memory. */
  readonly windowEntries: number;
  /** Whether observers follow any of the voters, one after the other, and not only the leader. */
  readonly hasObserverMasters: boolean;
  /** Whether observers wait before they connect to the leader, or to the first of the voters again. */
  readonly areObserversPatient: boolean;
  /** Whether servers have an oracle, for when one of two voters is lost. */
  readonly hasOracle: boolean;
  /** Whether members may change. */
  readonly isDynamic: boolean;
}

/** Rounds after which a cluster that still talks counts as never coming to rest. */
const ROUNDS_MAX = 200;

/** Beyond all that cores wish for; odd, as links are that are dialled. */
const STRAY_LINKS = 1001;

/** More than that often nobody has to be woken while a command lets time pass. */
const WAKES_MAX = 2000;

/** Times of a play, milliseconds: few ticks, so that they are soon over. */
const TIMES = {
  tickMs: 100,
  initLimitTicks: 10,
  syncLimitTicks: 5,
  minNotificationMs: 200,
  maxNotificationMs: 800,
  finalizeWaitMs: 50,
} as const;

/** A cluster in which nothing happens but what the play says. Everything that does is written down. */
export class Stage implements Timing, TraceSink {
  readonly cluster: Cluster;
  readonly #attempts: DialAttempt[] = [];
  readonly #reads: { readonly server: ServerId; readonly starts: number; readonly wish: ReadLog }[] = [];
  /** Election connections that are being made, by who began. */
  readonly #connecting: (readonly [ServerId, ServerId])[] = [];
  /** Who is to hear of whom that it is not there. */
  readonly #unreachable: (readonly [ServerId, ServerId])[] = [];
  /** Disks that sync only when told to. */
  readonly #slow = new Set<ServerId>();
  /** What is written down while the play is not quiet. */
  #lines: string[] = [];
  /** Who is at the other end of a server's link. */
  readonly #peers = new Map<string, ServerId>();
  #areLogsLong = false;
  #areReadsSlow = false;
  #hidesPings = false;
  /** An input that is worth a line only if something comes of it. */
  #heading: string | null = null;
  #isQuiet = false;
  #strayLinks = 0;
  #nowMs = 0;

  constructor(options: StageOptions, newPeer: NewPeer) {
    const { voters, observers, strangers, hierarchy, windowEntries, hasOracle, isDynamic } = options;
    this.cluster = new Cluster(
      {
        voters,
        observers,
        strangers,
        hierarchy,
        zab: { ...TIMES, windowEntries, hasOracle, ...(isDynamic ? { readConfiguration } : {}) },
        observing: observingOf(options),
        mayOvertake: false,
        nowMsOf: () => this.#nowMs,
        roleChanged: () => {},
      },
      newPeer,
      this,
      this,
    );
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The number of a connection that no core has wished for. */
  nextStrayLink(): LinkId {
    this.#strayLinks += 2;
    return STRAY_LINKS + this.#strayLinks;
  }

  /** A snapshot of a tree in which nothing has happened. */
  emptySnapshot(): SnapshotRef {
    return this.cluster.snapshots.add({ history: this.cluster.server(1).tree.first(0) });
  }

  /** What has been written down since the last call. */
  takeLines(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  say(line: string): void {
    this.#lines.push(line);
  }

  /** Does something without writing down more than changes of roles, and what went wrong. */
  quietly(act: () => void): void {
    this.#isQuiet = true;
    try {
      act();
    } finally {
      this.#isQuiet = false;
    }
  }

  /** Does something without writing down pings and what comes of them. */
  withoutPings(act: () => void): void {
    this.#hidesPings = true;
    try {
      act();
    } finally {
      this.#hidesPings = false;
    }
  }

  setSlow(server: ServerId, isSlow: boolean): void {
    if (isSlow) this.#slow.add(server);
    else this.#slow.delete(server);
  }

  setLongLogs(areLong: boolean): void {
    this.#areLogsLong = areLong;
  }

  /** Whether logs are read only by {@link endReads}. */
  setSlowReads(areSlow: boolean): void {
    this.#areReadsSlow = areSlow;
  }

  /**
   * Lets time pass; whoever waits for a moment up to then is woken at it.
   *
   * @param sleeper is woken at the end only
   */
  pass(durationMs: number, sleeper?: ServerId): void {
    const endMs = this.#nowMs + durationMs;
    for (let wakes = 0; ; wakes++) {
      if (wakes > WAKES_MAX) throw new SimulationError("core", "a server wants to be woken again and again");
      let next: SimulatedServer | undefined;
      for (const server of this.cluster.servers.values()) {
        if (server.id === sleeper) continue;
        if (server.nextDeadlineMs <= endMs && server.nextDeadlineMs < (next?.nextDeadlineMs ?? Infinity)) next = server;
      }
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.nextDeadlineMs);
      next.step({ kind: "time" }, this.#nowMs);
    }
    this.#nowMs = endMs;
    if (sleeper !== undefined) this.pass(0);
  }

  /** Everything that waits is delivered and written, again and again, until nothing happens any more. */
  stabilize(): void {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (!this.deliverAll() && !this.persistAll()) return;
    }
    throw new SimulationError("core", `the servers talk on and on: ${ROUNDS_MAX} rounds`);
  }

  /** Delivers what waits now, in one round. @returns whether there was anything */
  deliverAll(from?: ServerId, to?: ServerId): boolean {
    let isAny = this.#decideDials(from, to);
    for (const [one, other] of this.#connecting.splice(0)) {
      isAny = true;
      this.cluster.votes.decide(one, other);
    }
    for (const [server, other] of this.#unreachable.splice(0)) {
      isAny = true;
      this.cluster.server(server).unreachable(other);
    }
    for (const channel of this.channels(from, to)) {
      for (let count = channel.waiting.length; count > 0; count--) isAny = this.deliver(channel) || isAny;
    }
    return isAny;
  }

  /** Delivers the first message of one channel. */
  deliver(channel: LinkChannel | VoteChannel): boolean {
    return "connection" in channel ? this.cluster.links.deliver(channel) : this.cluster.votes.deliver(channel);
  }

  /** Channels in which something waits, those of votes first. */
  channels(from?: ServerId, to?: ServerId): (LinkChannel | VoteChannel)[] {
    const channels: (LinkChannel | VoteChannel)[] = [];
    for (const id of this.cluster.servers.keys()) {
      if (to !== undefined && id !== to) continue;
      channels.push(...this.cluster.votes.waitingFor(id));
    }
    for (const id of this.cluster.servers.keys()) {
      if (to !== undefined && id !== to) continue;
      channels.push(...this.cluster.links.waitingFor(id));
    }
    return channels.filter((channel) => from === undefined || senderOf(channel) === from);
  }

  /** Syncs one disk, or ends the sync that was begun. @returns whether there was anything to write */
  persist(server: SimulatedServer): boolean {
    const { disk, isUp } = server;
    if (!isUp || !(disk.isSyncing || disk.beginSync())) return false;
    server.endSync(this.#nowMs);
    return true;
  }

  persistAll(): boolean {
    let isAny = false;
    for (const server of this.cluster.servers.values()) {
      if (!this.#slow.has(server.id)) isAny = this.persist(server) || isAny;
    }
    return (!this.#areReadsSlow && this.endReads()) || isAny;
  }

  /** What is being read of logs has been read. @returns whether there was anything */
  endReads(): boolean {
    let isAny = false;
    for (const { server, starts, wish } of this.#reads.splice(0)) {
      if (this.cluster.server(server).starts !== starts) continue;
      this.cluster.server(server).endRead(wish, this.#areLogsLong, this.#nowMs);
      isAny = true;
    }
    return isAny;
  }

  /** A server's links to another one since it started, oldest first, open or not. */
  linksTo(server: ServerId, other: ServerId): LinkId[] {
    const links: LinkId[] = [];
    for (const [end, peer] of this.#peers) {
      const [owner, link] = end.split(" ").map(Number);
      if (owner === server && peer === other) links.push(link!);
    }
    return links;
  }

  /** What a server's disk holds, and what is on its way there. */
  logOf({ disk }: SimulatedServer): string[] {
    const { image, logical } = disk;
    const base = image.base.length === 0 ? "" : `snapshot ${zxidText(image.baseZxid)}, `;
    const log = image.tip === image.base ? "log empty" : `log ${image.tip}`;
    const lines = [`${base}${log}; accepted epoch ${image.acceptedEpoch}, current epoch ${image.currentEpoch}`];
    if (disk.waiting > 0) {
      lines.push(`${disk.waiting} writes under way, to ${zxidText(lastZxidOf(logical))}`);
    }
    return lines;
  }

  /** What each server is. */
  status(): string[] {
    return [...this.cluster.servers.values()].map(
      ({ id, isUp, status, tree, treeZxid }) =>
        `${id}: ${isUp ? describeStatus(status) : "down"}; tree ${zxidText(treeZxid)}, ${tree.length} transactions`,
    );
  }

  // Timing

  linkPosted(): void {}

  votePosted(): void {}

  written(): void {}

  stepped(): void {}

  dialled(attempt: DialAttempt): void {
    this.#attempts.push(attempt);
  }

  reading(server: ServerId, wish: ReadLog): void {
    this.#reads.push({ server, starts: this.cluster.server(server).starts, wish });
  }

  voterUnreachable(server: ServerId, other: ServerId): void {
    this.#unreachable.push([server, other]);
  }

  votersConnecting(one: ServerId, other: ServerId): void {
    this.#connecting.push([one, other]);
  }

  // TraceSink

  input(server: ServerId, input: Input): void {
    if (input.kind === "start") this.#forgetPeers(server);
    if ("link" in input) this.#learnPeer(server, input.link);
    if (this.#isQuiet) return;
    this.#heading = `${server} ◁ ${describeInput(input, (link) => this.#nameOf(server, link))}`;
    if (input.kind !== "time" && !(this.#hidesPings && input.kind === "packet" && input.packet.kind === "ping")) {
      this.#sayHeading();
    }
  }

  effect(server: ServerId, effect: Effect): void {
    if (effect.kind === "dial") this.#peers.set(`${server} ${effect.link}`, effect.server);
    const text = describeEffect(effect, (link) => this.#nameOf(server, link));
    if (!this.#isQuiet && !(this.#hidesPings && isPing(effect))) {
      this.#sayHeading();
      this.say(`    ${text}`);
    }
    if (!this.#isQuiet) return;
    if (effect.kind === "log" && effect.level === "warn") this.say(`${server} ${text}`);
    else if (effect.kind === "role" && effect.status.phase === "broadcast") this.say(`${server} ${text}`);
  }

  #sayHeading(): void {
    if (this.#heading !== null) this.say(this.#heading);
    this.#heading = null;
  }

  /** A link by who is at its other end. */
  #nameOf(server: ServerId, link: number): string {
    this.#learnPeer(server, link);
    return `link to ${this.#peers.get(`${server} ${link}`) ?? "nobody"}`;
  }

  #forgetPeers(server: ServerId): void {
    for (const end of this.#peers.keys()) if (end.startsWith(`${server} `)) this.#peers.delete(end);
  }

  #learnPeer(server: ServerId, link: number): void {
    const connection = this.cluster.links.connectionOf(server, link);
    if (connection === undefined) return;
    const { dialler, acceptor } = connection;
    this.#peers.set(`${server} ${link}`, dialler.server === server ? acceptor.server : dialler.server);
  }

  #decideDials(from?: ServerId, to?: ServerId): boolean {
    let isAny = false;
    for (const attempt of this.#attempts.splice(0)) {
      if ((from !== undefined && attempt.from !== from) || (to !== undefined && attempt.to !== to)) {
        this.#attempts.push(attempt);
        continue;
      }
      isAny = true;
      if (this.cluster.server(attempt.from).isUp) this.cluster.links.decide(attempt);
    }
    return isAny;
  }
}

/** Null where observers follow the leader at once. */
function observingOf({ hasObserverMasters, areObserversPatient }: StageOptions): (() => ObservingOptions) | null {
  if (!hasObserverMasters && !areObserversPatient) return null;
  return () => ({
    orderMasters: hasObserverMasters ? (voters) => voters : null,
    reconnectDelayMs: () => (areObserversPatient ? 2 * TIMES.tickMs : 0),
  });
}

function senderOf(channel: LinkChannel | VoteChannel): ServerId {
  return typeof channel.from === "number" ? channel.from : channel.from.server;
}

function isPing(effect: Effect): boolean {
  if (effect.kind === "pong") return true;
  return (effect.kind === "send" || effect.kind === "deliver") && effect.packet.kind === "ping";
}
