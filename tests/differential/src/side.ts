import { requestFrame, type ServerProcess, WireConnection, connectBody, parseConnectAnswer } from "@branta/tests-kit";
import { OpCode, Xid } from "@branta/zookeeper-protocol";
import { canonicalFrame, counterOf, type SessionNames } from "./canonical.ts";
import type { Operation, ReplyShape, Step } from "./step.ts";

const NO_ANSWER_MS = 8_000;
/** A zxid that no run reaches. */
const ZXID_AHEAD = 2 ** 50;

/** A session of this tester on one of the two servers. */
interface Slot {
  connection: WireConnection;
  id: bigint;
  password: Buffer;
  /** How replies that have not come yet will read, in order. */
  awaited: ReplyShape[];
  /** Frames whose header was looked at while waiting. */
  seen: number;
}

/** One line of what a server said. Events are kept apart because some of them come in no order. */
export interface Line {
  text: string;
  isEvent: boolean;
}

/** One of the two servers or ensembles, with its half of every session. */
export class Side implements SessionNames {
  readonly label: string;
  /** One server, or those of an ensemble, the leader first. */
  readonly servers: readonly ServerProcess[];
  /** How often each slot's session has gone to the next server. */
  readonly #moves = new Map<number, number>();
  readonly #slots = new Map<number, Slot>();
  readonly #names = new Map<bigint, number>();

  constructor(label: string, servers: readonly ServerProcess[]) {
    this.label = label;
    this.servers = servers;
  }

  get isEnsemble(): boolean {
    return this.servers.length > 1;
  }

  /** What runs, for people and rules. */
  get kinds(): string {
    return this.servers.map(({ kind }) => kind).join(", ");
  }

  name(sessionId: bigint): number | undefined {
    return this.#names.get(sessionId);
  }

  /** True if the slot has a connection that works. */
  isLive(slot: number): boolean {
    return this.#slots.get(slot)?.connection.closed === false;
  }

