import {
  compareBkeys,
  ErrorReply,
  ManyTreesReply,
  manyTreesRequest,
  type Merged,
  SortMergeReply,
  sortMergeRequest,
  type TreeElements,
  treeStoreRequest,
} from "@branta/arcus-protocol";
import type { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { ValueOptions } from "../values/codec.ts";
import type { JavaValue } from "../values/java-values.ts";
import { type BulkResult, inChunks } from "./bulk.ts";
import { createOf, INSERT_MEANINGS, type InsertOptions, type InsertOutcome } from "./collection-options.ts";
import type { Core } from "./core.ts";
import { mergeSorted } from "./merge-sorted.ts";
import { fromWire } from "./names.ts";
import { runPiped } from "./pipes.ts";
import { meaningOf, replyError } from "./replies.ts";
import type { TreeContents } from "./tree-options.ts";
import {
  type BkeyInput,
  type BkeyRangeInput,
  bkeyFromText,
  fromElement,
  type SelectOptions,
  toBkey,
  toEflag,
  toSelection,
  type TreeElement,
} from "./tree-values.ts";

/** Something to insert into a b+tree. */
export interface TreeEntry<T> {
  readonly key: string;
  readonly bkey: BkeyInput;
  readonly value: T;
  readonly eflag?: Uint8Array | undefined;
}

/** An element, and the b+tree that it is from. */
export interface MergedTreeElement<T> extends TreeElement<T> {
  readonly key: string;
}

/** Elements of many b+trees, as of one. */
export interface MergedTrees<T> {
  /** Sorted by bkey, then by key. */
  readonly elements: readonly MergedTreeElement<T>[];
  /** The keys that nothing was read of: not there, not readable, or the range lies where all was trimmed. */
  readonly missed: ReadonlyMap<string, "notFound" | "unreadable" | "outOfRange">;
  /** The keys of which elements have been trimmed that could have stood in the answer, and the last bkey that is there. */
  readonly trimmed: ReadonlyMap<string, bigint | Buffer>;
  /** Whether some bkey is there more than once. */
  readonly duplicated: boolean;
}

// What one command may ask for (arcus-memcached).
const GET_KEYS_MAX = 200;
const MERGE_KEYS_MAX = 500;

const MISSES = { NOT_FOUND: "notFound", UNREADABLE: "unreadable", OUT_OF_RANGE: "outOfRange" } as const;

/** What concerns many b+trees at once. */
export class ManyTreesOperations {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Inserts (or, with `upsert`, replaces) many elements, of one or many b+trees, by pipes. What failed is an error in its place. */
  insertMany<T = JavaValue>(
    entries: readonly TreeEntry<T>[],
    { upsert = false, ...options }: InsertOptions<T> & { readonly upsert?: boolean } = {},
  ): Promise<readonly (InsertOutcome | ArcusError)[]> {
    const commands = entries.map(({ key, bkey, value, eflag }) => ({
      key,
      makeRequest: () => {
        const { flags, data } = this.#core.codec.encode(key, value, options, "element");
        const element = { bkey: toBkey(bkey), eflag: toEflag(eflag), data };
        return treeStoreRequest(upsert ? "upsert" : "insert", key, element, createOf(options.create, flags));
      },
    }));
    return runPiped<InsertOutcome>(this.#core, commands, INSERT_MEANINGS, "insert into b+tree", options);
  }

  /**
   * The same selection of many b+trees.
   *
   * @param options `count`, 1 to 50, is of each b+tree
   * @returns of each key its elements, or null if there is no such b+tree. What failed is under `failed`
   */
  getMany<T = JavaValue>(
    keys: readonly string[],
    range: BkeyRangeInput,
    options: CallOptions & ValueOptions<T> & SelectOptions & { readonly count: number },
  ): Promise<BulkResult<TreeContents<T> | null>> {
    const selection = toSelection(range, options);
    return inChunks<TreeContents<T> | null>(this.#core, keys, GET_KEYS_MAX, async (node, chunk, result) => {
      const makeRequests = () => [manyTreesRequest(chunk, selection)];
      const reply = await this.#core.dispatcher.executeOn(node, makeRequests, new ManyTreesReply(), options);
      if (typeof reply === "string" || reply instanceof ErrorReply)
        throw replyError(reply, "get of b+trees", chunk[0]!);
      for (const tree of reply) this.#collect(tree, options, result);
    });
  }

  /**
   * The elements of many b+trees as if they were one: sorted by bkey, the first `count` of them.
   *
   * @param options `count`: 1 to 2 000; `unique`: of several elements with the same bkey only the first, false
   */
  async sortMerge<T = JavaValue>(
    keys: readonly string[],
    range: BkeyRangeInput,
    options: CallOptions &
      ValueOptions<T> &
      Pick<SelectOptions, "filter"> & { readonly count: number; readonly unique?: boolean },
  ): Promise<MergedTrees<T>> {
    const { filter, count, unique = false } = options;
    const selection = toSelection(range, { filter, count });
    const parts: Merged[] = [];
    const { failed } = await inChunks(this.#core, [...new Set(keys)], MERGE_KEYS_MAX, async (node, chunk) => {
      const makeRequests = () => [sortMergeRequest(chunk, selection, unique)];
      const reply = await this.#core.dispatcher.executeOn(node, makeRequests, new SortMergeReply(), options);
      if (typeof reply === "string" || reply instanceof ErrorReply) throw replyError(reply, "merge b+trees", chunk[0]!);
      parts.push(reply);
    });
    // A part of the answer would look like all of it.
    for (const error of failed.values()) throw error;
    const { from, to } = selection.range;
    const isDescending = to !== null && compareBkeys(from, to) > 0;
    return this.#merged(mergeSorted(parts, { isDescending, count, unique }), options);
  }

  #collect<T>(tree: TreeElements, options: ValueOptions<T>, result: BulkResult<TreeContents<T> | null>): void {
    const key = fromWire(tree.key);
    try {
      if (tree.status === "OK" || tree.status === "TRIMMED") {
        const decode = (data: Buffer): T => this.#core.codec.decode(key, tree.flags, data, options, "element");
        const elements = tree.elements.map((element) => fromElement(element, decode));
        result.values.set(key, { elements, trimmed: tree.status === "TRIMMED" });
        return;
      }
      const nothing: TreeContents<T> = { elements: [], trimmed: false };
      const meanings = { NOT_FOUND: null, NOT_FOUND_ELEMENT: nothing };
      result.values.set(key, meaningOf<TreeContents<T> | null>(tree.status, meanings, "get of b+tree", key));
    } catch (error) {
      result.failed.set(key, error as ArcusError);
    }
  }

  #merged<T>(merged: Merged, options: ValueOptions<T>): MergedTrees<T> {
    const elements = merged.elements.map((element): MergedTreeElement<T> => {
      const key = fromWire(element.key);
      const decode = (data: Buffer): T => this.#core.codec.decode(key, element.flags, data, options, "element");
      return { key, ...fromElement(element, decode) };
    });
    const missed = merged.missed.map(({ key, status }) => {
      const name = fromWire(key);
      return [name, meaningOf<"notFound" | "unreadable" | "outOfRange">(status, MISSES, "merge b+tree", name)] as const;
    });
    const trimmed = merged.trimmed.map(({ key, bkey }) => [fromWire(key), bkeyFromText(bkey)] as const);
    return { elements, missed: new Map(missed), trimmed: new Map(trimmed), duplicated: merged.duplicated };
  }
}
