import type { Clock, Random } from "@branta/foundation-runtime";
import { type DataTree, snapshotPieces } from "@branta/zookeeper-engine";

import type { ServerConfig } from "../config/server-config.ts";
import type { SnapshotStore, TxnLogWriter, WrittenSnapshot } from "../storage/index.ts";

export interface SnapshotSchedulerOptions<W extends object> {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: SnapshotStore;
  readonly log: TxnLogWriter;
  tree(): DataTree<W>;
  onWritten(snapshot: WrittenSnapshot, elapsedMs: number): void;
  onError(error: Error): void;
}

/**
 * Decides when a snapshot is due, and writes one at a time while the server works on: after snapCount/2 to snapCount
 * transactions, so that servers that started together do not all write at once (Apache's SyncRequestProcessor).
 */
export class SnapshotScheduler<W extends object> {
  readonly #options: SnapshotSchedulerOptions<W>;
  #transactions = 0;
  #dueAfter: number;
  #running: Promise<WrittenSnapshot> | null = null;
  #last: { zxid: number; writtenAtMs: number } | null = null;

  constructor(options: SnapshotSchedulerOptions<W>) {
    this.#options = options;
    this.#dueAfter = this.#chooseCount();
  }

  /** The newest snapshot that this process wrote. */
  get last(): { readonly zxid: number; readonly writtenAtMs: number } | null {
    return this.#last;
  }

  /** Notes a snapshot that was there already. */
  found(zxid: number, writtenAtMs: number): void {
    this.#last = { zxid, writtenAtMs };
  }

  /** A transaction was applied. */
  applied(): void {
    this.#transactions++;
    const { config, log } = this.#options;
    const tooLarge = config.snapSizeLimitBytes > 0 && log.totalBytes > config.snapSizeLimitBytes / 2;
    if (this.#transactions < this.#dueAfter && !tooLarge) return;
    this.#transactions = 0;
    this.#dueAfter = this.#chooseCount();
    if (this.#running !== null) return;
    log.roll();
    log.resetTotalBytes();
    void this.take().catch((error: unknown) => this.#options.onError(error as Error));
  }

  /** Writes a snapshot now, or waits for the one that is being written. */
  take(): Promise<WrittenSnapshot> {
    this.#running ??= this.#write().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Resolves when no snapshot is being written. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  async #write(): Promise<WrittenSnapshot> {
    const { config, store, clock } = this.#options;
    const tree = this.#options.tree();
    const startedAtMs = clock.nowMs();
    const zxid = tree.lastProcessedZxid;
    const pieces = snapshotPieces(tree, {
      digestEnabled: config.digestEnabled,
      lastProcessedZxid: config.serializeLastProcessedZxidEnabled,
    });
    const written = await store.write(zxid, pieces);
    this.#last = { zxid, writtenAtMs: clock.wallMs() };
    this.#options.onWritten(written, clock.nowMs() - startedAtMs);
    return written;
  }

  #chooseCount(): number {
    const half = Math.max(Math.floor(this.#options.config.snapCount / 2), 1);
    return half + this.#options.random.below(half);
  }
}
