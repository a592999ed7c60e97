/** Ways of watching a path; one watcher may hold several on the same path. Bits, so that a set of them is a number. */
export const WatchMode = { standard: 1, persistent: 2, persistentRecursive: 4 } as const;
export type WatchMode = (typeof WatchMode)[keyof typeof WatchMode];

/**
 * Who watches which path, in both directions. `W` is whoever is told: a client's connection.
 *
 * A trigger answers the watchers to tell and uses up their one-shot (standard) watches on that very path; recursive
 * watches are found on the path and on each of its ancestors.
 */
export class WatchTable<W extends object> {
  /** Path → its watchers with their modes. */
  readonly #byPath = new Map<string, Map<W, number>>();
  /** Watcher → its paths. */
  readonly #byWatcher = new Map<W, Set<string>>();
  #recursiveCount = 0;
  #watchCount = 0;

  /** Pairs of watcher and path. */
  get watchCount(): number {
    return this.#watchCount;
  }

  get pathCount(): number {
    return this.#byPath.size;
  }

  get watcherCount(): number {
    return this.#byWatcher.size;
  }

  add(path: string, watcher: W, mode: WatchMode): void {
    let watchers = this.#byPath.get(path);
    if (watchers === undefined) this.#byPath.set(path, (watchers = new Map<W, number>()));
    const modes = watchers.get(watcher) ?? 0;
    if ((modes & mode) !== 0) return;
    watchers.set(watcher, modes | mode);
    if (mode === WatchMode.persistentRecursive) this.#recursiveCount++;
    if (modes !== 0) return;
    this.#watchCount++;
    let paths = this.#byWatcher.get(watcher);
    if (paths === undefined) this.#byWatcher.set(watcher, (paths = new Set<string>()));
    paths.add(path);
  }

  /** Removes one mode, or all of them where `mode` is null; answers whether there was one. */
  remove(path: string, watcher: W, mode: WatchMode | null): boolean {
    const modes = this.#byPath.get(path)?.get(watcher) ?? 0;
    const removed = mode === null ? modes : modes & mode;
    if (removed === 0) return false;
    this.#setModes(path, watcher, modes, modes & ~removed);
    return true;
  }

  /** Whether the watcher watches exactly this path, in this mode or, where `mode` is null, in any. */
  has(path: string, watcher: W, mode: WatchMode | null): boolean {
    const modes = this.#byPath.get(path)?.get(watcher) ?? 0;
    return (mode === null ? modes : modes & mode) !== 0;
  }

  /** Forgets all of a watcher's watches: its connection is gone. */
  removeWatcher(watcher: W): void {
    const paths = this.#byWatcher.get(watcher);
    if (paths === undefined) return;
    for (const path of paths) this.#setModes(path, watcher, this.#byPath.get(path)!.get(watcher)!, 0);
  }

  /** The watchers to tell of an event on `path`, or null for none; one-shot watches are used up. */
  trigger(path: string): Set<W> | null {
    if (this.#byPath.size === 0) return null;
    let told: Set<W> | null = null;
    const watchers = this.#byPath.get(path);
    if (watchers !== undefined) {
      told = new Set<W>();
      for (const [watcher, modes] of watchers) {
        told.add(watcher);
        if ((modes & WatchMode.standard) !== 0) this.#setModes(path, watcher, modes, modes & ~WatchMode.standard);
      }
    }
    return this.#recursiveCount === 0 ? told : this.#addRecursive(path, told);
  }

  paths(): Iterable<readonly [string, Iterable<W>]> {
    return [...this.#byPath].map(([path, watchers]) => [path, watchers.keys()] as const);
  }

  watchers(): Iterable<readonly [W, Iterable<string>]> {
    return this.#byWatcher;
  }

  #addRecursive(path: string, found: Set<W> | null): Set<W> | null {
    let told = found;
    for (let at = path; at !== "/";) {
      at = at.slice(0, at.lastIndexOf("/")) || "/";
      for (const [watcher, modes] of this.#byPath.get(at) ?? []) {
        if ((modes & WatchMode.persistentRecursive) === 0) continue;
        told ??= new Set<W>();
        told.add(watcher);
      }
    }
    return told;
  }

  #setModes(path: string, watcher: W, before: number, after: number): void {
    if ((before & ~after & WatchMode.persistentRecursive) !== 0) this.#recursiveCount--;
    const watchers = this.#byPath.get(path)!;
    if (after !== 0) {
      watchers.set(watcher, after);
      return;
    }
    this.#watchCount--;
    watchers.delete(watcher);
    if (watchers.size === 0) this.#byPath.delete(path);
    const paths = this.#byWatcher.get(watcher)!;
    paths.delete(path);
    if (paths.size === 0) this.#byWatcher.delete(watcher);
  }
}
