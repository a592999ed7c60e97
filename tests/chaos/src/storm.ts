import { createBody, OPEN, Random, type ServerKind, ServerProcess, WireSession } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { explainCrash, type ModelNode } from "./model.ts";
import { readFolder } from "./read-part.ts";
import { BrokenPromise, Writer } from "./writer.ts";

const WRITERS = 6;
const LOAD_MS_MIN = 20;
const LOAD_MS_SPREAD = 400;
/** Sessions left alone are gone after their time-out and a tick; twice that is generous. */
const EXPIRY_MS = 15_000;

/** What a storm was made of, and what it found. */
export interface StormReport {
  cycles: number;
  acknowledged: number;
  /** Requests under way at a kill that took place, and that did not. */
  survived: number;
  vanished: number;
  killedWhileStarting: number;
  restartMs: number[];
  broken: string[];
}

/** A storm's settings. */
export interface StormOptions {
  kind: ServerKind;
  cycles: number;
  seed: number;
  onCycle?: (report: StormReport) => void;
}

/** Load, kill −9, start, check; again and again on the same data. The caller disposes the server. */
export class Storm implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly report: StormReport;
  readonly #random: Random;
  readonly #writers: Writer[];

  private constructor(server: ServerProcess, random: Random) {
    this.server = server;
    this.#random = random;
    this.#writers = Array.from({ length: WRITERS }, (_, number) => new Writer(number, random));
    this.report = {
      cycles: 0,
      acknowledged: 0,
      survived: 0,
      vanished: 0,
      killedWhileStarting: 0,
      restartMs: [],
      broken: [],
    };
  }

  static async start(options: StormOptions): Promise<Storm> {
    const server = await ServerProcess.start({
      kind: options.kind,
      // Small, so that every cycle meets snapshots and new log files.
      config: { tickTime: 500, maxSessionTimeout: 60_000, snapCount: 300, preAllocSize: 64, maxClientCnxns: 0 },
    });
    const storm = new Storm(server, new Random(options.seed));
    await using session = await WireSession.open(server.port);
    for (const writer of storm.#writers) {
      for (const folder of [writer.acknowledged.folder, writer.ephemeralFolder]) {
        await session.request(OpCode.create, createBody(folder, null, OPEN, 0));
      }
    }
    await session.close();
    return storm;
  }

  /** One cycle. Broken promises are noted in the report; the storm goes on from what was found. */
  async cycle(): Promise<void> {
    await Promise.all(this.#writers.map((writer) => this.#guard(() => writer.join(this.server.port))));
    const load = Promise.all(this.#writers.map((writer) => this.#guard(() => writer.write())));
    await new Promise((resolve) => setTimeout(resolve, LOAD_MS_MIN + this.#random.below(LOAD_MS_SPREAD)));
    await this.server.kill();
    await load;
    this.report.restartMs.push(await this.#startAgain());
    await this.#check();
    await this.#retireSome();
    this.report.cycles++;
    this.report.acknowledged = this.#writers.reduce((sum, writer) => sum + writer.writes, 0);
  }

  /** After the last cycle: what was left to expire must have gone. */
  async finish(): Promise<void> {
    for (const writer of this.#writers) writer.leave();
    const until = Date.now() + EXPIRY_MS;
    await using session = await WireSession.open(this.server.port, { timeoutMs: 60_000 });
    for (;;) {
      const left = new Map<string, ModelNode>();
      for (const writer of this.#writers) await readFolder(session, writer.ephemeralFolder, left);
      if (left.size === 0) break;
      if (Date.now() > until) {
        this.report.broken.push(
          `${left.size} ephemeral nodes outlived their sessions: ${[...left.keys()].slice(0, 5).join(", ")}`,
        );
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  async #guard(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      this.report.broken.push(`cycle ${this.report.cycles}: ${error.message}`);
    }
  }

  /** Starts the server, at times only to kill it while it recovers. */
  async #startAgain(): Promise<number> {
    if (this.#random.oneIn(5)) {
      const starting = this.server.launch().catch(() => 0);
      await new Promise((resolve) => setTimeout(resolve, this.#random.below(500)));
      await this.server.kill();
      await starting;
      this.report.killedWhileStarting++;
    }
    return this.server.launch();
  }

  async #check(): Promise<void> {
    await using session = await WireSession.open(this.server.port);
    for (const writer of this.#writers) {
      const nodes = new Map<string, ModelNode>();
      const created = await readFolder(session, writer.acknowledged.folder, nodes);
      await readFolder(session, writer.ephemeralFolder, nodes);
      for (const path of writer.leftBehind) nodes.delete(path);
      const found = explainCrash(writer.acknowledged, writer.underWay, { nodes, created });
      if (typeof found === "string") {
        this.report.broken.push(`cycle ${this.report.cycles}, writer ${writer.number}: ${found}`);
        const model = writer.acknowledged.clone();
        model.nodes.clear();
        for (const [path, node] of nodes) model.nodes.set(path, node);
        model.created = created;
        writer.restartFrom(model);
        continue;
      }
      this.report.survived += found.survived;
      this.report.vanished += writer.underWay.length - found.survived;
      writer.restartFrom(found.model);
    }
    await session.close();
  }

  /** Some writers say good-bye, some are left to expire; both come back with a new session. */
  async #retireSome(): Promise<void> {
    for (const writer of this.#writers) {
      const lot = this.#random.below(10);
      if (lot === 0) writer.leave();
      if (lot === 1) {
        await this.#guard(() => writer.join(this.server.port));
        if (writer.session !== null) await this.#guard(() => writer.close());
      }
    }
  }
}
