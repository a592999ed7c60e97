import {
  cacheListPath,
  clientListPath,
  formatClientEntry,
  parseCacheNodeName,
  REPLICATED_CACHE_LIST,
} from "@branta/arcus-protocol";
import { isZooKeeperError, ZooKeeper } from "@branta/zookeeper-client";
import { networkInterfaces, hostname } from "node:os";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { Hooks } from "../hooks.ts";
import type { Directory } from "./directory.ts";

export interface ZooKeeperDirectoryOptions {
  readonly serviceCode: string;
  readonly sessionTimeoutMs: number;
  readonly poolSize: number;
  readonly clientVersion: string;
  readonly hooks: Hooks;
}

const RETRY_AFTER_MS = 1_000;

/**
 * Follows the list of a cloud's nodes in ZooKeeper, and enters this client in the list of clients. While the ensemble cannot be
 * asked, the nodes stay those that were known last.
 */
export class ZooKeeperDirectory implements Directory {
  readonly #zk: ZooKeeper;
  readonly #options: ZooKeeperDirectoryOptions;
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined;
  /** Ends the present wait. */
  #wake: () => void = () => {};
  #nodes: readonly string[];
  /** The session in which this client stands in the list of clients. */
  #registeredIn: string | null = null;

  private constructor(zk: ZooKeeper, options: ZooKeeperDirectoryOptions, nodes: readonly string[]) {
    this.#zk = zk;
    this.#options = options;
    this.#nodes = nodes;
  }

  /** Resolves when the list has been read once. @throws ArcusError unknownService; ZooKeeperError */
  static async open(
    ensemble: string,
    options: ZooKeeperDirectoryOptions,
    call: CallOptions = {},
  ): Promise<ZooKeeperDirectory> {
    const { sessionTimeoutMs } = options;
    const zk = await ZooKeeper.connect(ensemble, { sessionTimeoutMs, onExpiry: "renew", ...call });
    try {
      return new ZooKeeperDirectory(zk, options, await readNodes(zk, options, call));
    } catch (error) {
      await zk.close();
      throw error;
    }
  }

  follow(listener: (addresses: readonly string[]) => void): void {
    listener(this.#nodes);
    this.#work = this.#follow(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#zk.close();
    await this.#work;
  }

  async #follow(listener: (addresses: readonly string[]) => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#register();
        const changed = Promise.withResolvers<void>();
        this.#wake = changed.resolve;
        // One-shot watches: the real clouds' ensembles are of 3.5, which have no others. Lost ones resolve, too.
        const { children } = await this.#zk.children(cacheListPath(this.#options.serviceCode), {
          watch: () => changed.resolve(),
          signal,
        });
        this.#nodes = addressesOf(children, this.#options.hooks);
        listener(this.#nodes);
        await changed.promise;
      } catch (error) {
        if (signal.aborted) return;
        this.#options.hooks.warning?.(error);
        const pause = Promise.withResolvers<void>();
        this.#wake = pause.resolve;
        setTimeout(pause.resolve, RETRY_AFTER_MS).unref();
        await pause.promise;
      }
    }
  }

  /** Makes the client's entry, which nobody needs but people who ask who uses the cloud. */
  async #register(): Promise<void> {
    const { session } = this.#zk;
    if (session === undefined || this.#registeredIn === session.id.toString()) return;
    const { serviceCode, poolSize, clientVersion, hooks } = this.#options;
    const entry = formatClientEntry({
      hostName: hostname(),
      ip: ownAddress(),
      poolSize,
      language: "node",
      version: clientVersion,
      since: localTime(new Date()),
      session: session.id.toString(16),
      extra: `node=${process.versions.node}`,
    });
    this.#registeredIn = session.id.toString();
    try {
      await this.#zk.create(`${clientListPath(serviceCode)}/${entry}`, null, { ephemeral: true });
    } catch (error) {
      hooks.warning?.(error);
    }
  }
}

async function readNodes(
  zk: ZooKeeper,
  { serviceCode, hooks }: ZooKeeperDirectoryOptions,
  call: CallOptions,
): Promise<readonly string[]> {
  try {
    const { children } = await zk.children(cacheListPath(serviceCode), call);
    return addressesOf(children, hooks);
  } catch (error) {
    if (!isZooKeeperError(error, "NoNode")) throw error;
    const isReplicated = (await zk.exists(`${REPLICATED_CACHE_LIST}/${serviceCode}`, call)) !== null;
    const reason = isReplicated
      ? "it is a cloud of the enterprise edition, with replication, which this client does not speak"
      : `the ensemble has no node "${cacheListPath(serviceCode)}"`;
    throw new ArcusError("unknownService", `Cannot use the cloud "${serviceCode}": ${reason}`, { cause: error });
  }
}

function addressesOf(children: readonly string[], hooks: Hooks): readonly string[] {
  const addresses = new Set<string>();
  for (const name of children) {
    try {
      addresses.add(parseCacheNodeName(name).address);
    } catch (error) {
      hooks.warning?.(error);
    }
  }
  return [...addresses].sort();
}

/** The first address of this machine that others may know; else the loopback's. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/** `yyyyMMddHHmmss` */
function localTime(date: Date): string {
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${date.getFullYear()}${parts.map((part) => String(part).padStart(2, "0")).join("")}`;
}
