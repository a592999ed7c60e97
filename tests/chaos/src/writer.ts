import { type Arrival, KitError, type Random, WireSession } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { type Change, PartModel } from "./model.ts";
import { requestFor } from "./requests.ts";

const WINDOW = 16;
const NODES_MAX = 80;
const SESSION_TIMEOUT_MS = 6_000;

/** Something that must never happen, as a writer or the checker met it. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

/** One session that writes as fast as it is answered, and knows at any time what must be there and what may be. */
export class Writer {
  readonly number: number;
  readonly #random: Random;
  session: WireSession | null = null;
  /** What the server has acknowledged. */
  acknowledged: PartModel;
  /** What there will be if everything under way takes place. */
  #expected: PartModel;
  /** Requests without an answer yet, oldest first. */
  underWay: Change[][] = [];
  /** Ephemeral nodes of sessions that were left to expire: they may be there for a while, and must go in the end. */
  readonly leftBehind = new Set<string>();
  writes = 0;
  #serial = 0;

  constructor(number: number, random: Random) {
    this.number = number;
    this.#random = random;
    this.acknowledged = new PartModel(`/w${number}`);
    this.#expected = this.acknowledged.clone();
  }

  /** Folder of the writer's ephemeral nodes. */
  get ephemeralFolder(): string {
    return `/e${this.number}`;
  }

  /**
   * Opens the session, or takes it up again after a crash: a session that was acknowledged must still be there.
   * @throws BrokenPromise if the server has forgotten it.
   */
  async join(port: number): Promise<void> {
    const old = this.session;
    try {
      this.session = await WireSession.open(port, {
        timeoutMs: SESSION_TIMEOUT_MS,
        ...(old === null ? {} : { sessionId: old.id, password: old.password }),
      });
    } catch (error) {
      if (old !== null && error instanceof KitError && (error.code === "closed" || error.code === "expired")) {
        throw new BrokenPromise(`Session 0x${old.id.toString(16)} was acknowledged and is gone after the crash`, {
          cause: error,
        });
      }
      throw error;
    }
  }

  /** Leaves the session to its time-out and starts without one. */
  leave(): void {
    const id = this.session?.id;
    for (const [path, node] of this.acknowledged.nodes) {
      if (node.owner === 0n || node.owner !== id) continue;
      this.leftBehind.add(path);
      this.acknowledged.nodes.delete(path);
    }
    this.session?.connection.destroy();
    this.session = null;
    this.restartFrom(this.acknowledged);
  }

  /** Goes on from the state that was found after a crash. */
  restartFrom(model: PartModel): void {
    this.acknowledged = model;
    this.#expected = model.clone();
    this.underWay = [];
  }

  /** Writes until the connection breaks. @throws BrokenPromise if a request is answered wrongly. */
  async write(): Promise<void> {
    const session = this.session!;
    for (;;) {
      while (this.underWay.length < WINDOW) this.#sendOne(session);
      let reply: Arrival;
      try {
        reply = await session.take(60_000);
      } catch (error) {
        if (error instanceof KitError && error.code === "closed") return;
        throw error;
      }
      this.#acknowledge(reply);
    }
  }

  /** Ends the session in good order; its ephemeral nodes must be gone once this is answered. */
  async close(): Promise<void> {
    const session = this.session!;
    const changes: Change[] = [{ kind: "close", owner: session.id }];
    this.underWay.push(changes);
    session.send(OpCode.closeSession);
    this.#acknowledge(await session.take());
    session.connection.destroy();
    this.session = null;
    this.restartFrom(this.acknowledged);
  }

  #sendOne(session: WireSession): void {
    const changes = this.#draw(session.id);
    const request = requestFor(changes, this.acknowledged.folder);
    this.#expected.apply(changes, undefined);
    this.underWay.push(changes);
    session.send(request.type, request.body);
  }

  #acknowledge(reply: Arrival): void {
    const changes = this.underWay.shift();
    if (changes === undefined) throw new BrokenPromise(`Reply ${reply.xid} answers nothing that was asked`);
    if (reply.err !== 0)
      throw new BrokenPromise(`${JSON.stringify(changes, numbers)} was answered with error ${reply.err}`);
    if (changes.length === 1 && changes[0]!.kind === "sequential") {
      const name = reply.body.toString("utf8", 4);
      if (name !== this.acknowledged.nextName) {
        throw new BrokenPromise(`A sequential node is called "${name}", must be "${this.acknowledged.nextName}"`);
      }
    }
    this.acknowledged.apply(changes, reply.zxid);
    this.writes++;
  }

  #draw(owner: bigint): Change[] {
    const count = this.#random.weighted([
      [8, 1],
      [2, 2],
      [1, 5],
    ]);
    const changes: Change[] = [];
    const draft = this.#expected.clone();
    for (let i = 0; i < count; i++) {
      const change = this.#drawOne(draft, owner);
      draft.apply([change], undefined);
      changes.push(change);
    }
    return changes;
  }

  #drawOne(draft: PartModel, owner: bigint): Change {
    const data = `${this.number}.${++this.#serial}${".".repeat(this.#random.below(200))}`;
    const paths = [...draft.nodes.keys()];
    if (paths.length >= NODES_MAX) return { kind: "delete", path: this.#random.pick(paths) };
    const fresh = `${this.acknowledged.folder}/n${this.#serial}`;
    if (paths.length === 0) return { kind: "create", path: fresh, data, owner: 0n };
    return this.#random.weighted<() => Change>([
      [3, () => ({ kind: "create", path: fresh, data, owner: 0n })],
      [2, () => ({ kind: "create", path: `${this.ephemeralFolder}/n${this.#serial}`, data, owner })],
      [2, () => ({ kind: "sequential", data })],
      [5, () => ({ kind: "set", path: this.#random.pick(paths), data })],
      [4, () => ({ kind: "delete", path: this.#random.pick(paths) })],
    ])();
  }
}

function numbers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `0x${value.toString(16)}` : value;
}
