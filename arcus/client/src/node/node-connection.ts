import { ArcusProtocolError, ErrorReply, ReplyInput, VERSION_REQUEST, VersionReply } from "@branta/arcus-protocol";
import { connect, type Socket } from "node:net";
import { ArcusError } from "../arcus-error.ts";
import type { NodeOptions } from "./node-options.ts";
import { Operation, type PendingReply } from "./operation.ts";
import { OutputBuffer } from "./output-buffer.ts";

/** Who wants to know what becomes of a connection. */
export interface ConnectionHandlers {
  /** The node has answered for the first time. */
  onReady(version: string): void;
  /** Once, at the end. */
  onClose(error: ArcusError): void;
}

/**
 * One connection to a cache node: requests leave in the order given, many at a time, and the replies come in the same order.
 * All requests of one turn of the event loop leave in one write.
 */
export class NodeConnection {
  readonly #address: string;
  readonly #options: NodeOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #socket: Socket;
  readonly #input = new ReplyInput();
  readonly #output = new OutputBuffer();
  /** Sent, in order; before `#head` they are answered. */
  #pending: PendingReply[] = [];
  #head = 0;
  #isReady = false;
  #isClosed = false;
  #isFlushScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;
  #timeouts = 0;
  #timeoutsSinceMs = 0;

  constructor(address: string, options: NodeOptions, handlers: ConnectionHandlers) {
    this.#address = address;
    this.#options = options;
    this.#handlers = handlers;
    const colon = address.lastIndexOf(":");
    this.#socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true });
    this.#socket.setKeepAlive(true, 10_000);
    this.#socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    this.#socket.on("error", (error) => this.destroy(this.#lost(error.message, error)));
    this.#socket.on("close", () => this.destroy(this.#lost("the node closed the connection")));
    this.#greet();
  }

  /** True once the node has answered. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Number of requests without a reply. */
  get pending(): number {
    return this.#pending.length - this.#head;
  }

  /** @throws ArcusError queueFull */
  submit(operation: PendingReply): void {
    if (this.pending >= this.#options.maxPending) {
      throw new ArcusError(
        "queueFull",
        `Cannot send to node "${this.#address}": ${this.pending} operations wait for answers already`,
        { node: this.#address },
      );
    }
    for (const request of operation.requests) this.#output.add(request);
    this.#pending.push(operation);
    this.#watchDeadline(operation.deadlineMs);
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    // After all continuations that this turn's replies have woken: their requests leave in the same write.
    process.nextTick(() => this.#flush());
  }

  /** Ends the connection when the last reply has come. @param error what requests that never get one fail with */
  endWhenIdle(error: ArcusError): void {
    if (this.pending === 0) this.destroy(error);
    else this.#endError = error;
  }
  #endError: ArcusError | null = null;

  /** Ends the connection now. */
  destroy(error: ArcusError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    const pending = this.#pending.slice(this.#head);
    this.#pending = [];
    this.#head = 0;
    this.#handlers.onClose(error);
    for (const operation of pending) operation.fail(error);
  }

  /** The first thing sent: a node that accepts connections may still be one that answers nothing. */
  #greet(): void {
    const options = { timeoutMs: this.#options.connectTimeoutMs };
    const hello = new Operation([VERSION_REQUEST], new VersionReply(), options, () => {});
    hello.promise.then(
      (version) => {
        if (version instanceof ErrorReply) {
          this.destroy(this.#violation(`it answers "version" with "${version.text}"`));
          return;
        }
        this.#isReady = true;
        this.#handlers.onReady(version);
      },
      (error: unknown) => {
        this.destroy(this.#lost(`no answer within ${this.#options.connectTimeoutMs} ms`, error));
      },
    );
    this.submit(hello);
  }

  #flush(): void {
    this.#isFlushScheduled = false;
    if (!this.#isClosed && this.#output.length > 0) this.#socket.write(this.#output.take());
  }

  #onData(chunk: Buffer): void {
    if (this.#isClosed || !this.#input.push(chunk)) return;
    try {
      this.#readReplies();
    } catch (error) {
      if (!(error instanceof ArcusProtocolError)) throw error;
      this.destroy(this.#violation(error.message, error));
    }
    if (this.#endError !== null && this.pending === 0) this.destroy(this.#endError);
  }

  #readReplies(): void {
    while (this.#input.remaining > 0) {
      const operation = this.#pending[this.#head];
      if (operation === undefined) {
        this.destroy(this.#violation("it sends what nobody has asked for"));
        return;
      }
      if (!operation.read(this.#input)) return;
      this.#input.mark();
      this.#timeouts = 0;
      this.#shift();
      if (operation.isOutOfStep) this.destroy(this.#violation("it has not understood all that was sent"));
      if (this.#isClosed) return;
    }
  }

  #shift(): void {
    this.#head++;
    if (this.#head < 1_024 && this.#head < this.#pending.length) return;
    this.#pending.splice(0, this.#head);
    this.#head = 0;
  }

  /** One timer for all: it is set for the earliest deadline, and looks at all of them when it fires. */
  #watchDeadline(deadlineMs: number): void {
    if (deadlineMs >= this.#timerDueMs || deadlineMs === Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#timerDueMs = deadlineMs;
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, Math.ceil(deadlineMs - performance.now())));
    this.#timer.unref();
  }

  #expire(): void {
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const operation of this.#pending.slice(this.#head)) {
      if (!operation.isAwaited) continue;
      if (operation.deadlineMs > nowMs) nextMs = Math.min(nextMs, operation.deadlineMs);
      else this.#onTimeout(operation, nowMs);
    }
    this.#watchDeadline(nextMs);
  }

  /** A node that is stopped, or cut off without a word, is known by its silence. */
  #onTimeout(operation: PendingReply, nowMs: number): void {
    if (this.#timeouts === 0) this.#timeoutsSinceMs = nowMs;
    this.#timeouts++;
    const message = `Cannot wait any longer for node "${this.#address}": no answer within the time given`;
    operation.fail(new ArcusError("timedOut", message, { node: this.#address }));
    const { timeoutsMax, timeoutsForMs } = this.#options;
    if (this.#timeouts < timeoutsMax || nowMs - this.#timeoutsSinceMs < timeoutsForMs) return;
    this.destroy(this.#lost(`${this.#timeouts} operations in a row had no answer in time`));
  }

  #lost(reason: string, cause?: unknown): ArcusError {
    const code = this.#isReady ? "connectionLost" : "nodeDown";
    const attempt = this.#isReady ? "get an answer from" : "reach";
    return new ArcusError(code, `Cannot ${attempt} node "${this.#address}": ${reason}`, { node: this.#address, cause });
  }

  #violation(reason: string, cause?: unknown): ArcusError {
    const message = `Cannot talk to node "${this.#address}": ${reason}`;
    return new ArcusError("protocolViolation", message, { node: this.#address, cause });
  }
}
