import {
  type BkeyElement,
  ElementReply,
  type Elements,
  type ErrorReply,
  NumberReply,
  type Order,
  readBkeyElement,
  type Status,
  treeArithmeticRequest,
  treeAroundRequest,
  treeByPositionRequest,
  treeCountRequest,
  treeDeleteRequest,
  treeGetRequest,
  treePositionRequest,
  treeStoreRequest,
  treeUpdateRequest,
} from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { ValueOptions } from "../values/codec.ts";
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
import { ManyTreesOperations } from "./many-trees.ts";
import { meaningOf, STATUS_REPLY } from "./replies.ts";
import type { ReadOptions } from "./items.ts";
import {
  type BkeyInput,
  type BkeyRangeInput,
  fromElement,
  type SelectOptions,
  toBkey,
  toEflag,
  toSelection,
  type TreeElement,
} from "./tree-values.ts";
import {
  type AroundResult,
  type TreeContents,
  type TreeCountOptions,
  type TreeInsertOptions,
  type TreeInsertResult,
  type TreeUpdate,
  updateOf,
} from "./tree-options.ts";

const COUNT_REPLY = new NumberReply("COUNT=");
const POSITION_REPLY = new NumberReply("POSITION=");
const NUMBER_REPLY = new NumberReply();
const NOWHERE = { NOT_FOUND: null, NOT_FOUND_ELEMENT: null } as const;

/** B+trees: elements sorted by their bkey, each with a flag if wanted. */
export class TreeOperations extends ManyTreesOperations {
  readonly #core: Core;

  constructor(core: Core) {
    super(core);
    this.#core = core;
  }

  /** Makes an empty b+tree. @returns whether it did; false: the key is there. @throws ArcusError */
  create<T = JavaValue>(key: string, options: CreateOptions<T> = {}): Promise<boolean> {
    return makeCollection(this.#core, "bop", key, options);
  }

  /** Inserts an element whose bkey is not there. @throws ArcusError bkeyMismatch, outOfRange, overflowed, … */
  insert<T = JavaValue>(
    key: string,
    bkey: BkeyInput,
    value: T,
    options: TreeInsertOptions<T> = {},
  ): Promise<InsertOutcome> {
    return this.#store("insert", key, bkey, value, options);
  }

  /** Inserts an element, or takes the place of the one with its bkey. @throws ArcusError bkeyMismatch, outOfRange, … */
  upsert<T = JavaValue>(
    key: string,
    bkey: BkeyInput,
    value: T,
    options: TreeInsertOptions<T> = {},
  ): Promise<InsertOutcome> {
    return this.#store("upsert", key, bkey, value, options);
  }

  /** Inserts (or, with `upsert`, replaces) an element, and answers the one that had to go for it. @throws ArcusError */
  async insertAndGetTrimmed<T = JavaValue>(
    key: string,
    bkey: BkeyInput,
    value: T,
    options: TreeInsertOptions<T> & { readonly upsert?: boolean } = {},
  ): Promise<TreeInsertResult<T>> {
    const { flags, data } = this.#core.codec.encode(key, value, options, "element");
    const element = { bkey: toBkey(bkey), eflag: toEflag(options.eflag), data };
    const verb = options.upsert === true ? "upsert" : "insert";
    const makeRequest = () => treeStoreRequest(verb, key, element, createOf(options.create, flags), true);
    const decoder = new ElementReply(readBkeyElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    if (!isFound(reply)) {
      return { outcome: meaningOf(reply, INSERT_MEANINGS, "insert into b+tree", key), trimmed: null };
    }
    return { outcome: "stored", trimmed: this.#contents(key, reply, options).elements[0] ?? null };
  }

  /** Changes the value or the flag of an element. @returns whether it is there. @throws ArcusError eflagMismatch, … */
  async update<T = JavaValue>(
    key: string,
    bkey: BkeyInput,
    change: TreeUpdate<T>,
    options: ReadOptions<T> = {},
  ): Promise<boolean> {
    const { value, eflag } = change;
    const data = value === undefined ? null : this.#core.codec.encode(key, value, options, "element").data;
    const flagUpdate = updateOf(eflag);
    if (data === null && flagUpdate === null) {
      throw new ArcusError("invalidArgument", `Cannot update b+tree "${key}": wanted is a value, a flag or both`, {
        key,
      });
    }
    const makeRequest = () => treeUpdateRequest(key, toBkey(bkey), flagUpdate, data);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, { UPDATED: true, NOT_FOUND: false, NOT_FOUND_ELEMENT: false }, "update b+tree", key);
  }

  /** Deletes the selected elements. @returns whether there were any. @throws ArcusError */
  async delete(
    key: string,
    range: BkeyRangeInput,
    options: ElementDeleteOptions & Omit<SelectOptions, "offset"> = {},
  ): Promise<boolean> {
    const selection = toSelection(range, { filter: options.filter, count: options.count });
    const makeRequest = () => treeDeleteRequest(key, selection, options.drop ?? false);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, DELETE_MEANINGS, "delete from b+tree", key);
  }

  /** The selected elements; null if there is no such b+tree. @throws ArcusError outOfRange if they have been trimmed, … */
  async get<T = JavaValue>(
    key: string,
    range: BkeyRangeInput,
    options: ElementReadOptions<T> & SelectOptions = {},
  ): Promise<TreeContents<T> | null> {
    const selection = toSelection(range, options);
    const makeRequest = () => treeGetRequest(key, selection, options.then ?? "keep");
    const decoder = new ElementReply(readBkeyElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    return this.#contentsOrNull(key, reply, options);
  }

  /** How many elements are selected; null if there is no such b+tree. @throws ArcusError */
  async count(
    key: string,
    range: BkeyRangeInput,
    options: CallOptions & Pick<SelectOptions, "filter"> = {},
  ): Promise<number | null> {
    const selection = toSelection(range, { filter: options.filter });
    const reply = await this.#core.dispatcher.execute(
      key,
      () => treeCountRequest(key, selection),
      COUNT_REPLY,
      options,
    );
    return typeof reply === "bigint" ? Number(reply) : meaningOf(reply, { NOT_FOUND: null }, "count b+tree", key);
  }

  /** Counts an element up. @returns the new count; null if it is not there. @throws ArcusError */
  increment(key: string, bkey: BkeyInput, options: TreeCountOptions = {}): Promise<bigint | null> {
    return this.#add("incr", key, bkey, options);
  }

  /** Counts an element down, at most to 0. @returns the new count; null if it is not there. @throws ArcusError */
  decrement(key: string, bkey: BkeyInput, options: TreeCountOptions = {}): Promise<bigint | null> {
    return this.#add("decr", key, bkey, options);
  }

  /** Where an element stands, from 0; null if it is not there. @throws ArcusError */
  async positionOf(
    key: string,
    bkey: BkeyInput,
    order: Order = "asc",
    options: CallOptions = {},
  ): Promise<number | null> {
    const makeRequest = () => treePositionRequest(key, toBkey(bkey), order);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, POSITION_REPLY, options);
    return typeof reply === "bigint" ? Number(reply) : meaningOf(reply, NOWHERE, "find position in b+tree", key);
  }

