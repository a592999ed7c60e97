import { Reader } from "@branta/foundation-bytes";
import {
  type Arrival,
  createBody,
  KitError,
  OPEN,
  pathBody,
  pathVersionBody,
  pathWatchBody,
  type Random,
  setDataBody,
  WireSession,
} from "@branta/tests-kit";
import { CreateMode, ErrorCode, OpCode, statCodec } from "@branta/zookeeper-protocol";
import type { Answer, Call, History, Write } from "./history.ts";

const SESSION_TIMEOUT_MS = 6_000;
/** After this a client takes its server for lost. */
const ANSWER_TIMEOUT_MS = 2_500;
const RECONNECT_PAUSE_MS = 40;
const PAUSE_MS_MAX = 6;
const PING_INTERVAL_MS = 500;
const PING_XID = -2;
const EMPTY = Buffer.alloc(0);
/** Nodes that all clients write, below a round's folder. */
export const REGISTERS = 5;

/** A session's part of the world: what it may see is what it has seen, or something newer. */
interface SessionMemory {
  readonly id: bigint;
  readonly password: Buffer;
  /** The newest zxid of any answer. */
  lastZxid: number;
  /** The newest write that was seen of each register. */
  readonly mzxids: Map<string, number>;
}

/** One client: a session that goes from server to server and does one thing at a time, all of it written down. */
export class ChaosClient {
  readonly number: number;
  readonly #ports: readonly number[];
  readonly #random: Random;
  #history: History;
  #folder = "";
  #madeAtZxid = 0;
  #connection: WireSession | null = null;
  #memory: SessionMemory | null = null;
  #serial = 0;
  /** Nodes that were created for good and may be deleted again. */
  #own: string[] = [];
  #versions = new Map<string, number>();
  #isStopped = false;

  constructor(number: number, ports: readonly number[], random: Random, history: History) {
    this.number = number;
    this.#ports = ports;
    this.#random = random;
    this.#history = history;
  }

  /** Session that it has at the moment. */
  get sessionId(): bigint | null {
    return this.#memory?.id ?? null;
  }

  /**
   * Begins a new round below a folder of its own.
   *
   * @param madeAtZxid the transaction that made the folder: a server that is behind it need not show it yet
   */
  beginRound(folder: string, madeAtZxid: number, history: History): void {
    this.#folder = folder;
    this.#madeAtZxid = madeAtZxid;
    this.#history = history;
    this.#own = [];
    this.#versions.clear();
    this.#memory?.mzxids.clear();
    this.#isStopped = false;
  }

  /** Works until it is told to stop. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      await pause(this.#random.below(PAUSE_MS_MAX));
      await this.#guarded(() => this.#step());
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** One write more, until it is answered: whatever this session asked for before has been decided then. */
  async fence(deadlineMs: number): Promise<void> {
    for (;;) {
      const path = `${this.#folder}/l/f${this.number}.${++this.#serial}`;
      const done = await this.#guarded(() => this.#create(path, CreateMode.Persistent));
      if (done) return;
      if (performance.now() > deadlineMs) throw new Error(`Client ${this.number} finds no server that answers`);
      await pause(RECONNECT_PAUSE_MS);
    }
  }

  /** Does nothing but keep the session alive, until it is told to stop. */
  async idle(): Promise<void> {
    this.#isStopped = false;
    while (!this.#isStopped) {
      await this.#guarded(() => this.#ask(OpCode.ping, EMPTY, PING_XID));
      await pause(PING_INTERVAL_MS);
    }
  }

  /** Ends the session in good order. */
  async leave(): Promise<void> {
    await this.#guarded(() => this.#close());
    this.#drop();
  }

  /** Whether the work was done; a lost connection is no failure. */
  async #guarded(work: () => Promise<unknown>): Promise<boolean> {
    try {
      if (this.#connection === null || this.#connection.connection.closed) await this.#connect();
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      this.#drop();
      await pause(RECONNECT_PAUSE_MS);
      return false;
    }
  }