  /** True if the slot has a session that could be taken up again. */
  hasSession(slot: number): boolean {
    return (this.#slots.get(slot)?.id ?? 0n) !== 0n;
  }

  /** Slots that have had a session in this run. */
  get slots(): number[] {
    return [...this.#slots.keys()];
  }

  /** Sends a burst; {@link settle} waits for its answers. */
  send(number: number, operations: readonly Operation[]): void {
    const slot = this.#slots.get(number);
    if (slot === undefined || slot.connection.closed) return;
    slot.connection.write(Buffer.concat(operations.map((each) => requestFrame(each.xid, each.type, each.body))));
    for (const operation of operations) slot.awaited.push(operation.reads);
  }

  /** Waits until everything that was asked in the slot is answered, or the server has closed, or nothing comes. */
  async settle(number: number, closes: boolean): Promise<void> {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    const answered = (): boolean => {
      if (slot.connection.closed) return true;
      const { frames } = slot.connection;
      for (; slot.seen < frames.length; slot.seen++) {
        const frame = frames[slot.seen]!;
        if (frame.length < 4 || frame.readInt32BE(0) !== Xid.notification) replies++;
      }
      return replies >= slot.awaited.length && !closes;
    };
    let replies = 0;
    slot.seen = 0;
    // A missing answer is an answer too: the comparison shows it.
    await slot.connection.until(answered, NO_ANSWER_MS, "replies").catch(() => undefined);
  }

  /** Takes what has arrived in the slot, as lines. */
  take(number: number): Line[] {
    const slot = this.#slots.get(number);
    if (slot === undefined) return [];
    const lines: Line[] = [];
    for (const frame of slot.connection.frames.splice(0)) {
      const isEvent = frame.length >= 4 && frame.readInt32BE(0) === Xid.notification;
      const shape = isEvent ? "nothing" : (slot.awaited.shift() ?? "nothing");
      lines.push({ text: canonicalFrame(frame, shape, this), isEvent });
    }
    slot.seen = 0;
    if (slot.connection.closed) {
      lines.push({ text: "closed", isEvent: false });
      slot.awaited.length = 0;
    } else if (slot.awaited.length > 0) {
      lines.push({ text: `${slot.awaited.length} replies missing`, isEvent: false });
      slot.awaited.length = 0;
    }
    return lines;
  }

  /** Opens a session in the slot and tells what the server answered. */
  async connect(step: Step & { kind: "connect" }): Promise<string> {
    this.drop(step.slot);
    const lastZxidSeen = step.lastZxidSeen === "ahead" ? ZXID_AHEAD : 0;
    return this.#greet(step.slot, connectBody({ timeoutMs: step.timeoutMs, lastZxidSeen, readOnly: step.readOnly }));
  }

  /** Takes up the slot's session again and tells what the server answered. */
  async attach(step: Step & { kind: "attach" }): Promise<string> {
    const old = this.#slots.get(step.slot);
    if (old === undefined) return "no session";
    if (step.dropFirst) old.connection.destroy();
    const passwords = { right: old.password, wrong: Buffer.alloc(16, 7), empty: Buffer.alloc(0) };
    const body = connectBody({
      timeoutMs: 3_600_000,
      sessionId: old.id,
      password: passwords[step.password],
      readOnly: step.readOnly,
    });
    // In an ensemble a session goes to another server each time; what becomes of its old connection is a server's own affair.
    this.#moves.set(step.slot, (this.#moves.get(step.slot) ?? 0) + 1);
    const answer = await this.#greet(step.slot, body, old);
    if (this.isEnsemble) old.connection.destroy();
    if (step.dropFirst || this.isEnsemble) return answer;
    await old.connection.until(() => old.connection.closed, 1_000, "the close of the old one").catch(() => undefined);
    const state = old.connection.closed ? "closed" : "open";
    old.connection.destroy();
    return `${answer}; the old connection is ${state}`;
  }

  /** Cuts the slot's connection without a word. */
  drop(number: number): void {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    slot.connection.destroy();
    slot.connection.frames.length = 0;
    slot.awaited.length = 0;
  }

  /** Sends odd bytes on a connection of their own and tells what came back. */
  async stranger(bytes: Buffer): Promise<string> {
    const connection = await WireConnection.open(this.servers[0]!.port);
    connection.write(bytes);
    await connection.until(() => connection.closed, NO_ANSWER_MS, "the close").catch(() => undefined);
    const said = connection.frames.map((frame) => frame.toString("hex")).join(" ");
    const end = connection.closed ? "closed" : "open";
    connection.destroy();
    return `${said} ${end}`;
  }

  /** The last zxid the server has applied, asked by a ping of the slot; undefined if it does not answer. */
  async lastZxid(number: number): Promise<number | undefined> {
    const slot = this.#slots.get(number);
    if (slot === undefined || slot.connection.closed) return undefined;
    slot.connection.write(requestFrame(Xid.ping, OpCode.ping, Buffer.alloc(0)));
    const { frames } = slot.connection;
    const ping = (): number => frames.findIndex((frame) => frame.readInt32BE(0) === Xid.ping);
    await slot.connection
      .until(() => ping() >= 0 || slot.connection.closed, NO_ANSWER_MS, "a ping")
      .catch(() => undefined);
    const at = ping();
    return at < 0 ? undefined : counterOf(Number(frames.splice(at, 1)[0]!.readBigInt64BE(4)));
  }

  #serverOf(slot: number): ServerProcess {
    return this.servers[(slot + (this.#moves.get(slot) ?? 0)) % this.servers.length]!;
  }

  async #greet(number: number, body: Buffer, old?: Slot): Promise<string> {
    const connection = await WireConnection.open(this.#serverOf(number).port);
    connection.writeFrame(body);
    const frame = await connection.frame(NO_ANSWER_MS).catch(() => undefined);
    if (frame === undefined) return "no answer";
    if (frame === null) {
      this.#slots.set(number, { connection, id: 0n, password: Buffer.alloc(16), awaited: [], seen: 0 });
      return "closed";
    }
    const answer = parseConnectAnswer(frame);
    const refused = answer.timeoutMs === 0;
    const known = this.#names.get(answer.sessionId);
    if (!refused && known === undefined) this.#names.set(answer.sessionId, this.#names.size + 1);
    const password = refused ? answer.password : (answer.password ?? Buffer.alloc(0));
    if (refused) await connection.until(() => connection.closed, NO_ANSWER_MS, "the close").catch(() => undefined);
    const id = refused ? (old?.id ?? 0n) : answer.sessionId;
    this.#slots.set(number, {
      connection,
      id,
      password: refused && old ? old.password : password!,
      awaited: [],
      seen: 0,
    });
    const who = refused
      ? "refused"
      : `session ${this.#names.get(answer.sessionId)}${known === undefined ? " (new)" : ""}`;
    const secret = refused ? answer.password?.toString("hex") : `${answer.password?.length} bytes`;
    return `${frame.length} bytes: version ${answer.protocolVersion}, timeout ${answer.timeoutMs}, ${who}, password ${secret}, readOnly ${answer.readOnly}, ${connection.closed ? "closed" : "open"}`;
  }
}
