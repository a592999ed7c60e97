import { connect, type Socket } from "node:net";
import { connectBody } from "@branta/tests-kit";
import type { Histogram } from "./histogram.ts";
import type { RequestRing } from "./request-ring.ts";

const RECEIVE_BYTES = 256 * 1024;
const ERROR_AT = 12;
const FRAME_HEAD = 4 + 16;

/** What all connections of a generator write their measurements to. */
export interface LoadRecord {
  /** Latencies, recorded only while {@link measuring}. */
  histogram: Histogram;
  measuring: boolean;
  done: number;
  errors: number;
}

/** One session that keeps a fixed number of requests in flight. Nothing is allocated per operation. */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #ring: RequestRing;
  readonly #record: LoadRecord;
  /** When each request of the ring was sent, microseconds. */
  readonly #sentUs: Float64Array;
  readonly #window: number;
  /** Requests that are sent together at least. */
  readonly #refill: number;
  #buffer = Buffer.alloc(RECEIVE_BYTES);
  #filled = 0;
  #next = 0;
  #oldest = 0;
  #inFlight = 0;
  #stopping = false;
  #onReady: (() => void) | null = null;
  #onIdle: (() => void) | null = null;

  private constructor(port: number, ring: RequestRing, window: number, record: LoadRecord) {
    this.#ring = ring;
    this.#record = record;
    this.#window = window;
    this.#refill = Math.max(1, window >> 2);
    this.#sentUs = new Float64Array(ring.length);
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: { buffer: Buffer.alloc(RECEIVE_BYTES), callback: (length, bytes) => this.#receive(length, bytes) },
    });
    this.#socket.on("error", () => {
      this.#record.errors++;
    });
  }

  /** Connects and shakes hands; requests start with {@link start}. */
  static async open(port: number, ring: RequestRing, window: number, record: LoadRecord): Promise<LoadConnection> {
    const connection = new LoadConnection(port, ring, window, record);
    const ready = new Promise<void>((resolve) => {
      connection.#onReady = resolve;
    });
    const body = connectBody({ timeoutMs: 60_000, readOnly: false });
    const head = Buffer.alloc(4);
    head.writeInt32BE(body.length);
    connection.#socket.write(Buffer.concat([head, body]));
    await ready;
    return connection;
  }

  start(): void {
    this.#fill();
  }

  /** Sends nothing more and resolves when the last reply is there. */
  stop(): Promise<void> {
    this.#stopping = true;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    if (this.#inFlight === 0) this.#onIdle?.();
    return idle.then(() => {
      this.#socket.destroy();
    });
  }

  #receive(length: number, bytes: Uint8Array): boolean {
    let source = bytes as Buffer;
    let end = length;
    if (this.#filled > 0) {
      if (this.#filled + length > this.#buffer.length) this.#grow(this.#filled + length);
      this.#buffer.set(bytes.subarray(0, length), this.#filled);
      source = this.#buffer;
      end = this.#filled + length;
    }
    const taken = this.#onReady === null ? this.#takeReplies(source, end) : this.#takeGreeting(source, end);
    const left = end - taken;
    if (left > 0) this.#buffer.set(source.subarray(taken, end), 0);
    this.#filled = left;
    this.#fill();
    return true;
  }

  #takeGreeting(source: Buffer, end: number): number {
    if (end < 4 || end < 4 + source.readInt32BE(0)) return 0;
    const ready = this.#onReady;
    this.#onReady = null;
    // The first window is sent by start(), so that all connections begin together.
    this.#inFlight = -1;
    ready?.();
    return 4 + source.readInt32BE(0);
  }

  #takeReplies(source: Buffer, end: number): number {
    const record = this.#record;
    const nowUs = performance.now() * 1_000;
    const { length } = this.#ring;
    let at = 0;
    while (end - at >= FRAME_HEAD) {
      const next = at + 4 + ((source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!);
      if (next > end) break;
      if (source[at + 4 + ERROR_AT] !== 0) record.errors++;
      if (record.measuring) record.histogram.record(nowUs - this.#sentUs[this.#oldest]!);
      this.#oldest = this.#oldest + 1 === length ? 0 : this.#oldest + 1;
      this.#inFlight--;
      record.done++;
      at = next;
    }
    return at;
  }

  #fill(): void {
    if (this.#inFlight < 0) {
      // Called by the greeting: the window opens with start().
      this.#inFlight = 0;
      return;
    }
    if (this.#stopping) {
      if (this.#inFlight === 0) this.#onIdle?.();
      return;
    }
    // A quarter of the window at a time: one write for several requests, or the generator would cost more than the server.
    if (this.#window - this.#inFlight < this.#refill) return;
    const nowUs = performance.now() * 1_000;
    while (this.#inFlight < this.#window) {
      const to = Math.min(this.#next + this.#window - this.#inFlight, this.#ring.length);
      // The socket may keep what it cannot send at once, and the ring's bytes change only a whole turn later.
      this.#socket.write(this.#ring.slice(this.#next, to));
      this.#sentUs.fill(nowUs, this.#next, to);
      this.#inFlight += to - this.#next;
      this.#next = to === this.#ring.length ? 0 : to;
    }
  }

  #grow(needed: number): void {
    const grown = Buffer.alloc(needed * 2);
    this.#buffer.copy(grown, 0, 0, this.#filled);
    this.#buffer = grown;
  }
}
