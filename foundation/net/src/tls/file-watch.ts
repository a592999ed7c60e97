import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Events come in bursts while a file is written. */
const SETTLE_MS = 100;

/** What a watch on files tells. */
export interface FileWatchEvents {
  /** The content of at least one file is another. */
  readonly onChange: () => void;
  /** A folder cannot be watched any more. */
  readonly onError: (error: Error) => void;
}

/**
 * Notices when the content of files changes. Watches their folders, because files are replaced as often as written, and because
 * in a mounted Kubernetes secret only a link beside them changes.
 */
export class FileWatch {
  readonly #paths: readonly string[];
  readonly #events: FileWatchEvents;
  readonly #watchers: FSWatcher[] = [];
  #digest: string;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(paths: readonly string[], digest: string, events: FileWatchEvents) {
    this.#paths = paths;
    this.#digest = digest;
    this.#events = events;
    for (const folder of new Set(paths.map((path) => dirname(path)))) {
      const watcher = watch(folder, { persistent: false }, () => this.#soon());
      watcher.on("error", events.onError);
      this.#watchers.push(watcher);
    }
  }

  static async start(paths: readonly string[], events: FileWatchEvents): Promise<FileWatch> {
    return new FileWatch(paths, await digestOf(paths), events);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #soon(): void {
    if (this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#compare();
    }, SETTLE_MS);
    this.#timer.unref();
  }

  async #compare(): Promise<void> {
    const digest = await digestOf(this.#paths);
    if (this.#closed || digest === this.#digest) return;
    this.#digest = digest;
    this.#events.onChange();
  }
}

/** Of all contents; a missing file counts as empty, for it may be between removal and replacement. */
async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    hash.update(`${content.length}:`).update(content);
  }
  return hash.digest("hex");
}
