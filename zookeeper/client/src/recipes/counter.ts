import { setTimeout as sleep } from "node:timers/promises";
import { backoffDelayMs } from "../session/backoff.ts";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { Deadline } from "../deadline.ts";
import { insist } from "./guaranteed.ts";

const VALUE_BYTES = 8;
/** Waits of those who were slower than another, so that many can count at a time. */
const CONTENTION = { initialDelayMs: 2, maxDelayMs: 200 };

/**
 * A number that all processes count on, 64 bits with sign, in the format of Curator's DistributedAtomicLong (eight
 * bytes, big-endian). A node that is not there counts as 0. Each change is a compare-and-set.
 *
 * A ConnectionLoss leaves open whether the change happened.
 */
export class Counter {
  readonly path: string;
  readonly #zk: ZooKeeper;

  constructor(zk: ZooKeeper, path: string) {
    this.#zk = zk;
    this.path = path;
  }

  /** The value now. @throws ZooKeeperError CorruptData if the node does not hold eight bytes */
  async get(): Promise<bigint> {
    return (await this.#read()).value;
  }

  /** Adds, and answers the new value; it wraps around as Java's long does. @throws ZooKeeperError OperationTimeout, … */
  async add(delta: bigint | number, options: CallOptions = {}): Promise<bigint> {
    using deadline = new Deadline(options, "count on", this.path);
    for (let attempt = 1; ; attempt++) {
      const { value, version } = await deadline.race(this.#read());
      const sum = BigInt.asIntN(64, value + BigInt(delta));
      deadline.check();
      if (await this.#write(sum, version)) return sum;
      await deadline.race(sleep(backoffDelayMs(attempt, Math.random(), CONTENTION)));
    }
  }

  increment(options?: CallOptions): Promise<bigint> {
    return this.add(1n, options);
  }

  decrement(options?: CallOptions): Promise<bigint> {
    return this.add(-1n, options);
  }

  /** Sets the value if it is `expected`. Answers whether it was. */
  async compareAndSet(expected: bigint | number, value: bigint | number): Promise<boolean> {
    for (;;) {
      const found = await this.#read();
      if (found.value !== BigInt(expected)) return false;
      if (await this.#write(BigInt(value), found.version)) return true;
    }
  }

  /** Sets the value, whatever it is. */
  async set(value: bigint | number): Promise<void> {
    const bytes = encode(BigInt(value));
    for (;;) {
      try {
        await this.#zk.set(this.path, bytes);
        return;
      } catch (error) {
        if (!isZooKeeperError(error, "NoNode")) throw error;
      }
      if (await this.#write(BigInt(value), undefined)) return;
    }
  }

  /** @returns version undefined if there is no node */
  async #read(): Promise<{ value: bigint; version: number | undefined }> {
    try {
      const { data, stat } = await insist(() => this.#zk.get(this.path));
      return { value: this.#decode(data), version: stat.version };
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return { value: 0n, version: undefined };
      throw error;
    }
  }

  /** False if somebody was faster. */
  async #write(value: bigint, version: number | undefined): Promise<boolean> {
    try {
      if (version === undefined) await this.#zk.create(this.path, encode(value), { parents: "containers" });
      else await this.#zk.set(this.path, encode(value), { version });
      return true;
    } catch (error) {
      if (isZooKeeperError(error, "BadVersion", "NodeExists", "NoNode")) return false;
      throw error;
    }
  }

  #decode(data: Buffer | null): bigint {
    if (data === null || data.length === 0) return 0n;
    if (data.length === VALUE_BYTES) return data.readBigInt64BE();
    const detail = `its data is ${data.length} bytes, must be ${VALUE_BYTES}`;
    throw failure("CorruptData", "count on", this.path, { detail });
  }
}

function encode(value: bigint): Buffer {
  const bytes = Buffer.alloc(VALUE_BYTES);
  bytes.writeBigInt64BE(BigInt.asIntN(64, value));
  return bytes;
}
