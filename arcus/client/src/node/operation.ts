import { ErrorReply, type ReplyDecoder, type ReplyInput, type Request } from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";

/** How an operation came out: its reply or why there is none. */
export type Settled = ArcusError | null;

/** What a connection knows of an operation. */
export interface PendingReply {
  readonly requests: readonly Request[];
  /** When the caller gives up, by performance.now(). */
  readonly deadlineMs: number;
  /** True while somebody waits for it. */
  readonly isAwaited: boolean;
  /** True if the reply has shown that the node reads the rest of what was sent as something else. */
  readonly isOutOfStep: boolean;
  /** Delivers the reply, if it is all there. @returns whether it was */
  read(input: ReplyInput): boolean;
  fail(error: ArcusError): void;
}

/**
 * One request on its way. Its place in the queue stays when the caller gives up, for the reply will still come and must be
 * told from those behind it.
 */
export class Operation<T> implements PendingReply {
  readonly requests: readonly Request[];
  readonly decoder: ReplyDecoder<T>;
  readonly deadlineMs: number;
  readonly promise: Promise<T>;
  #settle: PromiseWithResolvers<T> | null;
  #signal: AbortSignal | undefined;
  readonly #onSettled: (error: Settled) => void;

  constructor(
    requests: readonly Request[],
    decoder: ReplyDecoder<T>,
    options: CallOptions & { readonly timeoutMs: number },
    onSettled: (error: Settled) => void,
  ) {
    this.requests = requests;
    this.decoder = decoder;
    this.deadlineMs = performance.now() + options.timeoutMs;
    this.#onSettled = onSettled;
    this.#settle = Promise.withResolvers<T>();
    this.promise = this.#settle.promise;
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  isOutOfStep = false;

  get isAwaited(): boolean {
    return this.#settle !== null;
  }

  read(input: ReplyInput): boolean {
    const reply = this.decoder.read(input);
    if (reply === undefined) return false;
    this.isOutOfStep = this.decoder.brokeOff === true || this.#leavesDataUnread(reply);
    const settle = this.#finish(null);
    settle?.resolve(reply);
    return true;
  }

  fail(error: ArcusError): void {
    this.#finish(error)?.reject(error);
  }

  /** A node that cannot read a command takes the data behind it for the next one. */
  #leavesDataUnread(reply: unknown): boolean {
    if (!(reply instanceof ErrorReply) || this.requests.every(({ data }) => data === null)) return false;
    return (
      reply.kind === "command" || reply.text.startsWith("bad command line format") || reply.text === "bad data chunk"
    );
  }

  readonly #onAbort = (): void => {
    const cause: unknown = this.#signal?.reason;
    this.fail(
      new ArcusError("aborted", `Cannot wait for "${commandOf(this.requests)}": the call was aborted`, { cause }),
    );
  };

  #finish(error: Settled): PromiseWithResolvers<T> | null {
    const settle = this.#settle;
    if (settle === null) return null;
    this.#settle = null;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#signal = undefined;
    this.#onSettled(error);
    return settle;
  }
}

const COLLECTION = /^[lsmb]op \w+/;

/** `get`, `bop smget`: what an operation is called. */
export function commandOf(requests: readonly Request[]): string {
  const head = requests[0]?.head ?? "";
  const space = head.indexOf(" ");
  return COLLECTION.exec(head)?.[0] ?? (space < 0 ? head : head.slice(0, space));
}
