import type { Acl, ClientInfo, Stat } from "@branta/zookeeper-protocol";
import { AsyncQueue } from "./async-queue.ts";
import { type ConnectOptions, resolveConnectOptions } from "./connect-options.ts";
import { formatHost, parseConnectionString } from "./connection-string.ts";
import type { Data } from "./data.ts";
import { followConfig } from "./follow-config.ts";
import { Namespace } from "./namespace.ts";
import { type Created, type CreateOptions, createOperation, oldCreateOperation } from "./operations/create.ts";
import * as inspect from "./operations/inspect.ts";
import { multiReadOperation, type Read, type ReadResults } from "./operations/multi-read.ts";
import * as read from "./operations/read.ts";
import { Transaction } from "./operations/transaction.ts";
import * as watching from "./operations/watch.ts";
import * as write from "./operations/write.ts";
import { type AddWatchOptions, addPersistentWatch, type PersistentWatch } from "./persistent-watch.ts";
import type { CallOptions } from "./session/operation.ts";
import type { AuthInfo, SessionCredentials } from "./session/session-options.ts";
import { isConnected, isOver, type SessionState } from "./session/session-state.ts";
import { Session, type StateListener } from "./session/session.ts";
import type { NodeEvent, WatchCallback } from "./session/watch-registry.ts";
import {
  createByOldServer,
  createWithParents,
  deleteRecursive,
  ensurePath,
  type EnsureOptions,
} from "./tree-operations.ts";
import { type ResyncEvent, type WatchOptions, watchStream } from "./watch-stream.ts";
import { failure } from "./zookeeper-error.ts";

/** States that may wait for a reader of {@link ZooKeeper.states}; a slower one skips to the newest. */
const MAX_BUFFERED_STATES = 256;

/**
 * A session with a ZooKeeper ensemble.
 *
 * ```ts
 * await using zk = await ZooKeeper.connect("zoo1:2181,zoo2:2181/app");
 * await zk.create("/config", "blue", { parents: true });
 * ```
 *
 * Calls made while there is no connection wait for one, for at most the session timeout. A call whose answer is lost
 * with its connection is rejected with ConnectionLoss if it was a write (it may have happened), and asked again on the
 * next connection if it was a read. All rejections are {@link ZooKeeperError}s. Bytes given to a call must not be
 * changed before it is answered.
 */
export class ZooKeeper implements AsyncDisposable {
  readonly #session: Session;
  readonly #namespace: Namespace;
  readonly #target: read.WatchTarget;
  /** Whether it was told to expect servers before 3.5. */
  readonly isOldServer: boolean;

