import type { SessionState, WatchCallback, WatchEvent } from "@branta/zookeeper-client";
import type { ConsoleOutput } from "./console-output.ts";

/** What a watch was left for; when it is taken back, that is what its removal is called. */
export type WatchKind = "data" | "child" | "persistent";

const NODE_EVENTS = {
  created: "NodeCreated",
  deleted: "NodeDeleted",
  dataChanged: "NodeDataChanged",
  childrenChanged: "NodeChildrenChanged",
} as const;

const REMOVALS = {
  child: "ChildWatchRemoved",
  data: "DataWatchRemoved",
  persistent: "PersistentWatchRemoved",
} as const;
const REMOVAL_ORDER: readonly WatchKind[] = ["child", "data", "persistent"];

const SESSION_STATES: Partial<Record<SessionState, string>> = {
  connected: "SyncConnected",
  connectedReadOnly: "ConnectedReadOnly",
  suspended: "Disconnected",
  expired: "Expired",
  authFailed: "AuthFailed",
  closed: "Closed",
};

/** Zxid of events that no transaction caused, or whose server does not tell. */
const NO_ZXID = -1;

/** The name of a state as it stands in events; undefined for those that are no event. */
export function sessionEventState(state: SessionState): string | undefined {
  return SESSION_STATES[state];
}

/**
 * Prints events as they come, each in its block, while `printwatches` is on.
 *
 * Watches of several kinds may fire for one change; Apache's client shows a change once, so this does too.
 */
export class WatchPrinter {
  readonly #output: ConsoleOutput;
  readonly #print: (lines: readonly string[]) => void;
  #removals: { readonly kind: WatchKind; readonly path: string }[] = [];
  /** Events shown in this turn of the event loop. */
  readonly #shown = new Set<string>();
  #state = "SyncConnected";
  enabled = true;

  /** @param print shows lines without disturbing what is being typed */
  constructor(output: ConsoleOutput, print: (lines: readonly string[]) => void) {
    this.#output = output;
    this.#print = print;
  }

  /** A callback for a watch of one kind. */
  watch(kind: WatchKind): WatchCallback {
    return (event) => this.#onEvent(kind, event);
  }

  onState(state: SessionState): void {
    const name = sessionEventState(state);
    if (name === undefined) return;
    this.#state = name;
    this.#show("None", "null", NO_ZXID);
  }

  #onEvent(kind: WatchKind, event: WatchEvent): void {
    if (event.type === "lost") {
      // Of other losses the session's own event tells.
      if (event.reason === "removed") this.#collectRemoval(kind, event.path);
      return;
    }
    this.#show(NODE_EVENTS[event.type], event.path, event.zxid);
  }

  #collectRemoval(kind: WatchKind, path: string): void {
    if (this.#removals.length === 0) queueMicrotask(() => this.#showRemovals());
    this.#removals.push({ kind, path });
  }

  #showRemovals(): void {
    const removals = this.#removals;
    this.#removals = [];
    for (const kind of REMOVAL_ORDER) {
      for (const { path } of removals.filter((removal) => removal.kind === kind))
        this.#show(REMOVALS[kind], path, NO_ZXID);
    }
  }

  #show(type: string, path: string, zxid: number): void {
    if (!this.enabled || this.#output.json) return;
    const text = `WatchedEvent state:${this.#state} type:${type} path:${path} zxid: ${zxid}`;
    if (this.#shown.has(text)) return;
    if (this.#shown.size === 0) setImmediate(() => this.#shown.clear());
    this.#shown.add(text);
    this.#print(["", "WATCHER::", "", text]);
  }
}
