import {
  ErrorReply,
  flushAllRequest,
  flushPrefixRequest,
  LinesReply,
  type ReplyDecoder,
  type Request,
  ScanReply,
  scanRequest,
  statsRequest,
  VERSION_REQUEST,
  VersionReply,
} from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { Core } from "./core.ts";
import { fromWire } from "./names.ts";
import { meaningOf, replyError, STATUS_REPLY } from "./replies.ts";

/** Of a flush. */
export interface FlushOptions extends CallOptions {
  /** When, in seconds from now. 0. */
  readonly delaySeconds?: number | undefined;
}

/** Of a scan of keys. */
export interface ScanOptions extends CallOptions {
  /** A pattern with `*` and `?`, of up to 64 characters. All. */
  readonly match?: string | undefined;
  /** All. */
  readonly type?: keyof typeof TYPE_LETTERS | undefined;
  /** How many entries a node looks for at a time, 1 to 2 000. 1 000. */
  readonly pageSize?: number | undefined;
}

/** A key that a scan has found. */
export interface ScannedKey {
  readonly key: string;
  readonly type: keyof typeof TYPE_LETTERS;
  readonly node: string;
}

/** A prefix that a scan has found, on one of the nodes. */
export interface ScannedPrefix {
  /** `<null>`: what has none. */
  readonly prefix: string;
  readonly items: number;
  readonly bytes: number;
  readonly node: string;
}

const TYPE_LETTERS = { kv: "K", list: "L", set: "S", map: "M", "b+tree": "B" } as const;
const TYPES = new Map(
  Object.entries(TYPE_LETTERS).map(([type, letter]) => [letter as string, type as ScannedKey["type"]]),
);
const PAGE_SIZE = 1_000;

/** Deletes everything, on all nodes. @throws ArcusError if a node could not be asked; the others have done it */
export async function flushAll(core: Core, { delaySeconds = 0, ...call }: FlushOptions): Promise<void> {
  await onAllNodes(
    core,
    () => flushAllRequest(delaySeconds),
    STATUS_REPLY,
    call,
    (reply, node) => {
      meaningOf(reply, { OK: true }, "flush all of", node);
    },
  );
}

/** Deletes the keys of a prefix, on all nodes. @returns whether any node knew it */
export async function flushPrefix(
  core: Core,
  prefix: string | null,
  { delaySeconds = 0, ...call }: FlushOptions,
): Promise<boolean> {
  let found = false;
  await onAllNodes(
    core,
    () => flushPrefixRequest(prefix, delaySeconds),
    STATUS_REPLY,
    call,
    (reply) => {
      found = meaningOf(reply, { OK: true, NOT_FOUND: false }, "flush prefix", prefix ?? "<null>") || found;
    },
  );
  return found;
}

/** The statistics of each node, by name. @param section ``: the general ones; `settings`, `items`, `slabs`, … */
export async function stats(
  core: Core,
  section: string,
  call: CallOptions,
): Promise<Map<string, ReadonlyMap<string, string>>> {
  const all = new Map<string, ReadonlyMap<string, string>>();
  const word = section.startsWith("prefixes") ? "PREFIX" : "STAT";
  await onAllNodes(
    core,
    () => statsRequest(section),
    () => new LinesReply(word),
    call,
    (reply, node) => {
      if (typeof reply === "string" || reply instanceof ErrorReply) throw replyError(reply, "get stats of", node);
      const lines = reply.map((line): [string, string] => {
        const space = line.indexOf(" ");
        return [line.slice(0, space), line.slice(space + 1)];
      });
      all.set(node, new Map(lines));
    },
  );
  return all;
}

/** The version of each node. */
export async function versions(core: Core, call: CallOptions): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  await onAllNodes(
    core,
    () => VERSION_REQUEST,
    () => new VersionReply(),
    call,
    (reply, node) => {
      if (reply instanceof ErrorReply) throw replyError(reply, "get version of", node);
      all.set(node, reply);
    },
  );
  return all;
}

/** The keys of all nodes, one node after the other. Keys that come or go meanwhile may be missed, or come twice. */
export async function* scanKeys(
  core: Core,
  { match, type, pageSize = PAGE_SIZE, ...call }: ScanOptions,
): AsyncGenerator<ScannedKey, undefined> {
  const selection = { count: pageSize, match: match ?? null, type: type === undefined ? null : TYPE_LETTERS[type] };
  for await (const { node, line } of scan(core, "key", selection, call)) {
    const [key = "", letter = ""] = line.split(" ");
    yield { key: fromWire(key), type: TYPES.get(letter) ?? "kv", node };
  }
  return undefined;
}

/** The prefixes of all nodes, one node after the other. */
export async function* scanPrefixes(
  core: Core,
  { match, pageSize = PAGE_SIZE, ...call }: Omit<ScanOptions, "type">,
): AsyncGenerator<ScannedPrefix, undefined> {
  const selection = { count: pageSize, match: match ?? null, type: null };
  for await (const { node, line } of scan(core, "prefix", selection, call)) {
    const [prefix = "", items, bytes] = line.split(" ");
    yield { prefix: fromWire(prefix), items: Number(items), bytes: Number(bytes), node };
  }
  return undefined;
}

async function* scan(
  core: Core,
  of: "key" | "prefix",
  selection: Parameters<typeof scanRequest>[2],
  call: CallOptions,
): AsyncGenerator<{ readonly node: string; readonly line: string }, undefined> {
  for (const node of core.dispatcher.nodeNames) {
    let cursor = "0";
    do {
      const at = cursor;
      const makeRequests = () => [scanRequest(of, at, selection)];
      const page = await core.dispatcher.executeOn(node, makeRequests, new ScanReply(), call);
      if (page instanceof ErrorReply) throw replyError(page, `scan ${of} at`, node);
      for (const line of page.lines) yield { node, line };
      cursor = page.nextCursor;
    } while (cursor !== "0");
  }
  return undefined;
}

/** Asks all nodes, waits for all, and then throws the first error, if there was one. */
async function onAllNodes<T>(
  core: Core,
  makeRequest: () => Request,
  decoder: ReplyDecoder<T> | (() => ReplyDecoder<T>),
  call: CallOptions,
  use: (reply: T, node: string) => void,
): Promise<void> {
  const nodes = core.dispatcher.nodeNames;
  if (nodes.length === 0) throw new ArcusError("noNodes", "Cannot ask all nodes: the cloud has none at present");
  const asked = nodes.map(async (node) => {
    const reader = typeof decoder === "function" ? decoder() : decoder;
    use(await core.dispatcher.executeOn(node, () => [makeRequest()], reader, call), node);
  });
  const failures = (await Promise.allSettled(asked)).filter((result) => result.status === "rejected");
  if (failures.length > 0) throw failures[0]!.reason;
}
