/**
 * A bounded queue between something that happens and one loop that reads it with `for await`.
 *
 * When the reader is too slow the queue does not grow: it forgets what it holds and keeps one marker instead, made by
 * `overflow`, so that the reader knows that it has missed something.
 */
export class AsyncQueue<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #limit: number;
  readonly #overflow: () => T;
  readonly #onClose: () => void | Promise<void>;
  #items: T[] = [];
  #waiting: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  #closed = false;
  #failure: Error | undefined;

  constructor(options: { limit: number; overflow: () => T; onClose?: () => void | Promise<void> }) {
    this.#limit = options.limit;
    this.#overflow = options.overflow;
    this.#onClose = options.onClose ?? (() => {});
  }

  /** Adds an item; nothing happens after the end. */
  push(item: T): void {
    if (this.#closed) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.resolve({ done: false, value: item });
    else if (this.#items.length < this.#limit) this.#items.push(item);
    else this.#items = [this.#overflow()];
  }

  /** Ends the queue: what it holds is still read, then the loop ends, or throws if there was a failure. */
  end(failure?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    for (const waiting of this.#waiting.splice(0)) {
      if (failure === undefined) waiting.resolve({ done: true, value: undefined });
      else waiting.reject(this.#takeFailure());
    }
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.#failure !== undefined) return Promise.reject(this.#takeFailure());
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    const waiting = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** Called by `for await` when the loop is left early. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.#items = [];
    this.#failure = undefined;
    this.end();
    await this.#onClose();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #takeFailure(): Error {
    const failure = this.#failure!;
    this.#failure = undefined;
    return failure;
  }
}
