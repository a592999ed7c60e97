import type { ObservingOptions, ServerId } from "@branta/zookeeper-engine";
import { type Random, SeededRandom, shuffled } from "@branta/foundation-runtime";
import { EventQueue, fraction } from "@branta/foundation-simulator";
import { SimulationError } from "../simulation-error.ts";
import { Cluster, type TraceSink } from "./cluster.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { DialAttempt, LinkChannel } from "./link-network.ts";
import type { NewPeer } from "./peer.ts";
import type { ReadLog, SimulatedServer } from "./simulated-server.ts";
import type { Timing } from "./timing.ts";
import type { VoteChannel } from "./vote-network.ts";

/** Inputs a server may get at one moment before it counts as never coming to rest. */
const STEPS_AT_ONE_MOMENT_MAX = 1000;
/** Times are multiples of this, so that sums of them are exact. */
const GRAINS_PER_MS = 1024;

interface Conditions {
  readonly delayMs: { readonly least: number; readonly most: number };
  readonly syncMs: { readonly least: number; readonly most: number };
}

/** A server's place in virtual time. */
interface Pace {
  /** Has the server look whether its time has come. */
  readonly wake: () => void;
  /** What its own clock is ahead of the world's. */
  skewMs: number;
  isPaused: boolean;
  pausedAtMs: number;
  /** When it is to be woken, Infinity if not at all. */
  wakeAtMs: number;
  slowness: number;
  lastWakeMs: number;
  wakesAtOnce: number;
}

/** A cluster in virtual time: whatever can happen does so after a delay that the seed chooses. */
export class Simulation implements Timing {
  readonly cluster: Cluster;
  readonly plan: FaultPlan;
  readonly random: Random;
  readonly #queue = new EventQueue<() => void>();
  /** Of server 1, 2, … */
  readonly #paces: readonly Pace[];
  readonly #delays: Random;
  readonly #syncs: Random;
  /** Told of every message that a server got. */
  onDelivered: (server: SimulatedServer) => void = () => {};
  onRoleChanged: (server: ServerId) => void = () => {};
  #conditions: Conditions;
  #events = 0;
  #disksBusyUntilMs = 0;

  /** Server 1, 2, … */
  readonly #servers: readonly SimulatedServer[];

  constructor(seed: number, plan: FaultPlan, newPeer: NewPeer, trace: TraceSink | null) {
    this.plan = plan;
    this.random = new SeededRandom(seed);
    this.#delays = this.random.fork("delays");
    this.#syncs = this.random.fork("syncs");
    this.#conditions = { delayMs: plan.delayMs, syncMs: plan.syncMs };
    const ids = Array.from({ length: plan.voters + plan.observers }, (_, index) => index + 1);
    const skews = this.random.fork("clocks");
    const masters = this.random.fork("masters");
    this.#paces = ids.map((id) => newPace(skews, plan, () => this.#wake(id)));
    this.cluster = new Cluster(
      {
        voters: ids.slice(0, plan.voters),
        observers: ids.slice(plan.voters),
        hierarchy: plan.hierarchy,
        zab: plan.zab,
        observing: plan.hasObserverMasters
          ? (server) => observing(masters.fork(String(server)), plan.zab.tickMs)
          : null,
        mayOvertake: plan.mayOvertake,
        nowMsOf: (server) => this.#nowMsOf(server),
        roleChanged: (server) => this.onRoleChanged(server),
      },
      newPeer,
      this,
      trace,
    );
    this.#servers = [...this.cluster.servers.values()];
  }

  get nowMs(): number {
    return this.#queue.nowMs;
  }

  get events(): number {
    return this.#events;
  }

  /** Runs until the time has come or `isDone` says so, which is asked after every event. */
  runUntil(atMs: number, isDone: () => boolean = () => false): void {
    while (this.#queue.nextAtMs <= atMs && !isDone()) {
      this.#queue.take()!();
      this.#events++;
    }
  }

  after(delayMs: number, run: () => void): void {
    this.#queue.schedule(grains(this.#queue.nowMs + delayMs), run);
  }

  /** When what disks do now will be done: the weather may turn fine, but what has begun on a slow disk takes its time. */
  get disksBusyUntilMs(): number {
    return this.#disksBusyUntilMs;
  }

