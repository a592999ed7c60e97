import { deleteRequest, ErrorReply, getManyRequest, storeRequest, ValueReply } from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { JavaValue } from "../values/java-values.ts";
import type { Core } from "./core.ts";
import { expireSecondsOf } from "./expiry.ts";
import { ItemOperations, type ReadOptions, type StoreOptions, type Versioned } from "./items.ts";
import { fromWire } from "./names.ts";
import { meaningOf, replyError, STATUS_REPLY } from "./replies.ts";

/** How an operation on many keys came out. The failure of a node concerns its keys only. */
export interface BulkResult<T> {
  readonly values: Map<string, T>;
  readonly failed: Map<string, ArcusError>;
}

/** Keys of one command. */
const GET_KEYS_MAX = 200;
/** Single commands that are on their way at a time. */
const COMMANDS_MAX = 1_000;

/** What concerns many key-value items at once. */
export class BulkOperations extends ItemOperations {
  /** The values of many keys; those that are not there are not in `values`. */
  getMany<T = JavaValue>(keys: Iterable<string>, options: ReadOptions<T> = {}): Promise<BulkResult<T>> {
    return this.#readMany<T, T>(keys, false, options, (value) => value);
  }

  /** The values of many keys, and what compareAndSet must name. */
  getManyWithCas<T = JavaValue>(
    keys: Iterable<string>,
    options: ReadOptions<T> = {},
  ): Promise<BulkResult<Versioned<T>>> {
    return this.#readMany<T, Versioned<T>>(keys, true, options, (value, cas) => ({ value, cas }));
  }

  /** Stores many values. `values` has `true` for each that was stored. */
  setMany<T = JavaValue>(
    entries: Iterable<readonly [key: string, value: T]>,
    options: StoreOptions<T> = {},
  ): Promise<BulkResult<true>> {
    const expireSeconds = expireSecondsOf(options.expireSeconds);
    return oneByOne(
      entries,
      ([key]) => key,
      async ([key, value]) => {
        const { flags, data } = this.core.codec.encode(key, value, options, "item");
        const makeRequest = () => storeRequest("set", key, flags, expireSeconds, data);
        const reply = await this.core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
        return meaningOf(reply, { STORED: true as const }, "set", key);
      },
    );
  }

  /** Deletes many items. `values` says of each whether it was there. */
  deleteMany(keys: Iterable<string>, options: CallOptions = {}): Promise<BulkResult<boolean>> {
    return oneByOne(
      keys,
      (key) => key,
      async (key) => {
        const reply = await this.core.dispatcher.execute(key, () => deleteRequest(key), STATUS_REPLY, options);
        return meaningOf(reply, { DELETED: true, NOT_FOUND: false }, "delete", key);
      },
    );
  }

  #readMany<T, Result>(
    keys: Iterable<string>,
    withCas: boolean,
    options: ReadOptions<T>,
    make: (value: T, cas: bigint) => Result,
  ): Promise<BulkResult<Result>> {
    return inChunks<Result>(this.core, new Set(keys), GET_KEYS_MAX, async (node, chunk, result) => {
      const makeRequests = () => [getManyRequest(chunk, withCas)];
      const reply = await this.core.dispatcher.executeOn(node, makeRequests, new ValueReply(), options);
      if (reply instanceof ErrorReply) throw replyError(reply, "get", chunk[0]!);
      for (const item of reply) {
        const key = fromWire(item.key);
        try {
          const value = this.core.codec.decode(key, item.flags, item.data, options, "item");
          result.values.set(key, make(value, item.cas ?? 0n));
        } catch (error) {
          result.failed.set(key, error as ArcusError);
        }
      }
    });
  }
}

/** Runs `work` on the keys of each node, in chunks; a chunk that throws an ArcusError fails with all its keys. */
export async function inChunks<T>(
  core: Core,
  keys: Iterable<string>,
  keysMax: number,
  work: (node: string, chunk: readonly string[], result: BulkResult<T>) => Promise<void>,
): Promise<BulkResult<T>> {
  const result: BulkResult<T> = { values: new Map(), failed: new Map() };
  const groups = core.dispatcher.groupByOwner(keys, (key) => key);
  const chunks = [...groups].flatMap(([node, group]) =>
    Array.from({ length: Math.ceil(group.length / keysMax) }, (_, index) => ({
      node,
      chunk: group.slice(index * keysMax, (index + 1) * keysMax),
    })),
  );
  await Promise.all(
    chunks.map(async ({ node, chunk }) => {
      try {
        await work(node, chunk, result);
      } catch (error) {
        if (!(error instanceof ArcusError)) throw error;
        for (const key of chunk) result.failed.set(key, error);
      }
    }),
  );
  return result;
}

/** Runs `work` for each item, many at a time. */
async function oneByOne<Item, T>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  work: (item: Item) => Promise<T>,
): Promise<BulkResult<T>> {
  const result: BulkResult<T> = { values: new Map(), failed: new Map() };
  const queue = [...items];
  for (let start = 0; start < queue.length; start += COMMANDS_MAX) {
    const turn = queue.slice(start, start + COMMANDS_MAX).map(async (item) => {
      const key = keyOf(item);
      try {
        result.values.set(key, await work(item));
      } catch (error) {
        if (!(error instanceof ArcusError)) throw error;
        result.failed.set(key, error);
      }
    });
    await Promise.all(turn);
  }
  return result;
}
