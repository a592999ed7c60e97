import { DiskError, ManualClock, type Random, SeededRandom, SimulatedNetwork } from "@branta/foundation-runtime";
import { fraction, magnitude, TraceHash } from "@branta/foundation-simulator";
import { SimulationError } from "../simulation-error.ts";
import { StackClient } from "./stack-client.ts";
import type { StackPlan } from "./stack-plan.ts";
import { StackServer } from "./stack-server.ts";
import { StackHistory, StackWorkload } from "./stack-workload.ts";

/** What happens within this time happens at once. */
const QUANTUM_MS = 0.2;

/** Servers, clients, a network and disks in virtual time. */
export class StackWorld {
  readonly clock = new ManualClock(1_800_000_000_000);
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly servers: readonly StackServer[];
  readonly clients: readonly StackClient[];
  readonly history = new StackHistory();
  readonly plan: StackPlan;
  readonly counts: Record<string, number> = {};
  readonly #hash = new TraceHash();
  readonly #onTrace: ((line: string) => void) | null;
  #failure: Error | null = null;
  /** A server's process has ended by itself. */
  onDown: (server: StackServer, isWithoutPower: boolean) => void = () => {};

  constructor(seed: number, plan: StackPlan, onTrace: ((line: string) => void) | null = null) {
    this.plan = plan;
    this.random = new SeededRandom(`stack ${seed}`);
    this.#onTrace = onTrace;
    const { clock, random } = this;
    const { networkDelayMs } = plan;
    this.network = new SimulatedNetwork({
      clock,
      random: random.fork("network"),
      minDelayMs: networkDelayMs.least,
      maxDelayMs: networkDelayMs.most,
    });
    this.servers = this.#newServers();
    for (const { name } of this.servers) this.network.host(name);
    const names = this.servers.map(({ name }) => name);
    this.clients = Array.from({ length: plan.clients }, (_, at) => this.#newClient(at + 1, names));
  }

  /** Everything that happened, in one number. */
  get hash(): string {
    return this.#hash.value;
  }

  count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  trace(text: string): void {
    const line = `${this.clock.nowMs().toFixed(2).padStart(10)} ${text}`;
    this.#hash.addText(line);
    this.#onTrace?.(line);
  }

  /** Moves the time on until it is so, or the time is up; answers whether it is so. @throws what has gone wrong meanwhile */
  async runUntil(endMs: number, isSo: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      // Everything that is under way in memory comes first.
      await new Promise((resolve) => void setImmediate(resolve));
      if (this.#failure !== null) throw this.#failure;
      if (isSo()) return true;
      const nowMs = this.clock.nowMs();
      if (nowMs >= endMs) return false;
      this.clock.advance(Math.min(Math.max(this.clock.nextDueMs - nowMs, 0) + QUANTUM_MS, endMs - nowMs));
    }
  }

  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  #newServers(): StackServer[] {
    const { voters, observers, lines, diskDelayMs } = this.plan;
    const ids = Array.from({ length: voters + observers }, (_, at) => at + 1);
    const members = ids.map((id) => `server.${id}=s${id}:2888:3888${id > voters ? ":observer" : ""}`);
    const disks = this.random.fork("disk delays");
    return ids.map(
      (id) =>
        new StackServer({
          id,
          lines: [...lines, ...members],
          clock: this.clock,
          network: this.network,
          random: this.random,
          diskDelayMs: () => diskDelayMs.least + fraction(disks) * (diskDelayMs.most - diskDelayMs.least),
          onFatal: (server, error) => this.#ended(server, error),
          onLog: (server, message) => {
            const how = /^Synchronizing .*: (\w+)/.exec(message)?.[1];
            if (how !== undefined) this.count(`sync by ${how}`);
            this.trace(`${server.name}: ${message}`);
          },
        }),
    );
  }

  #newClient(number: number, servers: readonly string[]): StackClient {
    const { plan, clock } = this;
    const random = this.random.fork(`client ${number}`);
    let isBusy = false;
    let isReady = false;
    const act = (): void => {
      if (isBusy || !isReady) return;
      isBusy = true;
      clock.after(magnitude(random, 0.1, plan.thinkMsMost), () => {
        isBusy = false;
        if (!isReady) return;
        isBusy = true;
        this.#safely(() =>
          workload.next((isAnswered) => {
            isBusy = false;
            isReady = isAnswered;
            act();
          }),
        );
      });
    };
    const client = new StackClient({
      name: `c${number}`,
      clock,
      network: this.network.host(`c${number}`),
      random,
      servers,
      sessionTimeoutMs: plan.sessionTimeoutMs,
      onReady: () => {
        this.trace(`c${number} has session 0x${client.sessionId.toString(16)}`);
        isReady = true;
        act();
      },
      onLost: () => {
        isReady = false;
      },
      onExpired: (sessionId) => {
        this.count("expired");
        this.trace(`c${number} lost session 0x${sessionId.toString(16)}`);
      },
      onReply: (act) => this.#safely(act),
    });
    const workload = new StackWorkload(client, {
      number,
      random: random.fork("workload"),
      history: this.history,
      nowMs: () => clock.nowMs(),
    });
    return client;
  }

  #safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }

  /** A disk that fails ends a process, and a failing power supply the machine; anything else is a finding. */
  #ended(server: StackServer, error: Error): void {
    const cause = diskErrorOf(error);
    this.trace(`${server.name} ends: ${error.message}`);
    if (cause === null) {
      this.fail(new SimulationError("recovery", `${server.name}: ${error.message}`, { cause: error }));
      return;
    }
    if (cause.code === "crashed") server.switchOff();
    else server.kill();
    this.onDown(server, cause.code === "crashed");
  }
}

function diskErrorOf(error: unknown): DiskError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof DiskError) return cause;
  return null;
}