  /** The elements at positions, from 0; null if there is no such b+tree. @throws ArcusError */
  async getByPosition<T = JavaValue>(
    key: string,
    positions: number | readonly [from: number, to: number],
    order: Order = "asc",
    options: ReadOptions<T> = {},
  ): Promise<TreeContents<T> | null> {
    const text = typeof positions === "number" ? `${positions}` : `${positions[0]}..${positions[1]}`;
    const makeRequest = () => treeByPositionRequest(key, order, text);
    const decoder = new ElementReply(readBkeyElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    return this.#contentsOrNull(key, reply, options);
  }

  /** An element, its position, and up to `count` neighbours on either side (100 at most); null if it is not there. */
  async getAround<T = JavaValue>(
    key: string,
    bkey: BkeyInput,
    count: number,
    order: Order = "asc",
    options: ReadOptions<T> = {},
  ): Promise<AroundResult<T> | null> {
    const makeRequest = () => treeAroundRequest(key, toBkey(bkey), order, count);
    const decoder = new ElementReply(readBkeyElement);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, decoder, options);
    if (!isFound(reply)) return meaningOf(reply, NOWHERE, "look around in b+tree", key);
    const [position = 0, index = 0] = reply.numbers;
    return { position, index, elements: this.#contents(key, reply, options).elements };
  }

  async #store<T>(
    verb: "insert" | "upsert",
    key: string,
    bkey: BkeyInput,
    value: T,
    options: InsertOptions<T> & { readonly eflag?: Uint8Array | undefined },
  ): Promise<InsertOutcome> {
    const { flags, data } = this.#core.codec.encode(key, value, options, "element");
    const element = { bkey: toBkey(bkey), eflag: toEflag(options.eflag), data };
    const makeRequest = () => treeStoreRequest(verb, key, element, createOf(options.create, flags));
    const reply = await this.#core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
    return meaningOf(reply, INSERT_MEANINGS, `${verb} into b+tree`, key);
  }

  async #add(
    verb: "incr" | "decr",
    key: string,
    bkey: BkeyInput,
    { delta = 1, initial, eflag, ...call }: TreeCountOptions,
  ): Promise<bigint | null> {
    const start = initial === undefined ? null : { value: BigInt(initial), eflag: toEflag(eflag) };
    const makeRequest = () => treeArithmeticRequest(verb, key, toBkey(bkey), BigInt(delta), start);
    const reply = await this.#core.dispatcher.execute(key, makeRequest, NUMBER_REPLY, call);
    return typeof reply === "bigint" ? reply : meaningOf(reply, NOWHERE, `${verb} in b+tree`, key);
  }

  #contentsOrNull<T>(
    key: string,
    reply: Elements<BkeyElement> | Status | ErrorReply,
    options: ValueOptions<T>,
  ): TreeContents<T> | null {
    if (isFound(reply)) return this.#contents(key, reply, options);
    const nothing: TreeContents<T> = { elements: [], trimmed: false };
    return meaningOf<TreeContents<T> | null>(
      reply,
      { NOT_FOUND: null, NOT_FOUND_ELEMENT: nothing },
      "get of b+tree",
      key,
    );
  }

  #contents<T>(key: string, reply: Elements<BkeyElement>, options: ValueOptions<T>): TreeContents<T> {
    const { flags, end } = reply;
    const decode = (data: Buffer): T => this.#core.codec.decode(key, flags, data, options, "element");
    const elements = reply.elements.map((element): TreeElement<T> => fromElement(element, decode));
    return { elements, trimmed: end === "TRIMMED" };
  }
}

function isFound(reply: Elements<BkeyElement> | Status | ErrorReply): reply is Elements<BkeyElement> {
  return typeof reply === "object" && "elements" in reply;
}
