import { encodeToBuffer, type Reader } from "@branta/foundation-bytes";
import type { Random } from "@branta/foundation-runtime";
import type { Operation, RegisterCall, RegisterResult } from "@branta/foundation-simulator";
import {
  createRequest,
  createResponse,
  CreateMode,
  ErrorCode,
  existsRequest,
  existsResponse,
  OPEN_ACL,
  OpCode,
  setDataRequest,
  setDataResponse,
} from "@branta/zookeeper-protocol";
import { mustHold, SimulationError } from "../simulation-error.ts";
import type { StackClient, StackReply } from "./stack-client.ts";

/** What clients were told, to be held against what the servers have in the end. */
export class StackHistory {
  /** Changes of the nodes /r0 …: from one version to the next, or from none to 0. */
  readonly changes: Operation<RegisterCall, RegisterResult>[] = [];
  /** Nodes that were acknowledged and that nobody deletes. */
  readonly created: string[] = [];
  readonly sequential = new Set<string>();
  /** Paths of ephemeral nodes that were asked for. */
  readonly ephemeral: string[] = [];
  answers = 0;
  lost = 0;
}

const REGISTERS = 4;
const NO_VERSION = -1;

/** One client's requests, one after the other. */
export class StackWorkload {
  readonly #client: StackClient;
  readonly #name: string;
  readonly #number: number;
  readonly #random: Random;
  readonly #history: StackHistory;
  readonly #nowMs: () => number;
  /** The version of each register that this client has seen last. */
  readonly #seen = Array.from({ length: REGISTERS }, () => NO_VERSION);
  #count = 0;
  #lastSequence = -1;
  #ephemeralOf = 0n;
  /** A register that another client has changed meanwhile. */
  #outdated: number | null = null;

  constructor(
    client: StackClient,
    options: { number: number; random: Random; history: StackHistory; nowMs(): number },
  ) {
    this.#client = client;
    this.#number = options.number;
    this.#name = `c${options.number}`;
    this.#random = options.random;
    this.#history = options.history;
    this.#nowMs = options.nowMs;
  }

  /** Makes the next request; `done` is told when it is over, whatever came of it. */
  next(done: (isAnswered: boolean) => void): void {
    this.#count++;
    const act = this.#random.below(10);
    if (this.#ephemeralOf !== this.#client.sessionId) this.#ephemeral(done);
    else if (this.#outdated !== null) this.#read(this.#outdated, done);
    else if (act < 2) this.#create(`/${this.#name}-${this.#count}`, CreateMode.Persistent, done);
    else if (act < 4) this.#create("/q-", CreateMode.PersistentSequential, done);
    else if (act < 8) this.#change(this.#random.below(REGISTERS), done);
    else this.#read(this.#random.below(REGISTERS), done);
  }

  #request(type: number, body: Buffer, done: (isAnswered: boolean) => void, take: (reply: StackReply) => void): void {
    const seenZxid = this.#client.lastZxid;
    this.#client.request(type, body, (reply) => {
      if (reply.err === null) this.#history.lost++;
      else {
        this.#history.answers++;
        mustHold(
          reply.zxid >= seenZxid,
          "sessionOrder",
          () => `${this.#name} was answered as of 0x${reply.zxid.toString(16)} after 0x${seenZxid.toString(16)}`,
        );
      }
      take(reply);
      done(reply.err !== null);
    });
  }

  #ephemeral(done: (isAnswered: boolean) => void): void {
    const { sessionId } = this.#client;
    const path = `/e-${this.#name}-${sessionId.toString(16)}-${this.#count}`;
    this.#ephemeralOf = sessionId;
    this.#history.ephemeral.push(path);
    this.#create(path, CreateMode.Ephemeral, done);
  }

  #create(path: string, flags: number, done: (isAnswered: boolean) => void): void {
    const body = encodeToBuffer(createRequest, { path, data: Buffer.from(this.#name), acl: OPEN_ACL, flags });
    this.#request(OpCode.create, body, done, ({ err, body }) => {
      if (err === null) return;
      // What has become of the session is told by the connection.
      if (err === ErrorCode.SessionExpired) return;
      mustHold(err === ErrorCode.Ok, "realTimeOrder", () => `${this.#name} could not create "${path}": ${err}`);
      const made = createResponse.decode(body).path;
      if (flags === CreateMode.Persistent) this.#history.created.push(made);
      if (flags === CreateMode.PersistentSequential) this.#sequenced(made);
    });
  }

  #sequenced(path: string): void {
    const number = Number(path.slice("/q-".length));
    mustHold(!this.#history.sequential.has(path), "realTimeOrder", () => `"${path}" was given to two clients`);
    mustHold(number > this.#lastSequence, "realTimeOrder", () => `"${path}" came after ${this.#lastSequence}`);
    this.#lastSequence = number;
    this.#history.sequential.add(path);
    this.#history.created.push(path);
  }

  /** Sets a register's data if it still has the version that this client knows of; makes the node where it knows of none. */
  #change(at: number, done: (isAnswered: boolean) => void): void {
    const key = `/r${at}`;
    const version = this.#seen[at]!;
    const isNew = version === NO_VERSION;
    const data = Buffer.from(`${this.#name} ${this.#count}`);
    const body = isNew
      ? encodeToBuffer(createRequest, { path: key, data, acl: OPEN_ACL, flags: CreateMode.Persistent })
      : encodeToBuffer(setDataRequest, { path: key, data, version });
    const call: RegisterCall = {
      kind: "compareAndSet",
      key,
      expected: isNew ? null : String(version),
      value: String(version + 1),
    };
    const calledAt = this.#nowMs();
    this.#request(isNew ? OpCode.create : OpCode.setData, body, done, ({ err, body }) => {
      const known = { client: this.#number, call, calledAt };
      if (err === null || err === ErrorCode.SessionExpired) {
        this.#history.changes.push({ ...known, returnedAt: Infinity, result: undefined });
        return;
      }
      const wasRefused = err === (isNew ? ErrorCode.NodeExists : ErrorCode.BadVersion);
      if (err !== ErrorCode.Ok && !wasRefused) {
        throw new SimulationError("realTimeOrder", `${this.#name} could not change "${key}": ${err}`);
      }
      this.#history.changes.push({ ...known, returnedAt: this.#nowMs(), result: !wasRefused });
      if (err === ErrorCode.Ok) this.#saw(at, isNew ? 0 : setDataResponse.decode(body).stat.version);
      else this.#outdated = at;
    });
  }

  #read(at: number, done: (isAnswered: boolean) => void): void {
    const body = encodeToBuffer(existsRequest, { path: `/r${at}`, watch: false });
    this.#request(OpCode.exists, body, done, ({ err, body }) => this.#tookRead(at, err, body));
  }

  #tookRead(at: number, err: number | null, body: Reader): void {
    if (err === ErrorCode.Ok) this.#outdated = null;
    if (err === ErrorCode.Ok) this.#saw(at, existsResponse.decode(body).stat.version);
    if (err === ErrorCode.NoNode) this.#saw(at, NO_VERSION);
  }

  #saw(at: number, version: number): void {
    const before = this.#seen[at]!;
    mustHold(
      version >= before,
      "sessionOrder",
      () => `${this.#name} saw version ${version} of "/r${at}" after version ${before}`,
    );
    this.#seen[at] = version;
  }
}
