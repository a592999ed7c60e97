import type { Clock, Timer } from "./clock.ts";
import { NetworkError } from "./network-error.ts";
import type { Link, LinkHandlers } from "./network.ts";
import type { Random } from "./random.ts";

/** The way from one host to another. */
export interface Passage {
  /** For how long something sent now is on its way; null while nothing gets through. */
  delayMs(): number | null;
}

/** What is sent: bytes, or that no more will come. */
type Parcel = Buffer | "end";

/** What the operating system takes off a process's hands, bytes. */
const WINDOW_BYTES = 64 * 1024;
const CLOSE_MS_MAX = 1000;

/**
 * One end of a simulated connection. What it sends arrives in order, perhaps in other pieces; while the way is blocked
 * it waits, as TCP's repetitions would have it.
 */
export class SimulatedLink implements Link {
  readonly remote: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #passage: Passage;
  #peer: SimulatedLink | null = null;
  #handlers: LinkHandlers | null = null;
  /** Sent by this end and not yet arrived, in order. */
  readonly #underWay: Parcel[] = [];
  #underWayBytes = 0;
  /** The first of them, about to arrive. */
  #arrival: Timer | null = null;
  /** Sent by the other end and not yet told. */
  readonly #arrived: Parcel[] = [];
  #arrivedBytes = 0;
  #isPaused = false;
  /** Its owner has ended it: no more data is told, and none taken. */
  #isEnding = false;
  #isClosed = false;
  /** Its machine was without power: it knows nothing of this connection. */
  #isForgotten = false;
  #closing: Timer | null = null;
  #error: NetworkError | null = null;

  constructor(remote: string, clock: Clock, random: Random, passage: Passage) {
    this.remote = remote;
    this.#clock = clock;
    this.#random = random;
    this.#passage = passage;
  }

  /** Joins two ends. */
  static join(one: SimulatedLink, other: SimulatedLink): void {
    one.#peer = other;
    other.#peer = one;
  }

  get pendingBytes(): number {
    return Math.max(0, this.#underWayBytes - WINDOW_BYTES);
  }

  /** Whether nothing will happen to it any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  open(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.#clock.soon(() => (this.#isClosed ? handlers.onClose(this.#error) : this.#tell()));
  }

  write(...pieces: readonly Buffer[]): void {
    if (this.#isEnding || this.#isClosed) return;
    for (const piece of pieces) this.#send(piece);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#clock.soon(() => this.#tell());
  }

  close(): void {
    if (this.#isEnding || this.#isClosed) return;
    this.#isEnding = true;
    this.#send("end");
    this.#closing = this.#clock.after(CLOSE_MS_MAX, () => this.fail(null));
    // An end that came before is noticed now, even by an owner that had paused.
    this.resume();
  }

  destroy(): void {
    this.#isEnding = true;
    this.fail(null);
  }

  /** Ends this end, and lets the other one know. */
  fail(error: NetworkError | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#error = error;
    this.#closing?.cancel();
    if (this.#underWay.at(-1) !== "end") this.#send("end");
    if (this.#handlers !== null) this.#clock.soon(() => this.#handlers?.onClose(error));
  }

  /** The process behind this end is gone: nothing is told any more, and its system ends the connection. */
  abandon(): void {
    this.#handlers = null;
    this.fail(null);
  }

  /** The machine is without power: nothing is told, and what was under way is gone. */
  forget(): void {
    this.#handlers = null;
    this.#isClosed = true;
    this.#isForgotten = true;
    this.#closing?.cancel();
    this.#lose();
  }

  /** Sends on, after the way was blocked. */
  retry(): void {
    if (this.#arrival !== null || this.#underWay.length === 0) return;
    const delayMs = this.#passage.delayMs();
    if (delayMs === null) return;
    this.#arrival = this.#clock.after(delayMs, () => this.#arrive());
  }

  #send(parcel: Parcel): void {
    this.#underWay.push(parcel);
    if (parcel !== "end") this.#underWayBytes += parcel.length;
    this.retry();
  }

  /** Everything that is under way gets there together: it was sent while the first was on its way. */
  #arrive(): void {
    this.#arrival = null;
    // What was under way when the way was blocked is lost, and sent again.
    if (this.#passage.delayMs() === null) return;
    const peer = this.#peer!;
    if (peer.#isForgotten) {
      this.#lose();
      return this.fail(new NetworkError("reset", `Cannot keep the link to "${this.remote}": reset`, this.remote));
    }
    if (peer.#isFull) return;
    const wasBehind = this.pendingBytes > 0;
    const parcels = this.#underWay.splice(0, 1 + this.#random.below(this.#underWay.length));
    for (const parcel of parcels) peer.#receive(parcel);
    for (const parcel of parcels) if (parcel !== "end") this.#underWayBytes -= parcel.length;
    this.retry();
    peer.#tell();
    if (wasBehind && this.pendingBytes === 0 && !this.#isEnding) this.#handlers?.onDrain?.();
  }

  #lose(): void {
    this.#arrival?.cancel();
    this.#arrival = null;
    this.#underWay.length = 0;
    this.#underWayBytes = 0;
  }

  /** Its owner does not read: the other end has to wait. */
  get #isFull(): boolean {
    return this.#arrivedBytes > WINDOW_BYTES && !this.#isEnding;
  }

  #receive(parcel: Parcel): void {
    if (parcel !== "end") this.#arrivedBytes += parcel.length;
    if (parcel === "end" || parcel.length < 2 || this.#random.below(4) > 0) {
      this.#arrived.push(parcel);
      return;
    }
    const cut = 1 + this.#random.below(parcel.length - 1);
    this.#arrived.push(parcel.subarray(0, cut), parcel.subarray(cut));
  }

  #tell(): void {
    while (this.#handlers !== null && !this.#isPaused && !this.#isClosed) {
      const parcel = this.#arrived.shift();
      if (parcel === undefined) break;
      if (parcel === "end") {
        this.fail(null);
        break;
      }
      this.#arrivedBytes -= parcel.length;
      // The sender's buffer stays the sender's; a receiver may keep what it gets.
      if (!this.#isEnding) this.#handlers.onData(Buffer.from(parcel));
    }
    if (!this.#isFull) this.#peer?.retry();
  }
}
