import { EventType } from "@branta/zookeeper-protocol";

/** Something happened to a node. */
export interface NodeEvent {
  readonly type: "created" | "deleted" | "dataChanged" | "childrenChanged";
  readonly path: string;
  /** The transaction that did it; -1 from servers before 3.9, which do not tell. */
  readonly zxid: number;
}

/** The watch is gone without having fired: what happens from now on will not be told. */
export interface WatchLostEvent {
  readonly type: "lost";
  readonly path: string;
  readonly reason: "expired" | "authFailed" | "closed" | "removed";
}

export type WatchEvent = NodeEvent | WatchLostEvent;

/** Called once for a one-shot watch, again and again for a persistent one. Must not throw. */
export type WatchCallback = (event: WatchEvent) => void;

/**
 * - `data`: left by get, and by exists of a node that is there
 * - `exist`: left by exists of a node that is not there
 * - `child`: left by children
 * - `persistent`, `recursive`: left by addWatch
 */
export type WatchKind = "data" | "exist" | "child" | "persistent" | "recursive";

export const WATCH_KINDS: readonly WatchKind[] = ["data", "exist", "child", "persistent", "recursive"];

/** What each event takes from the one-shot tables. */
const FIRED_BY: Record<NodeEvent["type"], readonly WatchKind[]> = {
  created: ["data", "exist"],
  dataChanged: ["data", "exist"],
  deleted: ["data", "exist", "child"],
  childrenChanged: ["child"],
};

const EVENT_NAMES = new Map<number, NodeEvent["type"]>([
  [EventType.NodeCreated, "created"],
  [EventType.NodeDeleted, "deleted"],
  [EventType.NodeDataChanged, "dataChanged"],
  [EventType.NodeChildrenChanged, "childrenChanged"],
]);

/** The name of an event number of the wire, undefined for those that are not about nodes. */
export function nodeEventType(number: number): NodeEvent["type"] | undefined {
  return EVENT_NAMES.get(number);
}

/** The watches this client believes the server to hold for it. Paths are the server's, with the chroot. */
export class WatchRegistry {
  readonly #tables: Record<WatchKind, Map<string, Set<WatchCallback>>> = {
    data: new Map(),
    exist: new Map(),
    child: new Map(),
    persistent: new Map(),
    recursive: new Map(),
  };

  add(kind: WatchKind, path: string, callback: WatchCallback): void {
    const table = this.#tables[kind];
    const callbacks = table.get(path);
    if (callbacks === undefined) table.set(path, new Set([callback]));
    else callbacks.add(callback);
  }

  /** Forgets one callback. Answers true if the path has no watch of that kind any more. */
  remove(kind: WatchKind, path: string, callback: WatchCallback): boolean {
    const callbacks = this.#tables[kind].get(path);
    callbacks?.delete(callback);
    if (callbacks?.size === 0) this.#tables[kind].delete(path);
    return !this.#tables[kind].has(path);
  }

  has(kind: WatchKind, path: string): boolean {
    return this.#tables[kind].has(path);
  }

  /** Paths that have a watch of this kind. */
  paths(kind: WatchKind): string[] {
    return [...this.#tables[kind].keys()];
  }

  /** Number of watched paths of all kinds. */
  get size(): number {
    return WATCH_KINDS.reduce((sum, kind) => sum + this.#tables[kind].size, 0);
  }

  /** Tells everyone whom an event concerns, each callback once, and forgets the one-shot watches it has used up. */
  deliver(event: NodeEvent): void {
    const callbacks = new Set<WatchCallback>();
    for (const kind of FIRED_BY[event.type]) this.#takeInto(callbacks, kind, event.path);
    collect(callbacks, this.#tables.persistent.get(event.path));
    if (event.type !== "childrenChanged" && this.#tables.recursive.size > 0) {
      for (const path of pathAndAncestors(event.path)) collect(callbacks, this.#tables.recursive.get(path));
    }
    for (const callback of callbacks) callback(event);
  }

  /** Forgets the watches of `kinds` on a path, telling each that it was removed. */
  removeAll(path: string, kinds: readonly WatchKind[]): void {
    const callbacks = new Set<WatchCallback>();
    for (const kind of kinds) this.#takeInto(callbacks, kind, path);
    for (const callback of callbacks) callback({ type: "lost", path, reason: "removed" });
  }

  /** Forgets everything, telling each callback why. */
  loseAll(reason: WatchLostEvent["reason"]): void {
    const lost = WATCH_KINDS.flatMap((kind) => [...this.#tables[kind]]);
    for (const kind of WATCH_KINDS) this.#tables[kind].clear();
    for (const [path, callbacks] of lost) {
      for (const callback of callbacks) callback({ type: "lost", path, reason });
    }
  }

  #takeInto(target: Set<WatchCallback>, kind: WatchKind, path: string): void {
    collect(target, this.#tables[kind].get(path));
    this.#tables[kind].delete(path);
  }
}

function collect(target: Set<WatchCallback>, callbacks: ReadonlySet<WatchCallback> | undefined): void {
  if (callbacks === undefined) return;
  for (const callback of callbacks) target.add(callback);
}

/** "/a/b" → "/a/b", "/a", "/". */
function* pathAndAncestors(path: string): Generator<string> {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf("/"))) yield at;
  yield "/";
}
