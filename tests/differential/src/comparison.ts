import { pathBody } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { compareLines, sortUnordered } from "./compare-lines.ts";
import { acceptedBy, CLOSE_ORDER } from "./exceptions.ts";
import type { Line, Side } from "./side.ts";
import { describeStep, type Operation, type Step } from "./step.ts";

/** Two servers that do not agree. */
export interface Difference {
  /** What was asked. */
  asked: string;
  candidate: string;
  oracle: string;
}

/** Thrown when the two servers cannot be driven in step any more. */
export interface Progress {
  /** Requests and handshakes whose answers were compared. */
  compared: number;
  events: number;
  /** How often each accepted difference was met. */
  accepted: Map<string, number>;
}

/** Runs steps on two servers in lock-step and compares everything they say. */
export class Comparison {
  readonly candidate: Side;
  readonly oracle: Side;
  readonly progress: Progress;
  /** Newest zxid seen in a reply of the oracle. */
  lastZxid = 0;
  /** Names of sequential nodes that were made in the last step. */
  readonly given: string[] = [];
  readonly #servers: string;
  readonly #closeZxids = new Set<number>();

  constructor(candidate: Side, oracle: Side, progress: Progress) {
    this.candidate = candidate;
    this.oracle = oracle;
    this.progress = progress;
    this.#servers = `${candidate.kinds} | ${oracle.kinds}`;
  }

  /** Does one step on both and answers what differs, if anything does. */
  async run(step: Step): Promise<Difference | undefined> {
    this.given.length = 0;
    switch (step.kind) {
      case "burst":
        return this.#burst(step.slot, step.operations);
      case "connect":
        return this.#same(step, await this.#both((side) => side.connect(step)));
      case "attach":
        return (await this.#quiet(step.slot)) ?? this.#same(step, await this.#both((side) => side.attach(step)));
      case "drop":
        return this.#drop(step.slot);
      case "expire":
        return this.#expire(step.slot);
      case "stranger":
        return this.#same(step, await this.#both((side) => side.stranger(step.bytes)));
      case "barrier":
        return this.#barrier();
      case "restart":
      default:
        return this.#restart(step.hard);
    }
  }

  #both<T>(act: (side: Side) => Promise<T>): Promise<[T, T]> {
    return Promise.all([act(this.candidate), act(this.oracle)]);
  }

  #same(step: Step, [candidate, oracle]: [string, string]): Difference | undefined {
    this.progress.compared++;
    const asked = describeStep(step);
    if (candidate === oracle || this.#accept(asked, candidate, oracle)) return undefined;
    return { asked, candidate, oracle };
  }

  #accept(asked: string, candidate: string, oracle: string): boolean {
    const rule = acceptedBy(this.#servers, asked, candidate, oracle);
    if (rule !== undefined) this.#count(rule.name);
    return rule !== undefined;
  }

