import type { Reader } from "@branta/foundation-bytes";
import { type ConnectResponse, ErrorCode, OpCode, watcherEvent, Xid } from "@branta/zookeeper-protocol";
import { setTimeout as sleep } from "node:timers/promises";
import { formatHost, type HostAndPort } from "../connection-string.ts";
import { failure, isZooKeeperError, type ZooKeeperError, type ZooKeeperErrorCode } from "../zookeeper-error.ts";
import { backoffDelayMs } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import { connectTimeoutMs, holdConnection } from "./handshake.ts";
import { HostList } from "./host-list.ts";
import { Identities } from "./identities.ts";
import { KeepAlive, silence } from "./keep-alive.ts";
import { SessionLiveness } from "./liveness.ts";
import type { CallOptions, Operation } from "./operation.ts";
import { rearmRequests } from "./rearm-watches.ts";
import { searchReadWriteServer } from "./read-write-search.ts";
import { Requests } from "./requests.ts";
import { authenticateBySasl } from "./sasl.ts";
import type { AuthInfo, SessionCredentials, SessionOptions } from "./session-options.ts";
import { isConnected, isOver, nextState, type SessionInput, type SessionState } from "./session-state.ts";
import { nodeEventType, WatchRegistry } from "./watch-registry.ts";

/** Called on every change of state, in order. Must not throw. */
export type StateListener = (state: SessionState, previous: SessionState) => void;

/** Longest wait for answers before a connection is ended, ms. Without that to closeSession, the session expires by itself. */
const FINISH_PATIENCE_MS = 5_000;
/** Errors after which the server closes the connection and the handshake tells the rest. */
const FATAL_REPLIES: ReadonlySet<number> = new Set([ErrorCode.SessionExpired, ErrorCode.SessionMoved]);

/**
 * One session with the ensemble over any number of connections, one after the other.
 * Its states and what leads from one to the next stand in session-state.ts.
 */
