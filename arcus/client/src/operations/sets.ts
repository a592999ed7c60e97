import {
  ElementReply,
  readPlainElement,
  setDeleteRequest,
  setExistRequest,
  setGetRequest,
  setInsertRequest,
} from "@branta/arcus-protocol";
import type { ArcusError } from "../arcus-error.ts";
import type { ReadOptions } from "./items.ts";
import type { JavaValue } from "../values/java-values.ts";
import {
  createOf,
  type CreateOptions,
  DELETE_MEANINGS,
  type ElementDeleteOptions,
  type ElementReadOptions,
  INSERT_MEANINGS,
  type InsertOptions,
  type InsertOutcome,
} from "./collection-options.ts";
import type { Core } from "./core.ts";
import { makeCollection } from "./make-collection.ts";
import { runPiped } from "./pipes.ts";
import { meaningOf, STATUS_REPLY } from "./replies.ts";

/** Something to insert into a set. */
export interface SetEntry<T> {
  readonly key: string;
  readonly value: T;
}

const EXIST_MEANINGS = { EXIST: true, NOT_EXIST: false, NOT_FOUND: false } as const;

/** Sets: each value once, in no order. */
export class SetOperations {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Makes an empty set. @returns whether it did; false: the key is there. @throws ArcusError */
  create<T = JavaValue>(key: string, options: CreateOptions<T> = {}): Promise<boolean> {
    return makeCollection(this.#core, "sop", key, options);
  }

  /** Inserts a value. @throws ArcusError overflowed, typeMismatch, … */
  async insert<T = JavaValue>(key: string, value: T, options: InsertOptions<T> = {}): Promise<InsertOutcome> {
    const { flags, data } = this.#core.codec.encode(key, value, options, "element");
    const makeRequest = () => setInsertRequest(key, data, createOf(options.create, flags));
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, INSERT_MEANINGS, "insert into set", key);
  }

  /** Inserts many values, into one or many sets, by pipes. What failed is an error in its place. */
  insertMany<T = JavaValue>(
    entries: readonly SetEntry<T>[],
    options: InsertOptions<T> = {},
  ): Promise<readonly (InsertOutcome | ArcusError)[]> {
    const commands = entries.map(({ key, value }) => ({
      key,
      makeRequest: () => {
        const { flags, data } = this.#core.codec.encode(key, value, options, "element");
        return setInsertRequest(key, data, createOf(options.create, flags));
      },
    }));
    return runPiped<InsertOutcome>(this.#core, commands, INSERT_MEANINGS, "insert into set", options);
  }

  /** Whether a value is there; false also if there is no such set. @throws ArcusError typeMismatch, unreadable, … */
  async has<T = JavaValue>(key: string, value: T, options: ReadOptions<T> = {}): Promise<boolean> {
    const { data } = this.#core.codec.encode(key, value, options, "element");
    const makeRequest = () => setExistRequest(key, data);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, EXIST_MEANINGS, "look into set", key);
  }

  /** Whether each of many values is there, by pipes. What failed is an error in its place. */
  hasMany<T = JavaValue>(
    key: string,
    values: readonly T[],
    options: ReadOptions<T> = {},
  ): Promise<readonly (boolean | ArcusError)[]> {
    const commands = values.map((value) => ({
      key,
      makeRequest: () => setExistRequest(key, this.#core.codec.encode(key, value, options, "element").data),
    }));
    return runPiped<boolean>(this.#core, commands, EXIST_MEANINGS, "look into set", options);
  }

  /** Values of the set, drawn at random. @param count 0: all; at most 1 000. @returns null if there is no such set */
  async get<T = JavaValue>(key: string, count = 0, options: ElementReadOptions<T> = {}): Promise<T[] | null> {
    const makeRequest = () => setGetRequest(key, count, options.then ?? "keep");
    const decoder = new ElementReply(readPlainElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    if (typeof reply === "string" || !("elements" in reply)) {
      return meaningOf<T[] | null>(reply, { NOT_FOUND: null, NOT_FOUND_ELEMENT: [] }, "get of set", key);
    }
    const { flags } = reply;
    return reply.elements.map(({ data }) => this.#core.codec.decode(key, flags, data, options, "element"));
  }

  /** Deletes a value. @returns whether it was there. @throws ArcusError */
  async delete<T = JavaValue>(
    key: string,
    value: T,
    options: ElementDeleteOptions & ReadOptions<T> = {},
  ): Promise<boolean> {
    const { data } = this.#core.codec.encode(key, value, options, "element");
    const makeRequest = () => setDeleteRequest(key, data, options.drop ?? false);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, DELETE_MEANINGS, "delete from set", key);
  }
}
