import type { FatalHook } from "@branta/foundation-runtime";
import type { DurableWrite, PersistToken } from "@branta/zookeeper-engine";

import type { TxnLogWriter } from "../storage/index.ts";

type AppendWrite = Extract<DurableWrite, { readonly kind: "append" }>;
/** Writes that are neither shared nor overtaken. */
export type BarrierWrite = Exclude<DurableWrite, AppendWrite>;

/** The disk, as {@link DurableWrites} needs it. */
export interface WriteTarget {
  /** Opens the log behind what is on disk. */
  openLog(hooks: { onDurable(zxid: number): void; onDrain(): void; onFatal: FatalHook }): Promise<TxnLogWriter>;
  /** Does one of the other writes, durably. The log is closed for those that change what is behind it. */
  write(write: BarrierWrite): Promise<void>;
}

export interface DurableWritesOptions {
  readonly target: WriteTarget;
  /** The write with this token and all before it are on disk. In order, not for each single one. */
  onDurable(token: PersistToken): void;
  /** The log takes more again. */
  onDrain(): void;
  /** Called once; nothing is reported durable afterwards. */
  readonly onFatal: FatalHook;
}

interface Waiting {
  readonly token: PersistToken;
  readonly write: DurableWrite;
}

interface Appended {
  readonly token: PersistToken;
  readonly zxid: number;
}

/**
 * Does what a core asked to be durable, strictly in the order in which it asked: appends share their syncs in the log,
 * everything else waits for what was asked before and holds back what comes after.
 */
export class DurableWrites {
  readonly #options: DurableWritesOptions;
  #log!: TxnLogWriter;
  /** Asked for, and neither in the log nor begun. */
  #waiting: Waiting[] = [];
  /** In the log, not known to be on disk. */
  #appended: Appended[] = [];
  #isBusy = false;
  #isLogFull = false;
  #hasFailed = false;
  #idleWaiters: (() => void)[] = [];
  #lastZxid = 0;

  private constructor(options: DurableWritesOptions) {
    this.#options = options;
  }

  static async open(options: DurableWritesOptions): Promise<DurableWrites> {
    const writes = new DurableWrites(options);
    await writes.#openLog();
    return writes;
  }

  /** The log that is written at the moment; another one after history was cut. */
  get log(): TxnLogWriter {
    return this.#log;
  }

  /** Of the last transaction that was asked to be logged; 0 if there was none. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  /** Whether who proposes should wait. */
  get isFull(): boolean {
    return this.#isLogFull;
  }

  push(token: PersistToken, write: DurableWrite): void {
    this.#waiting.push({ token, write });
    if (write.kind === "append") this.#lastZxid = write.entry.zxid;
    this.#pump();
  }

  /** Resolves when everything asked for so far is on disk; never after a failure. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => void this.#idleWaiters.push(resolve));
  }

  /** Does something with the disk while everything asked for is on it and the log is closed. */
  async exclusively(run: () => Promise<void>): Promise<void> {
    await this.idle();
    this.#isBusy = true;
    await this.#log.close();
    await run();
    await this.#openLog();
    this.#isBusy = false;
    this.#pump();
    this.#tellIdle();
  }

  /** Waits for what was asked for and closes the log. Nothing may be asked for any more. */
  async close(): Promise<void> {
    if (!this.#hasFailed) await this.idle();
    await this.#log.close();
  }

  get #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#appended.length === 0 && !this.#isBusy;
  }

  #pump(): void {
    while (this.#waiting.length > 0 && !this.#isBusy && !this.#hasFailed) {
      const { token, write } = this.#waiting[0]!;
      if (write.kind === "append") {
        if (this.#isLogFull) return;
        this.#append(token, write);
      } else {
        // What was asked before must be on disk first.
        if (this.#appended.length > 0) return;
        this.#isBusy = true;
        this.#barrier(token, write).catch((error: unknown) => this.#fail(error as Error));
      }
      this.#waiting.shift();
    }
  }

  #append(token: PersistToken, { entry }: AppendWrite): void {
    this.#appended.push({ token, zxid: entry.zxid });
    if (!this.#log.append(entry.zxid, entry.bytes)) this.#isLogFull = true;
  }

  async #barrier(token: PersistToken, write: BarrierWrite): Promise<void> {
    const changesHistory = write.kind === "truncate" || write.kind === "snapshot";
    if (changesHistory) await this.#log.close();
    await this.#options.target.write(write);
    if (changesHistory) await this.#openLog();
    if (this.#hasFailed) return;
    this.#isBusy = false;
    this.#options.onDurable(token);
    this.#pump();
    this.#tellIdle();
  }

  async #openLog(): Promise<void> {
    this.#isLogFull = false;
    this.#log = await this.#options.target.openLog({
      onDurable: (zxid) => this.#logged(zxid),
      onDrain: () => this.#drained(),
      onFatal: (error) => this.#fail(error),
    });
  }

  #logged(zxid: number): void {
    if (this.#hasFailed) return;
    let done = 0;
    while (done < this.#appended.length && this.#appended[done]!.zxid <= zxid) done++;
    if (done === 0) return;
    const { token } = this.#appended[done - 1]!;
    this.#appended.splice(0, done);
    this.#options.onDurable(token);
    this.#pump();
    this.#tellIdle();
  }

  #drained(): void {
    this.#isLogFull = false;
    this.#pump();
    if (!this.#isLogFull) this.#options.onDrain();
  }

  #tellIdle(): void {
    if (!this.#isIdle) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #fail(error: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFatal(error);
  }
}
