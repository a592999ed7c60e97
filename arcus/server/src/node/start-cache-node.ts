import { randomInt } from "node:crypto";
import type { Socket } from "node:net";

import { Cache } from "@branta/arcus-engine";
import { SharedInput } from "@branta/foundation-net";

import { CommandLog } from "../admin/command-log.ts";
import { KeyDump } from "../admin/key-dump.ts";
import { LongQueries } from "../admin/long-queries.ts";
import { Scrubber } from "../admin/scrubber.ts";
import { ClientListener } from "../connection/client-listener.ts";
import { InputBudget } from "../connection/pending-input.ts";
import { ReplyBuffer } from "../connection/reply-buffer.ts";
import { Request } from "../connection/request.ts";
import { TurnQueue } from "../connection/turn-queue.ts";
import { UnreadReplies } from "../connection/unread-replies.ts";
import { ArcusServerError } from "../server-error.ts";
import { OperationCounters } from "../stats/operation-counters.ts";
import { TopKeys } from "../stats/top-keys.ts";
import type { NodeContext, NodeSettings, NodeSurroundings, Traffic } from "./node-context.ts";
import type { NodeOptions } from "./node-options.ts";

/** Input of one read at most, and replies gathered before they are copied out of the cache's memory. */
const INPUT_BYTES = 64 * 1024;
const OUTPUT_BYTES = 1024 * 1024;
/** Unfinished requests of all connections together. */
const PENDING_BYTES_MAX = 256 * 1024 * 1024;
/** Large replies of all connections together that wait for slow clients. */
const UNREAD_BYTES_MAX = 512 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;
const STATS_PREFIXES_MAX = 50;
const CLOCK_INTERVAL_MS = 100;
const HASH_SEEDS = 2 ** 32;

/** A node that serves clients, until it is closed. */
export class CacheNode implements AsyncDisposable {
  readonly node: NodeContext;
  readonly #listener: ClientListener;
  readonly #output: ReplyBuffer;
  readonly #clock: NodeJS.Timeout;

  constructor(node: NodeContext, listener: ClientListener, parts: { output: ReplyBuffer; clock: NodeJS.Timeout }) {
    this.node = node;
    this.#listener = listener;
    this.#output = parts.output;
    this.#clock = parts.clock;
  }

  /** Where it listens; 0 for a socket in the file system. */
  get port(): number {
    return this.#listener.port;
  }

  /** Serves a client that came by another way than the listener. */
  accept(socket: Socket): void {
    this.#listener.accept(socket);
  }

  /** Sends the replies that wait for other connections' turns. */
  sendReplies(): void {
    this.#output.sendAll();
  }

  /** Removes the items that the cloud places elsewhere by now. */
  scrubStale(): void {
    this.node.scrubber.startStale();
  }

  /** Accepts nobody any more and, after so many seconds, ends the connections there are. */
  async close(graceSeconds = 0): Promise<void> {
    await this.#listener.close(graceSeconds);
    clearInterval(this.#clock);
    this.node.commandLog.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Starts a cache node.
 * @throws ArcusServerError "cannotListen" when the address cannot be had, "badOptionValue" when the memory cannot
 */
export async function startCacheNode(options: NodeOptions, surroundings: NodeSurroundings): Promise<CacheNode> {
  const cache = reserve(options);
  let listener: ClientListener | null = null;
  const node = nodeContext(cache, options, surroundings, () => listener?.port ?? 0);
  const output = new ReplyBuffer(cache, [INPUT_BYTES, INPUT_BYTES + OUTPUT_BYTES], setImmediate);
  listener = await ClientListener.open(node, {
    request: new Request(),
    input: new SharedInput(INPUT_BYTES),
    output,
    inputBytes: INPUT_BYTES,
    inputBudget: new InputBudget(PENDING_BYTES_MAX),
    unread: new UnreadReplies(UNREAD_BYTES_MAX),
    turns: new TurnQueue(surroundings.nowMs),
  });
  const clock = setInterval(() => (cache.nowS = wallS()), CLOCK_INTERVAL_MS).unref();
  return new CacheNode(node, listener, { output, clock });
}

function reserve(options: NodeOptions): Cache {
  try {
    return openCache(options);
  } catch (cause) {
    const megabytes = Math.floor(options.memoryLimitBytes / MEGABYTE);
    const message = `Reserving the memory of -m "${megabytes}" failed: wanted no more megabytes than this system can give`;
    throw new ArcusServerError("badOptionValue", message, { cause });
  }
}

function openCache(options: NodeOptions): Cache {
  const cache = new Cache({
    limitBytes: options.memoryLimitBytes,
    yardBytes: INPUT_BYTES + OUTPUT_BYTES,
    canEvict: options.evicts,
    prefixDelimiter: options.prefixDelimiter,
    hashSeed: randomInt(HASH_SEEDS) | 0,
    startedS: wallS(),
    chunkBytes: options.chunkSize,
    growthFactor: options.growthFactor,
    itemBytesMax: options.itemSizeMax,
    stickyBytesMax: options.stickyLimitBytes,
    listSizeMax: options.listSizeMax,
    setSizeMax: options.setSizeMax,
    mapSizeMax: options.mapSizeMax,
    btreeSizeMax: options.btreeSizeMax,
    elementBytesMax: options.elementBytesMax,
  });
  cache.nowS = wallS();
  return cache;
}

function nodeContext(
  cache: Cache,
  options: NodeOptions,
  surroundings: NodeSurroundings,
  port: () => number,
): NodeContext {
  const startedMs = performance.now();
  const uptimeSeconds = (): number => Math.floor((performance.now() - startedMs) / 1000);
  const topKeys = options.topKeys > 0 ? new TopKeys(options.topKeys, uptimeSeconds) : null;
  const delimiter = options.prefixDelimiter.charCodeAt(0);
  const settings: NodeSettings = {
    connectionsMax: options.connectionsMax,
    verbosity: options.verbosity,
    statsPrefixesMax: STATS_PREFIXES_MAX,
  };
  let isStopping = false;
  return {
    cache,
    options,
    cloud: surroundings.cloud,
    counters: new OperationCounters({ delimiter, detailed: options.detailEnabled, topKeys }),
    traffic: noTraffic(),
    settings,
    scrubber: new Scrubber({ cache, owns: surroundings.owns, countPerSlice: options.scrubCount, now: Date.now }),
    longQueries: new LongQueries(Date.now),
    commandLog: new CommandLog({ port, now: Date.now }),
    keyDump: new KeyDump({ cache, delimiter: options.prefixDelimiter, now: Date.now }),
    log: surroundings.log,
    get port() {
      return port();
    },
    get isStopping() {
      return isStopping;
    },
    stop(delaySeconds) {
      isStopping = true;
      surroundings.stop(delaySeconds);
    },
    uptimeSeconds,
    random: (below) => Math.floor(Math.random() * below),
  };
}

function noTraffic(): Traffic {
  return {
    connections: 0,
    totalConnections: 0,
    rejected: 0,
    quits: 0,
    bytesRead: 0,
    bytesWritten: 0,
    yields: 0,
  };
}

function wallS(): number {
  return Math.floor(Date.now() / 1000);
}