  #onDisk(id: ServerId, done: () => void): void {
    const tookMs = this.#syncMs(id);
    this.#disksBusyUntilMs = Math.max(this.#disksBusyUntilMs, this.nowMs + tookMs);
    this.after(tookMs, done);
  }

  /** The weather turns fine: short delays, quick disks. */
  calm(): void {
    const { tickMs } = this.plan.zab;
    this.#conditions = {
      delayMs: capped(this.plan.delayMs, tickMs / 20),
      syncMs: capped(this.plan.syncMs, tickMs / 10),
    };
    for (const pace of this.#paces) pace.slowness = 1;
  }

  start(server: SimulatedServer): void {
    if (server.isUp) return;
    const pace = this.#pace(server.id);
    pace.isPaused = false;
    pace.wakeAtMs = Infinity;
    this.cluster.counts.starts++;
    server.start(this.#nowMsOf(server.id));
  }

  /** Ends a server's process; the disk keeps some of what was under way. */
  crash(server: SimulatedServer): void {
    if (!server.isUp) return;
    this.cluster.counts.crashes++;
    const isSilent = this.random.below(100) < this.plan.silentPercent;
    const sendsAll = this.random.below(2) === 0;
    server.crash(this.random.below(server.disk.waiting + 1), isSilent, (waiting) =>
      sendsAll ? waiting : this.random.below(waiting + 1),
    );
    const pace = this.#pace(server.id);
    pace.isPaused = false;
    pace.wakeAtMs = Infinity;
  }

  /** Stops a server as SIGSTOP does: it does nothing, and what comes waits. */
  pause(server: SimulatedServer): void {
    const pace = this.#pace(server.id);
    if (!server.isUp || pace.isPaused) return;
    this.cluster.counts.pauses++;
    pace.isPaused = true;
    pace.pausedAtMs = this.nowMs;
  }

  isPaused(server: SimulatedServer): boolean {
    return this.#pace(server.id).isPaused;
  }

  resume(server: SimulatedServer): void {
    const pace = this.#pace(server.id);
    if (!pace.isPaused) return;
    pace.isPaused = false;
    if (this.plan.stopsClock) pace.skewMs -= Math.floor(this.nowMs - pace.pausedAtMs);
    this.#postAgain(server.id);
    if (server.disk.isSyncing) this.after(0, () => this.#endSync(server));
    this.written(server.id);
    this.stepped(server.id);
  }

  cut(from: ServerId, to: ServerId): void {
    this.cluster.cuts.cut(from, to);
  }

  heal(from: ServerId, to: ServerId): void {
    this.cluster.cuts.heal(from, to);
    this.#postAgain(to);
  }

  // Timing

  linkPosted(channel: LinkChannel): void {
    channel.lastAtMs = Math.max(channel.lastAtMs, this.nowMs + this.#delayMs());
    channel.arrive ??= () => this.#deliverLink(channel);
    this.after(channel.lastAtMs - this.nowMs, channel.arrive);
  }

  votePosted(channel: VoteChannel): void {
    channel.lastAtMs = Math.max(channel.lastAtMs, this.nowMs + this.#delayMs());
    channel.arrive ??= () => this.#deliverVote(channel);
    this.after(channel.lastAtMs - this.nowMs, channel.arrive);
  }

  dialled(attempt: DialAttempt): void {
    const { links } = this.cluster;
    this.after(2 * this.#delayMs(), () => {
      if (links.reaches(attempt) || !this.#server(attempt.to).isUp) return this.#decide(attempt);
      // Nobody answers: the dialler gives up after a while.
      this.after(this.plan.zab.tickMs * 2, () => this.#decide(attempt));
    });
  }

  votersConnecting(one: ServerId, other: ServerId): void {
    this.after(2 * this.#delayMs(), () => this.cluster.votes.decide(one, other));
  }

  voterUnreachable(id: ServerId, other: ServerId): void {
    const server = this.#server(id);
    const { starts } = server;
    const tell = (): void => {
      if (server.starts !== starts || !server.isUp) return;
      if (this.#pace(id).isPaused) this.after(this.plan.zab.tickMs, tell);
      else server.unreachable(other);
    };
    this.after(this.#delayMs(), tell);
  }

  written(id: ServerId): void {
    const server = this.#server(id);
    if (this.#pace(id).isPaused || !server.disk.beginSync()) return;
    const sync = server.disk.syncs;
    this.#onDisk(id, () => {
      if (server.disk.syncs === sync) this.#endSync(server);
    });
  }

  reading(id: ServerId, wish: ReadLog): void {
    const server = this.#server(id);
    const { starts } = server;
    const isLong = this.#syncs.below(4) === 0;
    const end = (): void => {
      if (server.starts !== starts || !server.isUp) return;
      // A process that sleeps has nothing read to it.
      if (this.#pace(id).isPaused) this.after(this.plan.zab.tickMs, end);
      else server.endRead(wish, isLong, this.#nowMsOf(id));
    };
    this.#onDisk(id, end);
  }

  stepped(id: ServerId): void {
    const pace = this.#pace(id);
    const deadlineMs = this.#server(id).nextDeadlineMs - pace.skewMs;
    if (deadlineMs >= pace.wakeAtMs || deadlineMs === Infinity) return;
    pace.wakeAtMs = Math.max(deadlineMs, this.nowMs);
    this.#queue.schedule(pace.wakeAtMs, pace.wake);
  }

  #wake(id: ServerId): void {
    const pace = this.#pace(id);
    // Rescheduled to an earlier time since, or the server was restarted.
    if (pace.wakeAtMs > this.nowMs) return;
    pace.wakeAtMs = Infinity;
    if (pace.isPaused) return;
    const server = this.#server(id);
    const nowMs = this.#nowMsOf(id);
    if (server.nextDeadlineMs > nowMs) return this.stepped(id);
    pace.wakesAtOnce = pace.lastWakeMs === nowMs ? pace.wakesAtOnce + 1 : 0;
    pace.lastWakeMs = nowMs;
    if (pace.wakesAtOnce > STEPS_AT_ONE_MOMENT_MAX) {
      throw new SimulationError("core", `server ${id} wants to be woken at ${nowMs} ms again and again`);
    }
    server.step({ kind: "time" }, nowMs);
  }

  #deliverLink(channel: LinkChannel): void {
    const { server } = channel.to;
    if (this.#pace(server).isPaused || !this.cluster.links.deliver(channel)) return;
    this.onDelivered(this.#server(server));
  }

  #deliverVote(channel: VoteChannel): void {
    if (this.#pace(channel.to).isPaused || !this.cluster.votes.deliver(channel)) return;
    this.onDelivered(this.#server(channel.to));
  }

  #decide(attempt: DialAttempt): void {
    const server = this.#server(attempt.from);
    // Whoever sleeps is told when awake.
    if (this.#pace(attempt.from).isPaused) this.after(this.plan.zab.tickMs, () => this.#decide(attempt));
    else if (server.isUp) this.cluster.links.decide(attempt);
  }

  #endSync(server: SimulatedServer): void {
    if (!server.isUp || this.#pace(server.id).isPaused || !server.disk.isSyncing) return;
    server.endSync(this.#nowMsOf(server.id));
  }

  /** What waited for a cut or a pause to end goes on its way again. */
  #postAgain(to: ServerId): void {
    for (const channel of this.cluster.links.waitingFor(to)) {
      for (let count = channel.waiting.length; count > 0; count--) this.linkPosted(channel);
    }
    for (const channel of this.cluster.votes.waitingFor(to)) {
      for (let count = channel.waiting.length; count > 0; count--) this.votePosted(channel);
    }
  }

  #syncMs(server: ServerId): number {
    const { least, most } = this.#conditions.syncMs;
    return (least + fraction(this.#syncs) * (most - least)) * this.#pace(server).slowness;
  }

  #delayMs(): number {
    const { least, most } = this.#conditions.delayMs;
    return least + fraction(this.#delays) * (most - least);
  }

  #nowMsOf(server: ServerId): number {
    return this.#queue.nowMs + this.#pace(server).skewMs;
  }

  #server(id: ServerId): SimulatedServer {
    return this.#servers[id - 1]!;
  }

  #pace(server: ServerId): Pace {
    return this.#paces[server - 1]!;
  }
}

/** A server's own order of masters, another one each time, and its own times. */
function observing(random: Random, waitMsMost: number): ObservingOptions {
  return {
    orderMasters: (voters) => shuffled(voters, random),
    reconnectDelayMs: () => random.below(waitMsMost),
  };
}

function newPace(random: Random, plan: FaultPlan, wake: () => void): Pace {
  return {
    wake,
    skewMs: random.below(1_000_000),
    isPaused: false,
    pausedAtMs: 0,
    wakeAtMs: Infinity,
    slowness: random.below(2) === 0 ? 1 : plan.slowDiskFactor,
    lastWakeMs: -1,
    wakesAtOnce: 0,
  };
}

function grains(atMs: number): number {
  return Math.ceil(atMs * GRAINS_PER_MS) / GRAINS_PER_MS;
}

function capped({ least, most }: { least: number; most: number }, limitMs: number): { least: number; most: number } {
  return { least: Math.min(least, limitMs / 2), most: Math.min(most, limitMs) };
}
