import type { Reader } from "@branta/foundation-bytes";
import { ErrorCode } from "@branta/zookeeper-protocol";
import { codeOf, failure, isZooKeeperError, ZooKeeperError, type ZooKeeperErrorCode } from "../zookeeper-error.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, Operation } from "./operation.ts";
import { type Pending, PendingQueue } from "./pending.ts";

export interface RequestsOptions {
  /** Requests that may wait for a connection or for their turn; more are refused with QueueFull. */
  readonly maxWaiting: number;
  /** Requests that may be unanswered on a connection; more wait. */
  readonly maxInFlight: number;
  /** Whether unanswered reads are asked again on the next connection. */
  readonly retryReads: boolean;
}

const MAX_XID = 0x7fff_ffff;
/** How often a read is asked whose answer is lost. */
const MAX_ATTEMPTS = 5;

/**
 * All requests between call and answer: those that wait, in order, and those that are sent, in order.
 * Servers answer a connection's requests in their order, so the first one sent is the next one answered.
 */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #waiting = new PendingQueue();
  readonly #sent = new PendingQueue();
  #connection: Connection | undefined;
  #open = false;
  #lastXid = 0;
  #drained: PromiseWithResolvers<void>[] = [];
  #answered: PromiseWithResolvers<void>[] = [];
  /** When the last answered request was sent, by the monotonic clock, ms: the server has heard from us after that. */
  confirmedAtMs = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get inFlight(): number {
    return this.#sent.length;
  }

  /** Sends a request, or lets it wait for its turn. */
  submit<T>(operation: Operation<T>, options: CallOptions = {}): Promise<T> {
    if (options.signal?.aborted === true) return Promise.reject(aborted(operation, options.signal));
    if (this.#waiting.length >= this.#options.maxWaiting) {
      const detail = `${this.#waiting.length} requests are waiting; wait for drained()`;
      return Promise.reject(failure("QueueFull", operation.attempt, operation.path, { detail }));
    }
    return new Promise<T>((resolve, reject) => {
      const pending = newPending(operation, resolve as (value: unknown) => void, reject);
      if (options.signal !== undefined || options.timeoutMs !== undefined) limitPatience(pending, options);
      if (this.#open && this.#waiting.length === 0 && this.#hasRoom()) this.#send(pending);
      else this.#enqueue(pending);
    });
  }

  /** Sends a request at once, even while others must wait: for what makes the connection usable, or ends it. */
  submitNow<T>(operation: Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#send(newPending(operation, resolve as (value: unknown) => void, reject));
    });
  }

  /** Resolves when at most half of the waiting room is taken. */
  drained(): Promise<void> {
    if (this.#waiting.length * 2 <= this.#options.maxWaiting) return Promise.resolve();
    const drained = Promise.withResolvers<void>();
    this.#drained.push(drained);
    return drained.promise;
  }

  /** Takes a connection for {@link submitNow}; the others still wait. */
  attach(connection: Connection): void {
    this.#connection = connection;
    this.#lastXid = 0;
  }

  /** Lets the requests through. */
  open(): void {
    this.#open = true;
    this.pump();
  }

  /** Sends what waits, as far as there is room. */
  pump(): void {
    while (this.#open && this.#hasRoom()) {
      const pending = this.#waiting.shift();
      if (pending === undefined) break;
      if (!pending.settled) this.#send(pending);
    }
    if (this.#drained.length > 0 && this.#waiting.length * 2 <= this.#options.maxWaiting) {
      for (const drained of this.#drained.splice(0)) drained.resolve();
    }
  }

  /**
   * Sends nothing more on this connection, and waits for what it owes: resolves when everything sent is answered, the
   * connection is lost, or `patienceMs` are over.
   */
  async finish(patienceMs: number): Promise<void> {
    this.#open = false;
    if (this.#sent.length === 0) return;
    const answered = Promise.withResolvers<void>();
    this.#answered.push(answered);
    const timer = setTimeout(answered.resolve, patienceMs);
    await answered.promise;
    clearTimeout(timer);
  }

  /** The next answer has come. @throws ZooKeeperError ProtocolViolation if it answers something else. */
  reply(xid: number, errno: number, body: Reader): void {
    const pending = this.#sent.shift();
    if (pending === undefined || pending.xid !== xid) {
      const wanted = pending === undefined ? "nothing is asked" : `the next one must be ${pending.xid}`;
      if (pending !== undefined) this.#fail(pending, "ConnectionLoss");
      throw new ZooKeeperError("ProtocolViolation", `Cannot read reply: its xid is ${xid}, ${wanted}`);
    }
    this.confirmedAtMs = pending.sentAtMs;
    answer(pending, errno, body);
    if (this.#waiting.length > 0) this.pump();
    if (this.#sent.length === 0) this.#endWaits();
  }

  /** The connection is lost: what was sent has no answer, what waits goes on waiting. */
  detach(cause: Error | undefined): void {
    this.#open = false;
    this.#connection = undefined;
    this.#endWaits();
    const again: Pending[] = [];
    for (const pending of this.#sent.drain()) {
      if (pending.settled) continue;
      if (this.#mayRepeat(pending, cause)) again.push(pending);
      else this.#fail(pending, "ConnectionLoss", cause);
    }
    if (again.length === 0) return;
    // What was sent without waiting begins to wait now.
    const nowMs = performance.now();
    for (const pending of again) pending.askedAtMs = nowMs;
    const waiting = this.#waiting.drain();
    for (const pending of [...again, ...waiting]) this.#waiting.push(pending);
  }

  /** A read that breaks the connection each time, by its answer or by being asked, must not do so for ever. */
  #mayRepeat(pending: Pending, cause: Error | undefined): boolean {
    if (!pending.operation.isRead || !this.#options.retryReads) return false;
    return ++pending.losses < MAX_ATTEMPTS && !isZooKeeperError(cause, "ProtocolViolation");
  }

  /** Gives up those that have waited since before `askedBeforeMs`. */
  failOlderThan(askedBeforeMs: number, cause: Error | undefined): void {
    for (let first = this.#waiting.peek(); first !== undefined; first = this.#waiting.peek()) {
      if (!first.settled && first.askedAtMs >= askedBeforeMs) break;
      this.#waiting.shift();
      if (!first.settled) this.#fail(first, "ConnectionLoss", cause);
    }
    this.pump();
  }

  /** Gives up all. */
  failAll(code: ZooKeeperErrorCode, cause?: Error): void {
    this.#open = false;
    for (const pending of [...this.#sent.drain(), ...this.#waiting.drain()]) {
      if (!pending.settled) this.#fail(pending, code, cause);
    }
    this.pump();
  }

  #endWaits(): void {
    for (const answered of this.#answered.splice(0)) answered.resolve();
  }

  #hasRoom(): boolean {
    return this.#sent.length < this.#options.maxInFlight && this.#connection?.congested === false;
  }

  #enqueue(pending: Pending): void {
    pending.askedAtMs = performance.now();
    this.#waiting.push(pending);
  }

  #send(pending: Pending): void {
    const connection = this.#connection;
    if (connection === undefined) {
      this.#fail(pending, "ConnectionLoss");
      return;
    }
    pending.xid = this.#lastXid === MAX_XID ? 1 : this.#lastXid + 1;
    try {
      const { operation } = pending;
      connection.send({ xid: pending.xid, type: operation.type }, (writer) => operation.encode?.(writer));
    } catch (error) {
      this.#fail(pending, "InvalidArgument", error as Error);
      return;
    }
    this.#lastXid = pending.xid;
    pending.sentAtMs = connection.sentAtMs;
    this.#sent.push(pending);
  }

  #fail(pending: Pending, code: ZooKeeperErrorCode, cause?: Error): void {
    const { attempt, path } = pending.operation;
    settle(pending, () => pending.reject(failure(code, attempt, path, { cause })));
  }
}

function newPending(
  operation: Operation<unknown>,
  resolve: (value: unknown) => void,
  reject: (error: ZooKeeperError) => void,
): Pending {
  return {
    operation,
    resolve,
    reject,
    release: undefined,
    xid: 0,
    settled: false,
    losses: 0,
    askedAtMs: 0,
    sentAtMs: 0,
  };
}

function answer(pending: Pending, errno: number, body: Reader): void {
  const { operation } = pending;
  // Even if the caller has gone: a watch that the server now holds must be known.
  operation.onReply?.(errno);
  if (pending.settled) return;
  if (errno === ErrorCode.Ok) {
    let value: unknown;
    try {
      value = operation.decode(body);
    } catch (error) {
      settle(pending, () => pending.reject(decodeFailure(operation, error)));
      return;
    }
    settle(pending, () => pending.resolve(value));
    return;
  }
  const recovered = operation.recover?.(errno);
  if (recovered !== undefined) settle(pending, () => pending.resolve(recovered.value));
  else settle(pending, () => pending.reject(serverFailure(operation, errno)));
}

function serverFailure(operation: Operation<unknown>, errno: number): ZooKeeperError {
  return failure(codeOf(errno), operation.attempt, operation.path, { errno, detail: operation.detail });
}

function decodeFailure(operation: Operation<unknown>, error: unknown): ZooKeeperError {
  if (error instanceof ZooKeeperError) return error;
  return failure("ProtocolViolation", operation.attempt, operation.path, {
    detail: "the reply cannot be read",
    cause: error,
  });
}

function settle(pending: Pending, outcome: () => void): void {
  if (pending.settled) return;
  pending.settled = true;
  pending.release?.();
  outcome();
}

function limitPatience(pending: Pending, { signal, timeoutMs }: CallOptions): void {
  const { operation } = pending;
  const onAbort = (): void => settle(pending, () => pending.reject(aborted(operation, signal!)));
  const onTimeout = (): void => {
    const detail = `waited ${timeoutMs} ms`;
    settle(pending, () => pending.reject(failure("OperationTimeout", operation.attempt, operation.path, { detail })));
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
  pending.release = () => {
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  };
}

function aborted(operation: Operation<unknown>, signal: AbortSignal): ZooKeeperError {
  return failure("Aborted", operation.attempt, operation.path, { cause: signal.reason });
}
