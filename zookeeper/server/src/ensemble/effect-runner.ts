import type { Clock, FatalHook, Timer } from "@branta/foundation-runtime";
import {
  AT_ONCE,
  type Effect,
  type EnsembleConfiguration,
  type Input,
  type LearnerPort,
  type LinkId,
  type LogEntry,
  type PersistToken,
  type RoleStatus,
  type ServerId,
  type SnapshotRef,
} from "@branta/zookeeper-engine";
import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";

import { DurableWrites, type WriteTarget } from "./durable-writes.ts";
import { HeldSends } from "./held-sends.ts";

/** A core that says what is to be done, and does nothing itself: ZabPeer. */
export interface Core {
  step(input: Input, nowMs: number): readonly Effect[];
  /** When it wants to be told the time, Infinity for not at all. */
  readonly nextDeadlineMs: number;
}

/** The world that effects act on, but for the disk. Whatever comes of them is to be told to {@link EffectRunner.input}. */
export interface EffectHost {
  send(link: LinkId, packet: QuorumPacket): void;
  pong(link: LinkId, zxid: number): void;
  /** To be answered by the input `logRead`. */
  readLog(link: LinkId, after: number, to: number): void;
  streamSnapshot(link: LinkId): void;
  closeLink(link: LinkId, reason: string): void;
  dial(link: LinkId, server: ServerId, port: LearnerPort): void;
  notify(to: ServerId, notification: Notification): void;
  reconnect(servers: readonly ServerId[]): void;
  commit(entry: LogEntry): void;
  restore(ref: SnapshotRef, zxid: number): void;
  /** Rebuilds the tree from disk; the log is closed, and everything else waits. */
  reload(zxid: number): Promise<void>;
  deliver(link: LinkId, from: ServerId, packet: QuorumPacket): void;
  synced(ticket: number): void;
  role(status: RoleStatus): void;
  configured(committed: EnsembleConfiguration, next: EnsembleConfiguration | null): void;
  log(level: "info" | "warn", message: string): void;
  /** There is room for proposals again. */
  drained(): void;
}

export interface EffectRunnerOptions {
  readonly core: Core;
  readonly clock: Clock;
  readonly target: WriteTarget;
  readonly host: EffectHost;
  /** Stands for what was on disk at the start. */
  readonly durable: PersistToken;
  /** A write failed, or an assertion: nothing is done any more, the process must end. */
  readonly onFatal: FatalHook;
}

/**
 * Carries out what a core wishes, by one rule: writes are done strictly in the order in which they were wished for, in
 * groups, with one sync in flight; what is to leave after a write leaves when that write is on disk; everything else at
 * once. On a link packets leave in the order of the wishes, so one that waits for the disk holds back those behind it.
 *
 * Steps follow one another and never nest: what happens while effects are carried out waits for its turn.
 */
export class EffectRunner implements Disposable {
  readonly #options: EffectRunnerOptions;
  readonly #held: HeldSends;
  #writes!: DurableWrites;
  #inputs: Input[] = [];
  /** Of the current step; those before `#nextEffect` are done. */
  #effects: readonly Effect[] = [];
  #nextEffect = 0;
  #isRunning = false;
  #isReloading = false;
  #timer: { readonly dueMs: number; readonly timer: Timer } | null = null;
  #hasEnded = false;

  private constructor(options: EffectRunnerOptions) {
    this.#options = options;
    this.#held = new HeldSends(options.host, options.durable);
  }