  #count(name: string): void {
    this.progress.accepted.set(name, (this.progress.accepted.get(name) ?? 0) + 1);
  }

  async #burst(slot: number, operations: readonly Operation[]): Promise<Difference | undefined> {
    if (!this.oracle.isEnsemble) return this.#exchange(slot, operations);
    const behind = await this.#catchUp(slot);
    if (behind !== undefined) return behind;
    for (const part of cutBeforeUpgrade(operations)) {
      const difference = await this.#exchange(slot, part);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  async #exchange(slot: number, operations: readonly Operation[]): Promise<Difference | undefined> {
    const last = operations.at(-1)!;
    const closes = last.type === OpCode.closeSession;
    this.candidate.send(slot, operations);
    this.oracle.send(slot, operations);
    await this.#both((side) => side.settle(slot, closes || mayClose(last)));
    this.progress.compared += operations.length;
    return this.#compare(slot, operations, this.candidate.take(slot), this.oracle.take(slot));
  }

  /**
   * An ensemble's servers need not have each other's last writes. After a sync they do, and their clients have the events;
   * but a leader of Apache's may answer a sync a little before it has applied what its followers have answered already.
   */
  async #catchUp(slot: number): Promise<Difference | undefined> {
    let candidate: Line[] = [];
    let oracle: Line[] = [];
    for (let tries = 0; tries < SYNCS_MAX; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      this.candidate.send(slot, [SYNC]);
      this.oracle.send(slot, [SYNC]);
      await this.#both((side) => side.settle(slot, false));
      candidate = [...candidate.filter(({ isEvent }) => isEvent), ...this.candidate.take(slot)];
      oracle = [...oracle.filter(({ isEvent }) => isEvent), ...this.oracle.take(slot)];
      if (replyIn(candidate) === replyIn(oracle)) break;
    }
    return this.#compare(slot, [SYNC], candidate, oracle);
  }

  /** Compares everything that has arrived in a slot; `operations` are the ones whose replies are among it. */
  #compare(
    slot: number,
    operations: readonly Operation[],
    candidate: readonly Line[],
    oracle: readonly Line[],
  ): Difference | undefined {
    this.#study(oracle, operations);
    const asked = (reply: number): string => operations[reply]?.text ?? "(nothing)";
    const parting = compareLines(candidate, oracle, () => false);
    if (parting === undefined) return undefined;
    const unordered = (zxid: number): boolean => this.#closeZxids.has(zxid);
    const [left, right] = [sortUnordered(candidate, unordered), sortUnordered(oracle, unordered)];
    if (compareLines(left, right, () => false) === undefined) {
      this.#count(CLOSE_ORDER);
      return undefined;
    }
    const real = compareLines(left, right, (reply, a, b) => this.#accept(asked(reply), a, b));
    if (real === undefined) return undefined;
    const context = [`candidate: ${around(left, real.line)}`, `oracle:    ${around(right, real.line)}`].join("\n    ");
    return {
      asked: `session ${slot}: ${asked(real.reply)}\n    ${context}`,
      candidate: real.candidate,
      oracle: real.oracle,
    };
  }

  /** Learns from the oracle's answers: its newest zxid, names of sequential nodes, and which transactions closed sessions. */
  #study(lines: readonly Line[], operations: readonly Operation[]): void {
    let reply = 0;
    for (const line of lines) {
      if (line.isEvent) {
        this.progress.events++;
        continue;
      }
      const zxid = Number(/^xid=-?\d+ zxid=(-?\d+)/.exec(line.text)?.[1] ?? 0);
      if (zxid > this.lastZxid) this.lastZxid = zxid;
      if (operations[reply]?.type === OpCode.closeSession) this.#closeZxids.add(zxid);
      const name = /^xid=-?\d+ zxid=\d+ err=0 path=("[^"]*\d{10}")/.exec(line.text)?.[1];
      if (name !== undefined) this.given.push(JSON.parse(name) as string);
      reply++;
    }
  }

  /** Compares what is there without asking anything. */
  async #quiet(slot: number): Promise<Difference | undefined> {
    if (!this.candidate.isLive(slot) && !this.oracle.isLive(slot)) return undefined;
    return this.#pingAll([slot]);
  }

  async #barrier(): Promise<Difference | undefined> {
    return this.#pingAll(this.oracle.slots.filter((slot) => this.oracle.isLive(slot) || this.candidate.isLive(slot)));
  }

  async #pingAll(slots: readonly number[]): Promise<Difference | undefined> {
    for (const slot of slots) {
      const ping: Operation = { type: OpCode.ping, xid: -2, body: Buffer.alloc(0), text: "ping", reads: "nothing" };
      const difference = await this.#burst(slot, [ping]);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  async #drop(slot: number): Promise<Difference | undefined> {
    const difference = await this.#quiet(slot);
    this.candidate.drop(slot);
    this.oracle.drop(slot);
    return difference;
  }

  async #expire(slot: number): Promise<Difference | undefined> {
    const witness = this.oracle.slots.find((each) => each !== slot && this.oracle.isLive(each));
    if (witness === undefined) return undefined;
    const before = await this.oracle.lastZxid(witness);
    const difference = await this.#drop(slot);
    if (difference !== undefined) return difference;
    const deadline = Date.now() + 20_000;
    const gone = await this.#both(async (side) => {
      while (Date.now() < deadline) {
        const now = await side.lastZxid(witness);
        if (now !== undefined && before !== undefined && now > before) return `expired at zxid ${now}`;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return "not expired";
    });
    for (const text of gone) this.#closeZxids.add(Number(/\d+$/.exec(text)?.[0] ?? 0));
    return this.#same({ kind: "expire", slot }, gone);
  }

  async #restart(hard: boolean): Promise<Difference | undefined> {
    for (const slot of this.oracle.slots) {
      const difference = await this.#drop(slot);
      if (difference !== undefined) return difference;
    }
    await this.#both(async (side) => {
      for (const server of side.servers) {
        await (hard ? server.kill() : server.stop());
        await server.launch();
      }
      return "";
    });
    return undefined;
  }
}

/** What the server said to the one request, besides events. */
function replyIn(lines: readonly Line[]): string {
  return lines
    .filter(({ isEvent }) => !isEvent)
    .map(({ text }) => text)
    .join("; ");
}

/**
 * A local session becomes a global one by a transaction of its own, ahead of its first request for an ephemeral node. It
 * passes the reads that wait before that request, with both servers, so that their replies tell one zxid or the next: they
 * are to be answered before.
 */
function cutBeforeUpgrade(operations: readonly Operation[]): (readonly Operation[])[] {
  const at = operations.findIndex(({ text }) => /ephemeral|flags=[13](?!\d)/.test(text));
  return at <= 0 ? [operations] : [operations.slice(0, at), operations.slice(at)];
}

const SYNCS_MAX = 20;
const SYNC: Operation = {
  type: OpCode.sync,
  xid: 0x7fff_fff0,
  body: pathBody("/"),
  text: "sync of the tester's own",
  reads: "path",
};

/** Requests behind which a server may close; the answer is complete only when it had time to. */
function mayClose(operation: Operation): boolean {
  return /^(unknown|check alone|auth by an unknown)/.test(operation.text);
}

/** The lines before and at a place. */
function around(lines: readonly Line[], at: number): string {
  return lines
    .slice(Math.max(0, at - 4), at + 3)
    .map((line) => line.text)
    .join("\n               ");
}
