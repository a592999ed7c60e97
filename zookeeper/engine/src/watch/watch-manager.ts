import { EventType, WatcherType } from "@branta/zookeeper-protocol";
import type { Acl } from "@branta/zookeeper-protocol";

import { WatchMode, WatchTable } from "./watch-table.ts";

/** What watchers are told. */
export interface WatchEvent {
  readonly type: EventType;
  readonly path: string;
  /** The transaction that caused it; -1 for catch-up events of setWatches. */
  readonly zxid: number;
  /** The node's list at that moment: whoever may not READ the node is not told of it (CVE-2024-23944). Null: tell. */
  readonly acl: readonly Acl[] | null;
}

/** Carries an event to one watcher. */
export type DeliverEvent<W> = (watcher: W, event: WatchEvent) => void;

/** Told of every change that somebody watched for, and how many did. */
export type TriggerHook = (type: EventType, watchers: number) => void;

/** The two tables of watches, data and child, and which events fire which (Apache's DataTree and WatchManager). */
export class WatchManager<W extends object> {
  readonly data = new WatchTable<W>();
  readonly children = new WatchTable<W>();
  readonly #deliver: DeliverEvent<W>;
  readonly #triggered: TriggerHook | undefined;

  constructor(deliver: DeliverEvent<W>, triggered?: TriggerHook) {
    this.#deliver = deliver;
    this.#triggered = triggered;
  }

  /** Whether nobody watches anything: then a write need not look. */
  get isEmpty(): boolean {
    return this.data.pathCount === 0 && this.children.pathCount === 0;
  }

  watchData(path: string, watcher: W): void {
    this.data.add(path, watcher, WatchMode.standard);
  }

  watchChildren(path: string, watcher: W): void {
    this.children.add(path, watcher, WatchMode.standard);
  }

  watchPersistently(path: string, watcher: W, recursive: boolean): void {
    if (recursive) {
      this.data.add(path, watcher, WatchMode.persistentRecursive);
      return;
    }
    this.data.add(path, watcher, WatchMode.persistent);
    this.children.add(path, watcher, WatchMode.persistent);
  }

  /** Whether the watcher has such a watch (opcode checkWatches). */
  has(path: string, type: WatcherType, watcher: W): boolean {
    switch (type) {
      case WatcherType.Children:
        return this.children.has(path, watcher, WatchMode.standard);
      case WatcherType.Data:
        return this.data.has(path, watcher, WatchMode.standard);
      case WatcherType.Persistent:
        return this.data.has(path, watcher, WatchMode.persistent);
      case WatcherType.PersistentRecursive:
        return this.data.has(path, watcher, WatchMode.persistentRecursive);
      case WatcherType.Any:
        return this.children.has(path, watcher, null) || this.data.has(path, watcher, null);
    }
  }

  /** Removes such watches (opcode removeWatches); answers whether there were any. */
  remove(path: string, type: WatcherType, watcher: W): boolean {
    switch (type) {
      case WatcherType.Children:
        return this.children.remove(path, watcher, WatchMode.standard);
      case WatcherType.Data:
        return this.data.remove(path, watcher, WatchMode.standard);
      case WatcherType.Persistent:
        return this.#removeBoth(path, watcher, WatchMode.persistent);
      case WatcherType.PersistentRecursive:
        return this.data.remove(path, watcher, WatchMode.persistentRecursive);
      case WatcherType.Any:
        return this.#removeBoth(path, watcher, null);
    }
  }

  removeWatcher(watcher: W): void {
    this.data.removeWatcher(watcher);
    this.children.removeWatcher(watcher);
  }

  created(path: string, acl: readonly Acl[], parent: string, parentAcl: readonly Acl[], zxid: number): void {
    this.#tell(this.data.trigger(path), { type: EventType.NodeCreated, path, zxid, acl });
    this.#childrenChanged(parent, parentAcl, zxid);
  }

  deleted(path: string, acl: readonly Acl[], parent: string, parentAcl: readonly Acl[], zxid: number): void {
    const event: WatchEvent = { type: EventType.NodeDeleted, path, zxid, acl };
    const told = this.data.trigger(path);
    this.#tell(told, event);
    // One deletion is one event, however many watches a client had on the node.
    this.#tell(this.children.trigger(path), event, told);
    this.#childrenChanged(parent, parentAcl, zxid);
  }

  dataChanged(path: string, acl: readonly Acl[], zxid: number): void {
    this.#tell(this.data.trigger(path), { type: EventType.NodeDataChanged, path, zxid, acl });
  }

  /** Tells one watcher of what it missed while it was away. */
  catchUp(watcher: W, type: EventType, path: string): void {
    this.#deliver(watcher, { type, path, zxid: -1, acl: null });
  }

  #childrenChanged(path: string, acl: readonly Acl[], zxid: number): void {
    this.#tell(this.children.trigger(path), { type: EventType.NodeChildrenChanged, path, zxid, acl });
  }

  #removeBoth(path: string, watcher: W, mode: WatchMode | null): boolean {
    const inChildren = this.children.remove(path, watcher, mode);
    return this.data.remove(path, watcher, mode) || inChildren;
  }

  #tell(watchers: Set<W> | null, event: WatchEvent, except: Set<W> | null = null): void {
    if (watchers === null) return;
    this.#triggered?.(event.type, watchers.size);
    for (const watcher of watchers) if (except === null || !except.has(watcher)) this.#deliver(watcher, event);
  }
}
