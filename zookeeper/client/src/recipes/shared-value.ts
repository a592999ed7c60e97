import { NodeCache } from "../caches/node-cache.ts";
import { type Data, toBytes } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { guaranteedCreate } from "./guaranteed.ts";

/** A value and the version that {@link SharedValue.trySet} compares. */
export interface VersionedValue<T> {
  readonly value: T;
  readonly version: number;
}

/** How a value stands in its node. */
export interface ValueFormat<T> {
  /** @throws if the bytes are no such value */
  decode(data: Buffer | null): T;
  encode(value: T): Data;
}

/** Bytes as they are: Curator's SharedValue. */
export const BYTES: ValueFormat<Buffer> = { decode: (data) => data ?? Buffer.alloc(0), encode: (value) => value };

/** UTF-8 text. */
export const TEXT: ValueFormat<string> = { decode: (data) => data?.toString("utf8") ?? "", encode: (value) => value };

/** JSON. The type is the caller's word. */
export function json<T>(): ValueFormat<T> {
  return {
    decode: (data) => JSON.parse(data?.toString("utf8") ?? "null") as T,
    encode: (value) => JSON.stringify(value),
  };
}

/** Four bytes, big-endian: Curator's SharedCount. */
export const COUNT: ValueFormat<number> = {
  decode(data) {
    if (data?.length !== 4) throw new RangeError(`${data?.length ?? 0} bytes, must be 4`);
    return data.readInt32BE();
  },
  encode(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
};

/** A value that all processes see and any may change; each has a copy that follows. */
export class SharedValue<T> implements AsyncDisposable {
  readonly path: string;
  readonly #zk: ZooKeeper;
  readonly #format: ValueFormat<T>;
  readonly #seed: Data;
  readonly #cache: NodeCache;

  private constructor(zk: ZooKeeper, path: string, format: ValueFormat<T>, seed: T, cache: NodeCache) {
    this.path = path;
    this.#zk = zk;
    this.#format = format;
    this.#seed = format.encode(seed);
    this.#cache = cache;
  }

  /** Opens the value, and sets it to `seed` if it is not there. */
  static async open<T>(
    zk: ZooKeeper,
    path: string,
    format: ValueFormat<T>,
    seed: T,
    options: CallOptions = {},
  ): Promise<SharedValue<T>> {
    await guaranteedCreate(zk, path, format.encode(seed));
    return new SharedValue(zk, path, format, seed, await NodeCache.open(zk, path, options));
  }

  /** The value as this process last saw it. @throws ZooKeeperError CorruptData */
  get current(): VersionedValue<T> {
    const node = this.#cache.current;
    if (node === undefined) return { value: this.#decode(toBytes(this.#seed)), version: -1 };
    return { value: this.#decode(node.data), version: node.stat.version };
  }

  /** Sets the value, whatever it is. Answers its version. */
  async set(value: T): Promise<number> {
    return (await this.#zk.set(this.path, this.#format.encode(value))).version;
  }

  /** Sets the value if it still has the version. Answers whether it had. */
  async trySet(previous: VersionedValue<T>, value: T): Promise<boolean> {
    try {
      await this.#zk.set(this.path, this.#format.encode(value), { version: previous.version });
      return true;
    } catch (error) {
      if (isZooKeeperError(error, "BadVersion")) return false;
      throw error;
    }
  }

  /** The value now, and after each change. */
  async *values(): AsyncGenerator<VersionedValue<T>, undefined> {
    const changes = this.#cache.changes();
    yield this.current;
    for await (const _ of changes) yield this.current;
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cache[Symbol.asyncDispose]();
  }

  #decode(data: Buffer | null): T {
    try {
      return this.#format.decode(data);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw failure("CorruptData", "read", this.path, { cause, detail });
    }
  }
}
