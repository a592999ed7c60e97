import {
  ElementReply,
  listDeleteRequest,
  listGetRequest,
  listInsertRequest,
  readPlainElement,
} from "@branta/arcus-protocol";
import type { ArcusError } from "../arcus-error.ts";
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

/** One index, or from the first to the second; counted from 0, negative from the tail: [0, -1] is all. */
export type IndexRange = number | readonly [from: number, to: number];

/** Something to insert into a list. */
export interface ListEntry<T> {
  readonly key: string;
  /** Where; -1 is behind the last. */
  readonly index: number;
  readonly value: T;
}

/** Lists: elements in an order, found by their index. */
export class ListOperations {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Makes an empty list. @returns whether it did; false: the key is there. @throws ArcusError */
  create<T = JavaValue>(key: string, options: CreateOptions<T> = {}): Promise<boolean> {
    return makeCollection(this.#core, "lop", key, options);
  }

  /** Inserts a value at an index; -1 is behind the last. @throws ArcusError outOfRange, overflowed, typeMismatch, … */
  async insert<T = JavaValue>(
    key: string,
    index: number,
    value: T,
    options: InsertOptions<T> = {},
  ): Promise<InsertOutcome> {
    const { flags, data } = this.#core.codec.encode(key, value, options, "element");
    const makeRequest = () => listInsertRequest(key, index, data, createOf(options.create, flags));
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, INSERT_MEANINGS, "insert into list", key);
  }

  /** Inserts many values, into one or many lists, by pipes. What failed is an error in its place. */
  insertMany<T = JavaValue>(
    entries: readonly ListEntry<T>[],
    options: InsertOptions<T> = {},
  ): Promise<readonly (InsertOutcome | ArcusError)[]> {
    const commands = entries.map(({ key, index, value }) => ({
      key,
      makeRequest: () => {
        const { flags, data } = this.#core.codec.encode(key, value, options, "element");
        return listInsertRequest(key, index, data, createOf(options.create, flags));
      },
    }));
    return runPiped<InsertOutcome>(this.#core, commands, INSERT_MEANINGS, "insert into list", options);
  }

  /** The values of a range; null if there is no such list. @throws ArcusError typeMismatch, unreadable, … */
  async get<T = JavaValue>(
    key: string,
    range: IndexRange = [0, -1],
    options: ElementReadOptions<T> = {},
  ): Promise<T[] | null> {
    const makeRequest = () => listGetRequest(key, rangeText(range), options.then ?? "keep");
    const decoder = new ElementReply(readPlainElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    if (typeof reply === "string" || !("elements" in reply)) {
      return meaningOf<T[] | null>(reply, { NOT_FOUND: null, NOT_FOUND_ELEMENT: [] }, "get of list", key);
    }
    const { flags } = reply;
    return reply.elements.map(({ data }) => this.#core.codec.decode(key, flags, data, options, "element"));
  }

  /** Deletes the elements of a range. @returns whether there were any. @throws ArcusError */
  async delete(key: string, range: IndexRange, options: ElementDeleteOptions = {}): Promise<boolean> {
    const makeRequest = () => listDeleteRequest(key, rangeText(range), options.drop ?? false);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, DELETE_MEANINGS, "delete from list", key);
  }
}

function rangeText(range: IndexRange): string {
  return typeof range === "number" ? `${range}` : `${range[0]}..${range[1]}`;
}
