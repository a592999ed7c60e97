import {
  casRequest,
  countRequest,
  deleteRequest,
  ErrorReply,
  getRequest,
  type ItemValue,
  NumberReply,
  storeRequest,
  type StoreVerb,
  touchRequest,
  ValueReply,
} from "@branta/arcus-protocol";
import type { CallOptions } from "../call-options.ts";
import type { ValueOptions } from "../values/codec.ts";
import type { JavaValue } from "../values/java-values.ts";
import type { Core } from "./core.ts";
import { type Expiry, expireSecondsOf } from "./expiry.ts";
import { meaningOf, replyError, STATUS_REPLY } from "./replies.ts";

/** Of a call that reads a value. */
export interface ReadOptions<T> extends CallOptions, ValueOptions<T> {}

/** Of a call that stores a value. */
export interface StoreOptions<T> extends CallOptions, ValueOptions<T> {
  /** 0. */
  readonly expireSeconds?: Expiry | undefined;
}

/** Of incr and decr. */
export interface CountOptions extends CallOptions {
  /** By how much, 1. */
  readonly delta?: number | bigint | undefined;
  /** What a key that is not there becomes; without it, it stays away. */
  readonly initial?: number | bigint | undefined;
  /** Of a key that was not there. 0. */
  readonly expireSeconds?: Expiry | undefined;
}

/** A value, and what names its present state for {@link ItemOperations.compareAndSet}. */
export interface Versioned<T> {
  readonly value: T;
  readonly cas: bigint;
}

const NUMBER_REPLY = new NumberReply();

/** Key-value items. */
export class ItemOperations {
  protected readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  /** The value of a key; null if there is none, or a collection. @throws ArcusError */
  async get<T = JavaValue>(key: string, options: ReadOptions<T> = {}): Promise<T | null> {
    const item = await this.#read(key, false, options);
    return item === null ? null : this.core.codec.decode(key, item.flags, item.data, options, "item");
  }

  /** The value of a key, and what compareAndSet must name. @throws ArcusError */
  async getWithCas<T = JavaValue>(key: string, options: ReadOptions<T> = {}): Promise<Versioned<T> | null> {
    const item = await this.#read(key, true, options);
    if (item === null) return null;
    return { value: this.core.codec.decode(key, item.flags, item.data, options, "item"), cas: item.cas ?? 0n };
  }

  /** Stores a value, whether or not there is one. @throws ArcusError */
  async set<T = JavaValue>(key: string, value: T, options: StoreOptions<T> = {}): Promise<void> {
    await this.#store("set", key, value, options);
  }

  /** Stores a value if there is none. @returns whether it did. @throws ArcusError */
  add<T = JavaValue>(key: string, value: T, options: StoreOptions<T> = {}): Promise<boolean> {
    return this.#store("add", key, value, options);
  }

  /** Stores a value if there is one. @returns whether it did. @throws ArcusError */
  replace<T = JavaValue>(key: string, value: T, options: StoreOptions<T> = {}): Promise<boolean> {
    return this.#store("replace", key, value, options);
  }

  /** Adds to the end of a value that is there; its flags and expiry stay. @returns whether it did. @throws ArcusError */
  append<T = JavaValue>(key: string, value: T, options: ReadOptions<T> = {}): Promise<boolean> {
    return this.#store("append", key, value, options);
  }

  /** Adds to the front of a value that is there; its flags and expiry stay. @returns whether it did. @throws ArcusError */
  prepend<T = JavaValue>(key: string, value: T, options: ReadOptions<T> = {}): Promise<boolean> {
    return this.#store("prepend", key, value, options);
  }

  /** Stores a value if it is still the one that {@link getWithCas} read. @throws ArcusError */
  async compareAndSet<T = JavaValue>(
    key: string,
    value: T,
    cas: bigint,
    options: StoreOptions<T> = {},
  ): Promise<"stored" | "changed" | "notFound"> {
    const { flags, data } = this.core.codec.encode(key, value, options, "item");
    const expireSeconds = expireSecondsOf(options.expireSeconds);
    const makeRequest = () => casRequest(key, flags, expireSeconds, cas, data);
    const reply = await this.core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    const meanings = { STORED: "stored", EXISTS: "changed", NOT_FOUND: "notFound" } as const;
    return meaningOf(reply, meanings, "compare and set", key);
  }

  /** Counts up a text of digits. @returns the new count, up to 2^64−1; null if the key is not there. @throws ArcusError */
  increment(key: string, options: CountOptions = {}): Promise<bigint | null> {
    return this.#count("incr", key, options);
  }

  /** Counts down, at most to 0. @returns the new count; null if the key is not there. @throws ArcusError */
  decrement(key: string, options: CountOptions = {}): Promise<bigint | null> {
    return this.#count("decr", key, options);
  }

  /** Deletes an item of any type. @returns whether it was there. @throws ArcusError */
  async delete(key: string, options: CallOptions = {}): Promise<boolean> {
    const reply = await this.core.dispatcher.execute(key, () => deleteRequest(key), STATUS_REPLY, options);
    return meaningOf(reply, { DELETED: true, NOT_FOUND: false }, "delete", key);
  }

  /** Gives an item of any type another expiry. @returns whether it is there. @throws ArcusError */
  async touch(key: string, expireSeconds: Expiry, options: CallOptions = {}): Promise<boolean> {
    const makeRequest = () => touchRequest(key, expireSecondsOf(expireSeconds));
    const reply = await this.core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, { TOUCHED: true, NOT_FOUND: false }, "touch", key);
  }

  async #read(key: string, withCas: boolean, call: CallOptions): Promise<ItemValue | null> {
    const reply = await this.core.dispatcher.execute(key, () => getRequest(key, withCas), new ValueReply(), call);
    if (reply instanceof ErrorReply) throw replyError(reply, "get", key);
    return reply[0] ?? null;
  }

  async #store<T>(verb: StoreVerb, key: string, value: T, options: StoreOptions<T>): Promise<boolean> {
    const { flags, data } = this.core.codec.encode(key, value, options, "item");
    const expireSeconds = expireSecondsOf(options.expireSeconds);
    const makeRequest = () => storeRequest(verb, key, flags, expireSeconds, data);
    const reply = await this.core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, { STORED: true, NOT_STORED: false }, verb, key);
  }

  async #count(verb: "incr" | "decr", key: string, options: CountOptions): Promise<bigint | null> {
    const { delta = 1, initial, expireSeconds } = options;
    const create =
      initial === undefined
        ? null
        : { flags: 0, expireSeconds: expireSecondsOf(expireSeconds), initial: BigInt(initial) };
    const makeRequest = () => countRequest(verb, key, BigInt(delta), create);
    const reply = await this.core.dispatcher.execute(key, makeRequest, NUMBER_REPLY, options);
    return typeof reply === "bigint" ? reply : meaningOf(reply, { NOT_FOUND: null }, verb, key);
  }
}
