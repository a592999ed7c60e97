import type { CallOptions } from "./call-options.ts";
import { type ClientOptions, nodeOptionsOf } from "./client-options.ts";
import type { Directory } from "./cloud/directory.ts";
import { Dispatcher } from "./cloud/dispatcher.ts";
import { StaticDirectory } from "./cloud/static-directory.ts";
import { ZooKeeperDirectory } from "./cloud/zookeeper-directory.ts";
import type { NodeStatus } from "./node/cache-node.ts";
import { type AttributeChanges, type Attributes, readAttributes, writeAttributes } from "./operations/attributes.ts";
import { BulkOperations } from "./operations/bulk.ts";
import { ListOperations } from "./operations/lists.ts";
import { MapOperations } from "./operations/maps.ts";
import { SetOperations } from "./operations/sets.ts";
import { TreeOperations } from "./operations/trees.ts";
import * as cloud from "./operations/whole-cloud.ts";
import { ValueCodec } from "./values/codec.ts";

const CLIENT_VERSION = "0.1.0";
const DEFAULT_TIMEOUT_MS = 700;
const DEFAULT_SESSION_TIMEOUT_MS = 15_000;

/**
 * A client of an Arcus cache cloud. It knows the nodes from ZooKeeper, and each key's node by the ring that all members of the
 * cloud compute. When a node fails, operations on its keys fail at once, until the ensemble drops it and its keys belong to
 * others. Close it with `await using`, or by {@link close}.
 */
export class ArcusClient extends BulkOperations implements AsyncDisposable {
  readonly lists: ListOperations;
  readonly sets: SetOperations;
  readonly maps: MapOperations;
  readonly trees: TreeOperations;
  readonly #dispatcher: Dispatcher;
  readonly #directory: Directory;
  #closed: Promise<void> | undefined;

  private constructor(directory: Directory, options: ClientOptions) {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, hooks = {} } = options;
    const dispatcher = new Dispatcher(nodeOptionsOf(options), timeoutMs, hooks);
    const core = { dispatcher, codec: new ValueCodec(options.transcoder) };
    super(core);
    this.#dispatcher = dispatcher;
    this.#directory = directory;
    this.lists = new ListOperations(core);
    this.sets = new SetOperations(core);
    this.maps = new MapOperations(core);
    this.trees = new TreeOperations(core);
    directory.follow((addresses) => dispatcher.setNodes(addresses));
  }

  /**
   * Joins the clients of a cloud. Resolves when its nodes are known; connections to them are made meanwhile.
   *
   * @param ensemble ZooKeeper's connection string, `zoo1:2181,zoo2:2181`
   * @param serviceCode the cloud's name
   * @throws ArcusError unknownService; ZooKeeperError, if the ensemble cannot be asked
   */
  static async connect(
    ensemble: string,
    serviceCode: string,
    options: ClientOptions & CallOptions = {},
  ): Promise<ArcusClient> {
    const { poolSize } = nodeOptionsOf(options);
    const directory = await ZooKeeperDirectory.open(
      ensemble,
      {
        serviceCode,
        sessionTimeoutMs: options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
        poolSize,
        clientVersion: CLIENT_VERSION,
        hooks: options.hooks ?? {},
      },
      { signal: options.signal },
    );
    return new ArcusClient(directory, options);
  }

  /** A client of nodes that are given, `host:port` each, without an ensemble: for development, or a single node. */
  static forNodes(addresses: readonly string[], options: ClientOptions = {}): ArcusClient {
    return new ArcusClient(new StaticDirectory(addresses), options);
  }

  /** The nodes of the cloud, and how it stands with them. */
  get nodes(): readonly NodeStatus[] {
    return this.#dispatcher.statuses;
  }

  /** The node that owns a key, `ip:port`. @throws ArcusError closed, noNodes */
  nodeOf(key: string): string {
    return this.#dispatcher.ownerOf(key);
  }

  /** What an item is; null if there is none. @throws ArcusError */
  getAttributes(key: string, options: CallOptions = {}): Promise<Attributes | null> {
    return readAttributes(this.core, key, options);
  }

  /** Changes what an item is. @returns whether it is there. @throws ArcusError */
  setAttributes(key: string, changes: AttributeChanges, options: CallOptions = {}): Promise<boolean> {
    return writeAttributes(this.core, key, changes, options);
  }

  /** Deletes everything, on all nodes. @throws ArcusError if a node could not be asked; the others have done it */
  flushAll(options: cloud.FlushOptions = {}): Promise<void> {
    return cloud.flushAll(this.core, options);
  }

  /** Deletes all keys of a prefix, on all nodes. @param prefix null: those that have none. @returns whether it was known */
  flushPrefix(prefix: string | null, options: cloud.FlushOptions = {}): Promise<boolean> {
    return cloud.flushPrefix(this.core, prefix, options);
  }

  /** The keys of all nodes. Those that come or go meanwhile may be missed, or come twice. */
  scanKeys(options: cloud.ScanOptions = {}): AsyncGenerator<cloud.ScannedKey, undefined> {
    return cloud.scanKeys(this.core, options);
  }

  /** The prefixes of all nodes. */
  scanPrefixes(options: Omit<cloud.ScanOptions, "type"> = {}): AsyncGenerator<cloud.ScannedPrefix, undefined> {
    return cloud.scanPrefixes(this.core, options);
  }

  /** The statistics of each node, by the node's name. @param section of `stats`, such as `settings`; the general ones */
  stats(section = "", options: CallOptions = {}): Promise<Map<string, ReadonlyMap<string, string>>> {
    return cloud.stats(this.core, section, options);
  }

  /** The version of each node, by the node's name. */
  versions(options: CallOptions = {}): Promise<Map<string, string>> {
    return cloud.versions(this.core, options);
  }

  /** Ends all connections; calls without an answer fail. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#dispatcher.close();
    await this.#directory[Symbol.asyncDispose]();
  }
}