  /** Opens the log; the core's first input is up to the caller. */
  static async open(options: EffectRunnerOptions): Promise<EffectRunner> {
    const runner = new EffectRunner(options);
    runner.#writes = await DurableWrites.open({
      target: options.target,
      onDurable: (token) => runner.#durable(token),
      onDrain: () => options.host.drained(),
      onFatal: (error) => runner.#fail(error),
    });
    return runner;
  }

  /** Sends what promises nothing, behind what the core has sent on this link. */
  send(link: LinkId, packet: QuorumPacket): void {
    if (!this.#hasEnded) this.#held.send(link, packet, AT_ONCE);
  }

  get writes(): DurableWrites {
    return this.#writes;
  }

  /** Tells the core what has happened; at once, or after what it is being told already. */
  input(input: Input): void {
    if (this.#hasEnded) return;
    this.#inputs.push(input);
    this.#run();
  }

  /** Nothing more is told to the core, and nothing that it wished for begins. Writes that have begun come to their end. */
  [Symbol.dispose](): void {
    this.#hasEnded = true;
    this.#timer?.timer.cancel();
    this.#timer = null;
  }

  #durable(token: PersistToken): void {
    if (this.#hasEnded) return;
    this.#held.release(token);
    this.input({ kind: "persisted", token });
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#carryOutAll()) {
        const input = this.#inputs.shift();
        if (input === undefined) break;
        this.#effects = this.#options.core.step(input, this.#options.clock.nowMs());
        this.#nextEffect = 0;
      }
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (this.#isReloading) return;
    this.#isRunning = false;
    this.#setTimer();
  }

  /** False: what is left waits until the tree is there again, or for ever. */
  #carryOutAll(): boolean {
    while (this.#nextEffect < this.#effects.length) {
      if (this.#hasEnded) return false;
      const effect = this.#effects[this.#nextEffect++]!;
      if (effect.kind !== "reload") {
        this.#carryOut(effect);
        continue;
      }
      this.#isReloading = true;
      this.#reload(effect.zxid).catch((error: unknown) => this.#fail(error as Error));
      return false;
    }
    return !this.#hasEnded;
  }

  /** The disk must be what the core takes it for before the tree can be made of it. */
  async #reload(zxid: number): Promise<void> {
    await this.#writes.exclusively(() => this.#options.host.reload(zxid));
    if (this.#hasEnded) return;
    this.#isReloading = false;
    this.#isRunning = false;
    this.#run();
  }

  #carryOut(effect: Exclude<Effect, { readonly kind: "reload" }>): void {
    const { host } = this.#options;
    switch (effect.kind) {
      case "persist":
        return this.#writes.push(effect.token, effect.write);
      case "send":
        return this.#held.send(effect.link, effect.packet, effect.after);
      case "pong":
        return this.#held.onLink(effect.link, () => host.pong(effect.link, effect.zxid));
      case "readLog":
        return host.readLog(effect.link, effect.after, effect.to);
      case "streamSnapshot":
        return this.#held.onLink(effect.link, () => host.streamSnapshot(effect.link));
      case "closeLink":
        this.#held.forget(effect.link);
        return host.closeLink(effect.link, effect.reason);
      case "notify":
        return this.#held.notify(effect.to, effect.notification, effect.after);
      case "reconnect":
        return host.reconnect(effect.servers);
      case "dial":
        return host.dial(effect.link, effect.server, effect.port);
      case "commit":
        return host.commit(effect.entry);
      case "restore":
        return host.restore(effect.ref, effect.zxid);
      case "deliver":
        return host.deliver(effect.link, effect.from, effect.packet);
      case "synced":
        return host.synced(effect.ticket);
      case "role":
        return host.role(effect.status);
      case "configured":
        return host.configured(effect.committed, effect.next);
      case "log":
        return host.log(effect.level, effect.message);
    }
  }

  /** A timer that comes too early costs a look at the clock, and a new one for each step would cost more. */
  #setTimer(): void {
    const { core, clock } = this.#options;
    const dueMs = core.nextDeadlineMs;
    if (this.#hasEnded || dueMs === Number.POSITIVE_INFINITY) return;
    if (this.#timer !== null && this.#timer.dueMs <= dueMs) return;
    this.#timer?.timer.cancel();
    const timer = clock.after(Math.max(dueMs - clock.nowMs(), 0), () => {
      // After a stall of this process the others' signs of life are waiting in their sockets: they come first.
      clock.soon(() => {
        if (this.#timer?.timer === timer) this.#timer = null;
        if (core.nextDeadlineMs <= clock.nowMs()) this.input({ kind: "time" });
        else this.#setTimer();
      });
    });
    this.#timer = { dueMs, timer };
  }

  #fail(error: Error): void {
    if (this.#hasEnded) return;
    this[Symbol.dispose]();
    this.#options.onFatal(error);
  }
}
