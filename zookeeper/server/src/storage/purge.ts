import { join } from "node:path";
import type { Clock, Disk, Timer } from "@branta/foundation-runtime";
import { listLogFiles, selectLogFiles } from "./log-files.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { StorageError } from "./storage-error.ts";

/** Fewer snapshots are never kept (PurgeTxnLog). */
export const RETAIN_COUNT_MIN = 3;

/** What to keep. */
export interface PurgeOptions {
  readonly disk: Disk;
  readonly snapshotDirectory: string;
  readonly logDirectory: string;
  /** How many snapshots stay, with all logs needed from the oldest of them on; at least 3. */
  readonly retainCount: number;
  readonly onRemoved?: (path: string) => void;
}

/** Snapshots and logs, also with what tools append to their names, such as `log.5.fixed`. */
const DATA_NAME = /^(snapshot|log)\.([0-9a-f]{1,16})(\..*)?$/i;

function zxidOf(name: string, kind: "snapshot" | "log"): number | null {
  const match = DATA_NAME.exec(name);
  return match === null || match[1]!.toLowerCase() !== kind ? null : Number.parseInt(match[2]!, 16);
}

/**
 * Removes snapshots and logs that are no longer needed; answers the paths of what was removed. What is written meanwhile
 * is newer, and stays.
 * @throws StorageError `tooFewToRetain`
 */
export async function purge(options: PurgeOptions): Promise<string[]> {
  const { disk, snapshotDirectory, logDirectory, retainCount, onRemoved } = options;
  if (retainCount < RETAIN_COUNT_MIN) {
    throw new StorageError(
      "tooFewToRetain",
      `Cannot purge down to "${retainCount}" snapshots: at least ${RETAIN_COUNT_MIN} must stay`,
    );
  }
  const kept = await new SnapshotStore({ disk, directory: snapshotDirectory }).findValid(retainCount);
  const oldest = kept.at(-1);
  if (oldest === undefined) return [];
  // The last log that begins at or before the oldest snapshot may hold entries that come after it.
  const needed = new Set(selectLogFiles(await listLogFiles(disk, logDirectory), oldest.zxid).map((file) => file.name));
  const removed: string[] = [];
  const sweep = async (directory: string, kind: "snapshot" | "log"): Promise<void> => {
    for (const name of await disk.list(directory)) {
      const zxid = zxidOf(name, kind);
      if (zxid === null || zxid >= oldest.zxid || (kind === "log" && needed.has(name))) continue;
      const path = join(directory, name);
      await disk.remove(path);
      removed.push(path);
      onRemoved?.(path);
    }
  };
  await sweep(logDirectory, "log");
  await sweep(snapshotDirectory, "snapshot");
  return removed;
}

/** When to purge. */
export interface PurgerOptions extends PurgeOptions {
  readonly clock: Clock;
  /** autopurge.purgeInterval in milliseconds; 0 or less never purges. */
  readonly intervalMs: number;
  /** A purge failed; the next one comes at its time. */
  readonly onError: (error: unknown) => void;
}

/** Purges at once and then at every interval (DatadirCleanupManager). */
export class Purger implements Disposable {
  readonly #options: PurgerOptions;
  #timer: Timer | null = null;
  #stopped = false;

  constructor(options: PurgerOptions) {
    this.#options = options;
  }

  /** Starting twice changes nothing. */
  start(): void {
    if (this.#options.intervalMs <= 0 || this.#timer !== null) return;
    this.#timer = this.#options.clock.after(0, this.#run);
  }

  /** A purge that is under way comes to its end; no other begins. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  readonly #run = (): void => {
    purge(this.#options)
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => {
        if (!this.#stopped) this.#timer = this.#options.clock.after(this.#options.intervalMs, this.#run);
      });
  };
}
