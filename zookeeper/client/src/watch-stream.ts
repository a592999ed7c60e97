import { AsyncQueue } from "./async-queue.ts";
import { type AddWatchOptions, addPersistentWatch, type PersistentWatch } from "./persistent-watch.ts";
import type { WatchTarget } from "./operations/read.ts";
import type { Session } from "./session/session.ts";
import type { NodeEvent } from "./session/watch-registry.ts";
import { failure, isZooKeeperError } from "./zookeeper-error.ts";

/**
 * From here on all changes are told; what happened before may have been missed. Read anew what you keep.
 *
 * - `armed`: the watch begins
 * - `reconnected`: the client was cut off; the session is the same
 * - `newSession`: the session had expired, and another one took over the watch
 * - `overflow`: the loop was slower than the events, and some have been dropped
 */
export interface ResyncEvent {
  readonly type: "resync";
  readonly path: string;
  readonly reason: "armed" | "reconnected" | "newSession" | "overflow";
}

export interface WatchOptions extends AddWatchOptions {
  /** Events that may wait for the loop; above it they are dropped and a resync tells so. */
  readonly maxBuffered?: number | undefined;
}

const DEFAULT_MAX_BUFFERED = 4_096;

/** A stream of a node's events that begins with a resync, and never loses an event without one. */
export function watchStream(
  session: Session,
  target: WatchTarget,
  path: string,
  options: WatchOptions,
): AsyncQueue<NodeEvent | ResyncEvent> {
  return new WatchStream(session, target, path, options).events;
}

class WatchStream {
  readonly events: AsyncQueue<NodeEvent | ResyncEvent>;
  readonly #session: Session;
  readonly #target: WatchTarget;
  readonly #path: string;
  readonly #options: WatchOptions;
  readonly #cleanup: DisposableStack = new DisposableStack();
  #watch: PersistentWatch | undefined;
  #cutOff = false;

  constructor(session: Session, target: WatchTarget, path: string, options: WatchOptions) {
    this.#session = session;
    this.#target = target;
    this.#path = path;
    this.#options = options;
    target.namespace.toServer(path, "watch");
    this.events = new AsyncQueue<NodeEvent | ResyncEvent>({
      limit: options.maxBuffered ?? DEFAULT_MAX_BUFFERED,
      overflow: () => this.#resync("overflow"),
      onClose: () => this.#close(),
    });
    this.#cleanup.use(session.onState((state) => this.#onState(state)));
    this.#endWhenAborted(options.signal);
    void this.#arm("armed");
  }

  /** A session that expired takes its watches along; the next session needs them anew. */
  #onState(state: Session["state"]): void {
    if (state === "suspended") this.#cutOff = true;
    else if (state === "connected" || state === "connectedReadOnly") {
      if (this.#cutOff && this.#watch !== undefined) this.events.push(this.#resync("reconnected"));
      this.#cutOff = false;
    } else if (state === "connecting") void this.#arm("newSession");
    else if (state === "closed") this.#end();
    else if (state === "authFailed") this.#end(failure("AuthFailed", "watch", this.#path));
    else this.#onExpired();
  }

  #onExpired(): void {
    this.#watch = undefined;
    if (!this.#session.renews) this.#end(failure("SessionExpired", "watch", this.#path));
  }

  async #arm(reason: "armed" | "newSession"): Promise<void> {
    const { recursive, timeoutMs } = this.#options;
    try {
      const watch = await addPersistentWatch(
        this.#session,
        this.#target,
        this.#path,
        (event) => {
          if (event.type !== "lost") this.events.push(event);
        },
        { recursive, timeoutMs },
      );
      this.#watch = watch;
      this.#cutOff = false;
      if (this.#cleanup.disposed) await watch[Symbol.asyncDispose]();
      else this.events.push(this.#resync(reason));
    } catch (error) {
      // After an expiry the next session will arm it, if there is to be one.
      if (isZooKeeperError(error, "SessionExpired") && this.#session.renews) return;
      if (isZooKeeperError(error, "ConnectionLoss") && !this.#cleanup.disposed) void this.#arm(reason);
      else this.#end(isZooKeeperError(error, "Closed") ? undefined : (error as Error));
    }
  }

  #endWhenAborted(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const onAbort = (): void => {
      this.#end();
      void this.#close();
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    this.#cleanup.defer(() => signal.removeEventListener("abort", onAbort));
  }

  #end(error?: Error): void {
    this.#cleanup.dispose();
    this.events.end(error);
  }

  async #close(): Promise<void> {
    this.#cleanup.dispose();
    await this.#watch?.[Symbol.asyncDispose]();
  }

  #resync(reason: ResyncEvent["reason"]): ResyncEvent {
    return { type: "resync", path: this.#path, reason };
  }
}
