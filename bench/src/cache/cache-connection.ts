import { connect, type Socket } from "node:net";
import type { Histogram } from "../histogram.ts";
import type { CacheRing } from "./cache-workload.ts";

const RECEIVE_BYTES = 256 * 1024;

/** What all connections of a generator write their measurements to. */
export interface CacheRecord {
  readonly histogram: Histogram;
  /** Latencies count only meanwhile. */
  isMeasuring: boolean;
  done: number;
}

/**
 * One client that sends so many requests together, waits for all of their replies, and goes on: at once, or when the next are
 * due. Replies are counted by their bytes: their lengths are known, for a wrong one the run stands still and is told of.
 */
export class CacheConnection implements Disposable {
  readonly #socket: Socket;
  readonly #ring: CacheRing;
  readonly #record: CacheRecord;
  readonly #pipeline: number;
  /** Time between two batches, microseconds; 0 for as fast as may be. */
  readonly #intervalUs: number;
  #at = 0;
  #awaitedBytes = 0;
  /** From when on latency counts: requests that are late because those before them were, waited, too. */
  #dueUs = 0;

  private constructor(socket: Socket, ring: CacheRing, record: CacheRecord, pipeline: number, intervalUs: number) {
    this.#socket = socket;
    this.#ring = ring;
    this.#record = record;
    this.#pipeline = pipeline;
    this.#intervalUs = intervalUs;
  }

  static async open(
    port: number,
    ring: CacheRing,
    record: CacheRecord,
    { pipeline, intervalUs }: { readonly pipeline: number; readonly intervalUs: number },
  ): Promise<CacheConnection> {
    let connection: CacheConnection | null = null;
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(RECEIVE_BYTES),
        callback: (length) => {
          connection?.received(length);
          return true;
        },
      },
    });
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    connection = new CacheConnection(socket, ring, record, pipeline, intervalUs);
    return connection;
  }

  /** @param dueUs when to send the first requests, microseconds of `performance.now()`; asked for by {@link sendIfDue} */
  start(dueUs: number): void {
    this.#dueUs = dueUs;
    if (this.#intervalUs === 0) this.#send();
  }

  /** For a connection with an interval. */
  sendIfDue(nowUs: number): void {
    if (this.#awaitedBytes === 0 && nowUs >= this.#dueUs) this.#send();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  received(length: number): void {
    this.#awaitedBytes -= length;
    if (this.#awaitedBytes > 0) return;
    if (this.#awaitedBytes < 0) throw new Error("Cannot measure: a reply is longer than the one of its kind at first");
    const nowUs = performance.now() * 1_000;
    const record = this.#record;
    if (record.isMeasuring) record.histogram.record(nowUs - this.#dueUs, this.#pipeline);
    record.done += this.#pipeline;
    if (this.#intervalUs > 0) this.#dueUs += this.#intervalUs;
    else {
      this.#dueUs = nowUs;
      this.#send();
    }
  }

  #send(): void {
    const { starts, replyBytes, bytes } = this.#ring;
    const from = this.#at;
    const to = from + this.#pipeline > replyBytes.length ? this.#pipeline : from + this.#pipeline;
    const first = to - this.#pipeline;
    for (let at = first; at < to; at++) this.#awaitedBytes += replyBytes[at]!;
    this.#at = to;
    this.#socket.write(bytes.subarray(starts[first], starts[to]));
  }
}
