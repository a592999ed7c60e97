import {
  ElementReply,
  mapDeleteRequest,
  mapGetRequest,
  mapStoreRequest,
  mapUpdateRequest,
  readFieldElement,
} from "@branta/arcus-protocol";
import type { ArcusError } from "../arcus-error.ts";
import type { JavaValue } from "../values/java-values.ts";
import type { ReadOptions } from "./items.ts";
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
import { fromWire } from "./names.ts";
import { runPiped } from "./pipes.ts";
import { meaningOf, STATUS_REPLY } from "./replies.ts";

/** Something to put into a map. */
export interface MapEntry<T> {
  readonly key: string;
  readonly field: string;
  readonly value: T;
}

/** Maps: values by fields, of up to 250 bytes without spaces. */
export class MapOperations {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Makes an empty map. @returns whether it did; false: the key is there. @throws ArcusError */
  create<T = JavaValue>(key: string, options: CreateOptions<T> = {}): Promise<boolean> {
    return makeCollection(this.#core, "mop", key, options);
  }

  /** Inserts a field that is not there. @throws ArcusError overflowed, typeMismatch, … */
  insert<T = JavaValue>(key: string, field: string, value: T, options: InsertOptions<T> = {}): Promise<InsertOutcome> {
    return this.#store("insert", key, field, value, options);
  }

  /** Inserts a field, or gives it another value. @throws ArcusError overflowed, typeMismatch, … */
  upsert<T = JavaValue>(key: string, field: string, value: T, options: InsertOptions<T> = {}): Promise<InsertOutcome> {
    return this.#store("upsert", key, field, value, options);
  }

  /** Inserts or, with `upsert`, also replaces many fields, of one or many maps, by pipes. What failed is an error in its place. */
  insertMany<T = JavaValue>(
    entries: readonly MapEntry<T>[],
    { upsert = false, ...options }: InsertOptions<T> & { readonly upsert?: boolean } = {},
  ): Promise<readonly (InsertOutcome | ArcusError)[]> {
    const commands = entries.map(({ key, field, value }) => ({
      key,
      makeRequest: () => {
        const { flags, data } = this.#core.codec.encode(key, value, options, "element");
        return mapStoreRequest(upsert ? "upsert" : "insert", key, field, data, createOf(options.create, flags));
      },
    }));
    return runPiped<InsertOutcome>(this.#core, commands, INSERT_MEANINGS, "insert into map", options);
  }

  /** Gives a field that is there another value. @returns whether it was there. @throws ArcusError */
  async update<T = JavaValue>(key: string, field: string, value: T, options: ReadOptions<T> = {}): Promise<boolean> {
    const { data } = this.#core.codec.encode(key, value, options, "element");
    const makeRequest = () => mapUpdateRequest(key, field, data);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, { UPDATED: true, NOT_FOUND: false, NOT_FOUND_ELEMENT: false }, "update map", key);
  }

  /** Fields and their values. @param fields none: all. @returns null if there is no such map. @throws ArcusError */
  async get<T = JavaValue>(
    key: string,
    fields: readonly string[] = [],
    options: ElementReadOptions<T> = {},
  ): Promise<Map<string, T> | null> {
    const makeRequest = () => mapGetRequest(key, fields, options.then ?? "keep");
    const decoder = new ElementReply(readFieldElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    if (typeof reply === "string" || !("elements" in reply)) {
      const meanings = { NOT_FOUND: null, NOT_FOUND_ELEMENT: new Map<string, T>() };
      return meaningOf<Map<string, T> | null>(reply, meanings, "get of map", key);
    }
    const { flags, elements } = reply;
    const decode = (data: Buffer): T => this.#core.codec.decode(key, flags, data, options, "element");
    return new Map(elements.map(({ field, data }) => [fromWire(field), decode(data)]));
  }

  /** Deletes fields. @returns whether any was there. @throws ArcusError */
  async delete(key: string, fields: readonly string[] | "all", options: ElementDeleteOptions = {}): Promise<boolean> {
    // A node takes no fields for all of them, which a list that happens to be empty does not mean.
    if (fields.length === 0) return false;
    const makeRequest = () => mapDeleteRequest(key, fields === "all" ? [] : fields, options.drop ?? false);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, DELETE_MEANINGS, "delete from map", key);
  }

  async #store<T>(
    verb: "insert" | "upsert",
    key: string,
    field: string,
    value: T,
    options: InsertOptions<T>,
  ): Promise<InsertOutcome> {
    const { flags, data } = this.#core.codec.encode(key, value, options, "element");
    const makeRequest = () => mapStoreRequest(verb, key, field, data, createOf(options.create, flags));
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, INSERT_MEANINGS, `${verb} into map`, key);
  }
}