export class Session {
  readonly watches = new WatchRegistry();
  readonly #options: SessionOptions;
  readonly #hosts: HostList;
  readonly #requests: Requests;
  readonly #identities: Identities;
  readonly #liveness = new SessionLiveness();
  readonly #stop = new AbortController();
  readonly #listeners = new Set<StateListener>();
  #state: SessionState = "connecting";
  #closing: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #connection: Connection | undefined;
  #keepAlive: KeepAlive | undefined;
  #server: HostAndPort | undefined;
  #credentials: SessionCredentials | undefined;
  #timeoutMs: number;
  #lastZxid = 0;
  #pingSentAtMs = 0;
  #lastError: Error | undefined;
  /** A session of a server without quorum is known to that server alone, so no other is asked for it. */
  #seenReadWrite: boolean;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#hosts = new HostList(options.hosts, options.random, options.shuffle);
    this.#requests = new Requests(options);
    this.#identities = new Identities(options.auth);
    this.#credentials = options.credentials;
    this.#seenReadWrite = options.credentials !== undefined;
    this.#timeoutMs = options.sessionTimeoutMs;
  }

  get state(): SessionState {
    return this.#state;
  }

  get credentials(): SessionCredentials | undefined {
    return this.#credentials;
  }

  /** The session timeout: what the server granted, or what will be asked for, ms. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** The last transaction this client has seen the effects of. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  /** Where the client is connected to, `host:port`. */
  get server(): string | undefined {
    return this.#server === undefined ? undefined : formatHost(this.#server);
  }

  /** Whether another session follows one that has expired. */
  get renews(): boolean {
    return this.#options.onExpiry === "renew" && this.#closing === undefined;
  }

  get alive(): AbortSignal {
    return this.#liveness.signal;
  }

  get requests(): Requests {
    return this.#requests;
  }

  /** What went wrong last, for the message of whoever gives up waiting. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  onState(listener: StateListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Begins to look for a server. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** The servers among which one is chosen, in the order in which they are tried. */
  get servers(): readonly HostAndPort[] {
    return this.#hosts.hosts;
  }

  /**
   * Replaces the servers. By chance, so that all clients together stay spread evenly, this one may leave its server:
   * it waits for the answers that are due, then goes on with its session on another one. Answers whether it does.
   */
  updateServers(hosts: readonly HostAndPort[]): boolean {
    const moves = this.#hosts.replace(hosts, this.#server);
    if (moves && this.#connection !== undefined) void this.#leave(this.#connection, "the servers have changed");
    return moves;
  }

  request<T>(operation: Operation<T>, options?: CallOptions): Promise<T> {
    if (this.#closing !== undefined || isOver(this.#state)) {
      return Promise.reject(failure(this.overCode, operation.attempt, operation.path));
    }
    return this.#requests.submit(operation, options);
  }

  addAuth(info: AuthInfo): Promise<void> {
    if (this.#closing !== undefined || isOver(this.#state)) {
      return Promise.reject(failure(this.overCode, "authenticate", undefined));
    }
    return this.#identities.add(info, isConnected(this.#state) ? this.#connection : undefined);
  }

  /** Ends the session on the server, if there is a connection, and everything here. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Drops the connection as a network failure would, and goes on. For tests of what stands on this. */
  dropConnection(): void {
    this.#connection?.destroy();
  }

  async #close(): Promise<void> {
    if (isConnected(this.#state)) {
      const goodbye = { type: OpCode.closeSession, attempt: "close session", isRead: false, decode: () => undefined };
      this.#requests.submitNow(goodbye).catch(() => {});
      await this.#requests.finish(Math.min(this.#timeoutMs, FINISH_PATIENCE_MS));
    }
    this.#end("closeWanted", "Closed");
    this.#stop.abort();
    await this.#running;
  }

  /** Why nothing is answered any more. */
  get overCode(): ZooKeeperErrorCode {
    if (this.#state === "expired") return "SessionExpired";
    return this.#state === "authFailed" ? "AuthFailed" : "Closed";
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted && !isOver(this.#state)) {
      this.#doubt();
      const host = this.#hosts.next();
      try {
        await this.#visit(host);
      } catch (error) {
        this.#lastError = error as Error;
      }
      if (this.#state === "expired" && this.#options.onExpiry === "renew") this.#renew();
      this.#requests.failOlderThan(performance.now() - this.#timeoutMs, this.#lastError);
      await this.#pause();
    }
  }

  async #visit(host: HostAndPort): Promise<void> {
    const request = {
      credentials: this.#seenReadWrite ? this.#credentials : undefined,
      lastZxid: this.#lastZxid,
      timeoutMs: this.#options.sessionTimeoutMs,
      connectTimeoutMs: connectTimeoutMs(this.#options, this.#hosts.size),
      signal: this.#stop.signal,
    };
    await holdConnection(host, this.#options, request, {
      onHandshake: (connection, response) => {
        const resumed = request.credentials === undefined || request.credentials.id === response.sessionId;
        this.#onHandshake(host, connection, response, resumed);
      },
      onFrame: (reader) => this.#onFrame(reader),
      onDrain: () => this.#requests.pump(),
      onClose: (error) => this.#onClose(error),
    });
  }

  /** Waits before the next attempt: not at all for the first round, then longer and longer. */
  async #pause(): Promise<void> {
    const failures = this.#hosts.failedRounds;
    if (failures === 0 || this.#stop.signal.aborted) return;
    const delayMs = backoffDelayMs(failures, this.#options.random(), this.#options.backoff);
    await sleep(delayMs, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  #onHandshake(host: HostAndPort, connection: Connection, response: ConnectResponse, resumed: boolean): void {
    this.#hosts.succeeded();
    // Some work-alikes give a new session to who asks for a lost one; what hung on the old one is lost all the same.
    if (response.timeOut <= 0 || !resumed) {
      this.#end("expiryLearned", "SessionExpired");
      connection.destroy();
      return;
    }
    this.#connection = connection;
    this.#server = host;
    this.#timeoutMs = response.timeOut;
    this.#credentials = { id: response.sessionId, password: Buffer.from(response.passwd ?? []) };
    if (!response.readOnly) this.#seenReadWrite = true;
    this.#liveness.confirm();
    this.#requests.confirmedAtMs = connection.sentAtMs;
    this.#requests.attach(connection);
    this.#keepAlive = new KeepAlive(connection, response.timeOut, {
      ping: () => this.#ping(connection),
      silent: (silentMs) => connection.destroy(silence(formatHost(host), silentMs)),
    });
    this.#identities.showAll(connection);
    const input = response.readOnly ? "establishedReadOnly" : "established";
    if (this.#options.sasl === undefined) {
      this.#admit(connection, input);
      return;
    }
    authenticateBySasl(this.#requests, this.#options.sasl).then(
      () => this.#admit(connection, input),
      (error: unknown) => this.#onSaslFailure(connection, error as Error),
    );
  }

  /** The connection is usable: takes the watches over and lets the requests through. */
  #admit(connection: Connection, input: SessionInput): void {
    if (this.#connection !== connection || this.#closing !== undefined) return;
    // Watches of a session that begins are still to be asked for, by whoever wants them.
    const taken = this.#state === "suspended" ? rearmRequests(this.watches, this.#lastZxid) : [];
    for (const request of taken) {
      connection.send({ xid: Xid.setWatches, type: request.type }, (writer) => request.encode(writer));
    }
    this.#transition(input);
    this.#requests.open();
    // The servers may have been replaced while this one was asked.
    if (this.#server !== undefined && !this.#hosts.has(this.#server))
      void this.#leave(connection, "the servers have changed");
    if (input === "establishedReadOnly") void this.#searchQuorum(connection);
  }

  /** A server without quorum is left for one that has it, as soon as there is one. */
  async #searchQuorum(connection: Connection): Promise<void> {
    const isWanted = (): boolean => this.#connection === connection && this.#state === "connectedReadOnly";
    const found = await searchReadWriteServer(() => this.#hosts.hosts, this.#options, this.#stop.signal, isWanted);
    if (found === undefined || !isWanted()) return;
    this.#hosts.prefer(found);
    await this.#leave(connection, "the server is read-only");
  }

  /** Ends a connection that works, after its answers have come: who changes servers must not lose calls by it. */
  async #leave(connection: Connection, detail: string): Promise<void> {
    await this.#requests.finish(Math.min(this.#timeoutMs / 3, FINISH_PATIENCE_MS));
    if (this.#closing !== undefined) return;
    connection.destroy(failure("ConnectionLoss", "keep connection", undefined, { detail }));
  }

  #onSaslFailure(connection: Connection, error: Error): void {
    if (this.#connection !== connection) return;
    if (isZooKeeperError(error, "ConnectionLoss")) connection.destroy(error);
    else this.#end("authRefused", "AuthFailed", error);
    connection.destroy(error);
  }

  #ping(connection: Connection): void {
    connection.send({ xid: Xid.ping, type: OpCode.ping });
    this.#pingSentAtMs = connection.sentAtMs;
  }

  #onFrame(reader: Reader): void {
    const xid = reader.int();
    const zxid = reader.longNumber();
    const errno = reader.int();
    switch (xid) {
      case Xid.notification:
        this.#onNotification(reader, zxid);
        return;
      case Xid.ping:
        this.#requests.confirmedAtMs = Math.max(this.#requests.confirmedAtMs, this.#pingSentAtMs);
        return;
      case Xid.setWatches:
        // A server that does not know persistent watches says so here; whoever added them has been told already.
        return;
      case Xid.auth:
        this.#onAuthAnswer(this.#identities.answered(errno));
        return;
      default:
        // Not from events: others of the same transaction may still be under way, and must not be missed.
        if (zxid > this.#lastZxid) this.#lastZxid = zxid;
        this.#requests.reply(xid, errno, reader);
        if (FATAL_REPLIES.has(errno)) this.#connection?.destroy(failure("SessionMoved", "keep connection", undefined));
        if (errno === ErrorCode.SessionClosedRequireSaslAuth) this.#end("authRefused", "AuthFailed");
    }
  }

  #onNotification(reader: Reader, zxid: number): void {
    const event = watcherEvent.decode(reader);
    const type = nodeEventType(event.type);
    if (type !== undefined) this.watches.deliver({ type, path: event.path, zxid });
  }

  #onAuthAnswer(refusal: ZooKeeperError | undefined): void {
    if (refusal === undefined) return;
    this.#end("authRefused", "AuthFailed", refusal);
    this.#connection?.destroy(refusal);
  }

  #onClose(error: Error | undefined): void {
    this.#keepAlive?.[Symbol.dispose]();
    this.#keepAlive = undefined;
    this.#connection = undefined;
    this.#server = undefined;
    this.#lastError = error;
    if (!isOver(this.#state)) this.#transition("connectionLost");
    this.#requests.detach(error);
  }

  /** Without a connection, the session may be believed in only for a while. */
  #doubt(): void {
    if (this.#state !== "suspended" || this.#liveness.signal.aborted) return;
    this.#liveness.doubt(this.#requests.confirmedAtMs + this.#timeoutMs - performance.now());
  }

  #renew(): void {
    this.#credentials = undefined;
    this.#seenReadWrite = false;
    this.#transition("renewalWanted");
  }

  /** Goes to a state in which nothing is answered any more, and tells everyone who waits. */
  #end(input: SessionInput, code: ZooKeeperErrorCode, cause?: Error): void {
    const before = this.#state;
    if (nextState(before, input) === before) return;
    this.#liveness.lose(`the session is over (${code})`);
    this.#transition(input);
    this.#requests.failAll(code, cause);
    if (this.#state !== "expired") this.#identities.failAll(failure(code, "authenticate", undefined, { cause }));
    this.watches.loseAll(code === "SessionExpired" ? "expired" : code === "Closed" ? "closed" : "authFailed");
  }

  #transition(input: SessionInput): void {
    const previous = this.#state;
    const state = nextState(previous, input);
    if (state === previous) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state, previous);
  }
}