  private constructor(connectionString: string, options: ConnectOptions) {
    const { session, chroot } = resolveConnectOptions(connectionString, options);
    this.#session = new Session(session);
    this.#namespace = new Namespace(chroot);
    this.isOldServer = options.oldServer ?? false;
    this.#target = { namespace: this.#namespace, watches: this.#session.watches };
    if (options.followConfig === true) followConfig(this.#session);
  }

  /** A client that begins to connect, and is usable at once. @throws ZooKeeperError InvalidArgument. */
  static open(connectionString: string, options: ConnectOptions = {}): ZooKeeper {
    const zk = new ZooKeeper(connectionString, options);
    zk.#session.start();
    return zk;
  }

  /**
   * A client that is connected.
   *
   * @param connectionString `host:port[,host:port…][/chroot]`
   * @throws ZooKeeperError ConnectionLoss if no server answers within `timeoutMs` (the session timeout if not given),
   *   AuthFailed, SessionExpired, Aborted, InvalidArgument
   */
  static async connect(connectionString: string, options: ConnectOptions = {}): Promise<ZooKeeper> {
    const zk = ZooKeeper.open(connectionString, options);
    try {
      await zk.connected({ signal: options.signal, timeoutMs: options.timeoutMs ?? zk.#session.timeoutMs });
      return zk;
    } catch (error) {
      await zk.close();
      throw error;
    }
  }

  get state(): SessionState {
    return this.#session.state;
  }

  /** The path below which everything happens; "" for none. */
  get chroot(): string {
    return this.#namespace.chroot;
  }

  /** Whether another session follows when this one expires (`onExpiry: "renew"`). */
  get renews(): boolean {
    return this.#session.renews;
  }

  /** What it takes to continue this session elsewhere; undefined before the first connection. */
  get session(): SessionCredentials | undefined {
    return this.#session.credentials;
  }

  /** The session timeout the server granted, ms. */
  get sessionTimeoutMs(): number {
    return this.#session.timeoutMs;
  }

  /** The last transaction whose effects this client has seen. */
  get lastZxid(): number {
    return this.#session.lastZxid;
  }

  /** The server the client is connected to now, `host:port`. */
  get server(): string | undefined {
    return this.#session.server;
  }

  /** The servers among which the client chooses, `host:port`, in the order in which it tries them. */
  get servers(): readonly string[] {
    return this.#session.servers.map(formatHost);
  }

  /**
   * Replaces the servers of the connection string, for an ensemble that has changed. The session goes on. If its server
   * is not among the new ones, or if there are more than before and chance wants it, the client waits for the answers
   * that are due and changes to another server: the chances are such that many clients that do the same stay spread
   * evenly (they are those of Apache's Java client, ZOOKEEPER-1355).
   *
   * @param connectionString `host:port[,host:port…]`; a chroot must be the one the client has
   * @returns whether the client changes its server now
   * @throws ZooKeeperError InvalidArgument
   */
  updateServerList(connectionString: string): boolean {
    const { hosts, chroot } = parseConnectionString(connectionString);
    if (chroot !== "" && chroot !== this.chroot) {
      const detail = `the chroot must stay "${this.chroot}", not become "${chroot}"`;
      throw failure("InvalidArgument", "take the servers of", connectionString, { detail });
    }
    return this.#session.updateServers(hosts);
  }

  /**
   * Aborted when the session is over, or can no longer be believed to live because the client has been cut off for the
   * session timeout. Whatever stands on an ephemeral node must stop then. A later session has a signal of its own.
   */
  get sessionSignal(): AbortSignal {
    return this.#session.alive;
  }

  /** Calls `listener` at every change of state. */
  onState(listener: StateListener): Disposable {
    return this.#session.onState(listener);
  }

  /** The state now, and every state that follows, until the session is over for good. */
  states(): AsyncIterableIterator<SessionState, undefined> & AsyncDisposable {
    const subscription = this.#session.onState((state) => {
      states.push(state);
      if (this.#isFinal(state)) states.end();
    });
    const states = new AsyncQueue<SessionState>({
      limit: MAX_BUFFERED_STATES,
      overflow: () => this.state,
      onClose: () => subscription[Symbol.dispose](),
    });
    states.push(this.state);
    if (this.#isFinal(this.state)) states.end();
    return states;
  }

  /** Resolves when the client is connected. @throws ZooKeeperError as {@link connect} does. */
  async connected({ signal, timeoutMs }: CallOptions = {}): Promise<void> {
    if (isConnected(this.state)) return;
    const outcome = Promise.withResolvers<void>();
    const giveUp = (code: "Aborted" | "ConnectionLoss", cause: unknown): void =>
      outcome.reject(failure(code, "connect", undefined, { cause: cause ?? undefined, detail: this.#lastReason() }));
    const settle = (state: SessionState): void => {
      if (isConnected(state)) outcome.resolve();
      else if (this.#isFinal(state)) outcome.reject(failure(this.#session.overCode, "connect", undefined));
    };
    using _ = this.onState(settle);
    const onAbort = (): void => giveUp("Aborted", signal?.reason);
    const onTimeout = (): void => giveUp("ConnectionLoss", this.#session.lastError);
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    settle(this.state);
    try {
      await outcome.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the session: ephemeral nodes go, watches are lost, calls without an answer are rejected with Closed. */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Drops the connection as a failure of the network would, and connects anew. For tests of what must survive that. */
  dropConnection(): void {
    this.#session.dropConnection();
  }

  /** Resolves when there is room for more calls, after one was rejected with QueueFull. */
  drained(): Promise<void> {
    return this.#session.requests.drained();
  }

  /** Shows an identity, now and to every server to come. @throws ZooKeeperError AuthFailed, and the session is over. */
  addAuth(scheme: string, auth: AuthInfo["auth"]): Promise<void> {
    return this.#session.addAuth({ scheme, auth });
  }

  /** Makes a node. @throws ZooKeeperError NodeExists, NoNode (of the parent), NoAuth, NoChildrenForEphemerals, … */
  async create(path: string, data: Data = null, options: CreateOptions = {}): Promise<Created> {
    if (options.parents !== undefined && options.parents !== false) {
      return createWithParents(this, path, data, options);
    }
    const old = this.isOldServer ? oldCreateOperation(this.#namespace, path, data, options) : undefined;
    if (old !== undefined) return createByOldServer(this, this.#session.request(old, options), options);
    return this.#session.request(createOperation(this.#namespace, path, data, options), options);
  }

  /** Makes a node and its parents, as far as they are missing. */
  ensurePath(path: string, options: EnsureOptions = {}): Promise<void> {
    return ensurePath(this, path, options);
  }

  /** A node's stat, or null if there is no such node. Its watch also fires when the node is made. */
  async exists(path: string, options: read.ReadOptions = {}): Promise<Stat | null> {
    return this.#session.request(read.existsOperation(this.#target, path, options.watch), options);
  }

  /** A node's data and stat. @throws ZooKeeperError NoNode, NoAuth */
  async get(path: string, options: read.ReadOptions = {}): Promise<read.NodeData> {
    return this.#session.request(read.getOperation(this.#target, path, options.watch), options);
  }

  /** The names of a node's children, in no particular order, and its stat. @throws ZooKeeperError NoNode, NoAuth */
  async children(path: string, options: read.ReadOptions = {}): Promise<read.NodeChildren> {
    return this.#session.request(read.childrenOperation(this.#target, path, options.watch), options);
  }

  /** Replaces a node's data. @throws ZooKeeperError NoNode, BadVersion, NoAuth, QuotaExceeded */
  async set(path: string, data: Data, options: write.VersionOptions = {}): Promise<Stat> {
    return this.#session.request(write.setOperation(this.#namespace, path, data, options.version), options);
  }

  /** Removes a node without children. @throws ZooKeeperError NoNode, NotEmpty, BadVersion, NoAuth */
  async delete(path: string, options: write.VersionOptions = {}): Promise<void> {
    return this.#session.request(write.deleteOperation(this.#namespace, path, options.version), options);
  }

  /** Removes a node and all below it, not in one transaction. Answers how many nodes it removed. */
  deleteRecursive(path: string, options?: CallOptions): Promise<number> {
    return deleteRecursive(this, path, options);
  }

  /** A node's ACL and stat. Without the Admin permission, hashes of digest ids are masked. */
  async getAcl(path: string, options?: CallOptions): Promise<write.NodeAcl> {
    return this.#session.request(write.getAclOperation(this.#namespace, path), options);
  }

  /** Replaces a node's ACL. @throws ZooKeeperError NoNode, InvalidAcl, BadVersion, NoAuth */
  async setAcl(path: string, acl: readonly Acl[], options: write.VersionOptions = {}): Promise<Stat> {
    return this.#session.request(write.setAclOperation(this.#namespace, path, acl, options.version), options);
  }

  /** Waits until this client's server has seen everything that was committed before. */
  async sync(path = "/", options?: CallOptions): Promise<void> {
    return this.#session.request(write.syncOperation(this.#namespace, path), options);
  }

  /** Begins a transaction; see {@link Transaction}. */
  transaction(): Transaction {
    const commit = this.#session.request.bind(this.#session);
    return new Transaction(this.#namespace, commit, this.isOldServer);
  }

  /** Several reads in one round trip; each result is what was found, or the ZooKeeperError of that read. */
  async multiRead<const Reads extends readonly Read[]>(
    reads: Reads,
    options?: CallOptions,
  ): Promise<ReadResults<Reads>> {
    return this.#session.request(multiReadOperation(this.#namespace, reads), options);
  }

  /**
   * A node's events, and with `recursive` those of everything below it, as they happen. The stream survives reconnects
   * (and, with `onExpiry: "renew"`, expiries); wherever something may have been missed stands a `resync`, the first
   * event among them. It ends when the client is closed or the loop is left. Needs a server of 3.6 or newer.
   */
  watch(
    path: string,
    options: WatchOptions = {},
  ): AsyncIterableIterator<NodeEvent | ResyncEvent, undefined> & AsyncDisposable {
    return watchStream(this.#session, this.#target, path, options);
  }

  /** The same with a callback, and without resyncs: what happens while the client is cut off is not told. */
  async addWatch(path: string, callback: WatchCallback, options: AddWatchOptions = {}): Promise<PersistentWatch> {
    if (this.isOldServer) throw failure("Unimplemented", "watch", path);
    return addPersistentWatch(this.#session, this.#target, path, callback, options);
  }

  /** Whether the server holds such a watch for this client. */
  async checkWatches(path: string, which: watching.WatchSelection = "any", options?: CallOptions): Promise<boolean> {
    return this.#session.request(watching.checkWatchesOperation(this.#target, path, which), options);
  }

  /** Takes watches back; their callbacks are told `lost`. @throws ZooKeeperError NoWatcher */
  async removeWatches(path: string, which: watching.WatchSelection = "any", options?: CallOptions): Promise<void> {
    return this.#session.request(watching.removeWatchesOperation(this.#target, path, which), options);
  }

  /** The paths of this session's ephemeral nodes that begin with `prefix`. */
  async ephemerals(prefix = "/", options?: CallOptions): Promise<readonly string[]> {
    return this.#session.request(inspect.ephemeralsOperation(this.#namespace, prefix), options);
  }

  /** How many nodes there are below a node, at any depth. */
  async countDescendants(path: string, options?: CallOptions): Promise<number> {
    return this.#session.request(inspect.countDescendantsOperation(this.#namespace, path), options);
  }

  /** Who the server takes this connection for. */
  async whoAmI(options?: CallOptions): Promise<readonly ClientInfo[]> {
    return this.#session.request(inspect.whoAmIOperation(), options);
  }

  /** The ensemble's configuration: `server.N=…` lines and a version, as the server keeps them. */
  async config(options?: CallOptions): Promise<read.NodeData> {
    return this.#session.request(inspect.configOperation(), options);
  }

  /** Changes the members of the ensemble. Answers the new configuration. @throws ZooKeeperError ReconfigDisabled, … */
  async reconfig(options: inspect.ReconfigOptions): Promise<read.NodeData> {
    return this.#session.request(inspect.reconfigOperation(options), options);
  }

  #isFinal(state: SessionState): boolean {
    return isOver(state) && !(state === "expired" && this.#session.renews);
  }

  #lastReason(): string | undefined {
    return this.#session.lastError?.message;
  }
}
