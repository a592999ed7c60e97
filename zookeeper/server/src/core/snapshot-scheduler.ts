import type { Clock, Random } from "@branta/foundation-runtime";
import { type DataTree, snapshotPieces } from "@branta/zookeeper-engine";

import type { ServerConfig } from "../config/server-config.ts";
import type { Pace, SnapshotStore, TxnLogWriter, WrittenSnapshot } from "../storage/index.ts";

/** Time for clients between two chunks, as a multiple of what the last chunk took. */
const SERVED_TO_SNAPSHOT = 9;
/** Requests between two chunks that do not count as load: pings, an operator's question. */
const IDLE_REQUESTS = 5;

/** The log, as far as snapshots need it. */
export type SnapshotLog = Pick<TxnLogWriter, "roll" | "totalBytes" | "resetTotalBytes">;

export interface SnapshotSchedulerOptions<W extends object> {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: SnapshotStore;
  log(): SnapshotLog;
  tree(): DataTree<W>;
  /** Requests received since the start. */
  requestCount(): number;
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
    const { config } = this.#options;
    const log = this.#options.log();
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
    const written = await store.write(zxid, pieces, this.pace());
    this.#last = { zxid, writtenAtMs: clock.wallMs() };
    this.#options.onWritten(written, clock.nowMs() - startedAtMs);
    return written;
  }

  /**
   * While clients are served, most of the time is theirs; an idle server writes as fast as it can.
   * @param servedToSnapshot how much of it, as a multiple of what the last chunk took
   */
  pace(servedToSnapshot = SERVED_TO_SNAPSHOT): Pace {
    const { clock, requestCount } = this.#options;
    let seen = requestCount();
    return {
      nowMs: () => clock.nowMs(),
      pause: async (workedMs) => {
        const count = requestCount();
        const isBusy = count - seen > IDLE_REQUESTS;
        seen = count;
        if (!isBusy) return;
        await new Promise<void>((resolve) => void clock.after(workedMs * servedToSnapshot, resolve));
      },
    };
  }

  #chooseCount(): number {
    const half = Math.max(Math.floor(this.#options.config.snapCount / 2), 1);
    return half + this.#options.random.below(half);
  }
}