  async #step(): Promise<void> {
    const register = `${this.#folder}/r${this.#random.below(REGISTERS)}`;
    await this.#random.weighted<() => Promise<unknown>>([
      [60, () => this.#set(register, -1)],
      [40, () => this.#set(register, this.#versions.get(register) ?? 0)],
      [60, () => this.#read(register, false)],
      [20, () => this.#read(register, true)],
      [30, () => this.#sequential()],
      [40, () => this.#create(`${this.#folder}/l/${this.number}.${++this.#serial}`, CreateMode.Persistent)],
      [20, () => this.#deleteOne()],
      [20, () => this.#create(`${this.#folder}/e/${this.number}.${++this.#serial}`, CreateMode.Ephemeral)],
      [3, () => this.#close()],
      [2, async () => this.#abandon()],
    ])();
  }

  async #set(path: string, version: number): Promise<void> {
    const value = `${this.number}.${++this.#serial}`;
    const write = this.#history.begin(this.number, { kind: "set", path, value, version });
    const reply = await this.#ask(OpCode.setData, setDataBody(path, Buffer.from(value), version));
    if (reply.err === ErrorCode.BadVersion && version !== -1) {
      this.#answered(write, { kind: "badVersion", zxid: reply.zxid });
      return;
    }
    if (!this.#expectOk(write.call, reply)) return;
    const stat = statCodec.decode(new Reader(reply.body));
    this.#versions.set(path, stat.version);
    this.#memory!.mzxids.set(path, stat.mzxid);
    if (stat.mzxid !== reply.zxid) this.#broken(`a set answered mzxid ${stat.mzxid} with zxid ${reply.zxid}`);
    this.#answered(write, { kind: "done", zxid: reply.zxid, version: stat.version, path });
  }

  async #read(path: string, synced: boolean): Promise<void> {
    const calledAt = performance.now();
    if (synced) {
      const reply = await this.#ask(OpCode.sync, pathBody(path));
      if (!this.#isOk("a sync", reply)) return;
    }
    const reply = await this.#ask(OpCode.getData, pathWatchBody(path, false));
    this.#history.reads++;
    if (reply.err === ErrorCode.NoNode && reply.zxid < this.#madeAtZxid) {
      const read = { client: this.number, path, calledAt, returnedAt: performance.now(), value: "", version: -1 };
      if (synced) this.#history.syncedReads.push(read);
      return;
    }
    if (!this.#isOk(`reading "${path}"`, reply)) return;
    const reader = new Reader(reply.body);
    const value = reader.buffer()?.toString() ?? "";
    const stat = statCodec.decode(reader);
    const seen = this.#memory!.mzxids.get(path) ?? 0;
    if (stat.mzxid < seen) {
      this.#broken(`session 0x${this.#memory!.id.toString(16)} read "${path}" of zxid ${stat.mzxid} after ${seen}`);
    }
    this.#memory!.mzxids.set(path, stat.mzxid);
    this.#versions.set(path, stat.version);
    if (!synced) return;
    const { version } = stat;
    const returnedAt = performance.now();
    this.#history.syncedReads.push({ client: this.number, path, calledAt, returnedAt, value, version });
  }

  async #sequential(): Promise<void> {
    const value = `${this.number}.${++this.#serial}`;
    const write = this.#history.begin(this.number, { kind: "sequential", value });
    const body = createBody(`${this.#folder}/q/s-`, Buffer.from(value), OPEN, CreateMode.PersistentSequential);
    this.#created(write, await this.#ask(OpCode.create, body));
  }

  async #create(path: string, mode: number): Promise<void> {
    const owner = mode === CreateMode.Ephemeral ? this.#memory!.id : 0n;
    const write = this.#history.begin(this.number, { kind: "create", path, owner });
    const reply = await this.#ask(OpCode.create, createBody(path, null, OPEN, mode));
    if (this.#created(write, reply) && owner === 0n) this.#own.push(path);
  }

  #created(write: Write, reply: Arrival): boolean {
    if (!this.#expectOk(write.call, reply)) return false;
    const path = reply.body.toString("utf8", 4);
    this.#answered(write, { kind: "done", zxid: reply.zxid, version: 0, path });
    return true;
  }

  async #deleteOne(): Promise<void> {
    const path = this.#own.shift();
    if (path === undefined) return;
    const write = this.#history.begin(this.number, { kind: "delete", path });
    const reply = await this.#ask(OpCode.delete, pathVersionBody(path, -1));
    if (this.#expectOk(write.call, reply)) {
      this.#answered(write, { kind: "done", zxid: reply.zxid, version: 0, path });
    }
  }

  async #close(): Promise<void> {
    const id = this.#memory!.id;
    // From here on nobody can tell whether it lives; nobody uses it again either, so it ends for certain.
    this.#history.endedSessions.add(id);
    this.#memory = null;
    const connection = this.#connection!;
    this.#connection = null;
    try {
      connection.send(OpCode.closeSession);
      await connection.take(ANSWER_TIMEOUT_MS);
    } finally {
      connection.connection.destroy();
    }
  }

  #abandon(): void {
    this.#history.endedSessions.add(this.#memory!.id);
    this.#memory = null;
    this.#drop();
  }

  /** Opens a session at any server, or takes the one it has along. */
  async #connect(): Promise<void> {
    const port = this.#random.pick(this.#ports);
    const memory = this.#memory;
    if (memory === null) {
      this.#connection = await WireSession.open(port, { timeoutMs: SESSION_TIMEOUT_MS }, ANSWER_TIMEOUT_MS);
      const { id, password } = this.#connection;
      this.#memory = { id, password, lastZxid: 0, mzxids: new Map() };
      return;
    }
    const { id, password, lastZxid } = memory;
    try {
      const fields = { timeoutMs: SESSION_TIMEOUT_MS, sessionId: id, password, lastZxidSeen: lastZxid };
      this.#connection = await WireSession.open(port, fields, ANSWER_TIMEOUT_MS);
    } catch (error) {
      if (error instanceof KitError && error.code === "expired") {
        this.#history.endedSessions.add(id);
        this.#memory = null;
      }
      throw error;
    }
  }

  async #ask(type: number, body: Buffer, pingXid?: number): Promise<Arrival> {
    const session = this.#connection!;
    const xid = session.send(type, body, pingXid);
    const reply = await session.take(ANSWER_TIMEOUT_MS);
    if (reply.xid !== xid) this.#broken(`request ${xid} was answered with ${reply.xid}`);
    const memory = this.#memory!;
    if (reply.zxid < memory.lastZxid) {
      this.#broken(`session 0x${memory.id.toString(16)} was answered at zxid ${reply.zxid} after ${memory.lastZxid}`);
    }
    if (reply.zxid > memory.lastZxid) memory.lastZxid = reply.zxid;
    return reply;
  }

  #answered(write: Write, answer: Answer): void {
    write.answer = answer;
    write.returnedAt = performance.now();
  }

  #expectOk(call: Call, reply: Arrival): boolean {
    return this.#isOk(JSON.stringify(call, bigints), reply);
  }

  #isOk(what: string, reply: Arrival): boolean {
    if (reply.err === 0) return true;
    // The session ended, or another server has it: what was asked for may have happened or not.
    if (reply.err === ErrorCode.SessionExpired || reply.err === ErrorCode.SessionMoved) {
      throw new KitError("closed", `Cannot use the session: error ${reply.err}`);
    }
    this.#broken(`${what} was answered with error ${reply.err}`);
    return false;
  }

  #broken(text: string): void {
    this.#history.broken.push(`client ${this.number}: ${text}`);
  }

  #drop(): void {
    this.#connection?.connection.destroy();
    this.#connection = null;
  }
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `0x${value.toString(16)}` : value;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
