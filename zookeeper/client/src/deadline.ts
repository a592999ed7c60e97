import type { CallOptions } from "./session/operation.ts";
import { failure, type ZooKeeperError } from "./zookeeper-error.ts";

/** The patience of one call that is made of several, made of its signal and its time. Must be disposed of. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort: () => void;

  /** @param attempt and @param path the words of the error. */
  constructor({ signal, timeoutMs }: CallOptions, attempt: string, path: string) {
    this.#caller = signal;
    this.#onAbort = () => this.#controller.abort(failure("Aborted", attempt, path, { cause: signal?.reason }));
    if (signal?.aborted === true) this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (timeoutMs === undefined) return;
    const error = failure("OperationTimeout", attempt, path, { detail: `waited ${timeoutMs} ms` });
    this.#timer = setTimeout(() => this.#controller.abort(error), timeoutMs);
  }

  /** Aborted with the ZooKeeperError to throw. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws ZooKeeperError Aborted or OperationTimeout */
  check(): void {
    this.#controller.signal.throwIfAborted();
  }

  /** Waits for `promise`, at most until the deadline. @throws ZooKeeperError Aborted or OperationTimeout */
  async race<T>(promise: Promise<T>): Promise<T> {
    // Who gives up waiting does not look at what comes of it.
    promise.catch(() => {});
    this.check();
    const late = Promise.withResolvers<never>();
    const onAbort = (): void => late.reject(this.#controller.signal.reason as ZooKeeperError);
    this.#controller.signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      this.#controller.signal.removeEventListener("abort", onAbort);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }
}
