import { join } from "node:path";
import type { Writer } from "@branta/foundation-bytes";
import type { Clock, Disk, FatalHook } from "@branta/foundation-runtime";
import { Batch } from "./batch.ts";
import { LogError } from "./log-error.ts";
import { SyncPace } from "./sync-pace.ts";
import { isNoSpace, Segment, type SegmentOptions } from "./segment.ts";

const BATCH_CAPACITY_BYTES = 64 * 1024;
/** As much as the operating system takes in less time than another thread needs to be told. */
const WRITE_NOW_BYTES_MAX = 64 * 1024;
/** What may be pending for each byte that asks for back-pressure, before appends are refused. */
const OVERLOAD_FACTOR = 8;

/** How a {@link GroupCommitLog} works. */
export interface GroupCommitOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly directory: string;
  /** The file name of the segment whose first record has this tag. */
  readonly nameOf: (firstTag: number) => string;
  readonly temporaryName: string;
  readonly header: Buffer;
  readonly fillAheadBytes: number;
  /** A segment that has reached this size is followed by a new one; 0 for no limit. */
  readonly sizeLimitBytes: number;
  /** With this much pending, appends ask the caller to wait. */
  readonly maxPendingBytes: number;
  /** False: records count as durable when the operating system has them. */
  readonly datasync: boolean;
  /** Everything up to and including `tag` is durable. Called once a batch, in order. */
  readonly onDurable: (tag: number) => void;
  /** Pending bytes fell below half of the limit after an append asked to wait. */
  readonly onDrain?: () => void;
  /** Called once; after it nothing is reported durable any more. */
  readonly onFatal: FatalHook;
  /** How long each sync took and how large the segment is. */
  readonly onSync?: (elapsedMs: number, segmentBytes: number) => void;
}

interface Waiter {
  readonly records: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * An append-only log whose records share their syncs: one write and one fdatasync are in flight, everything that is
 * appended meanwhile goes together in the next. The batch adapts to the disk; there is no timer and nothing to tune.
 *
 * Records are tagged with rising numbers. An append copies the record and allocates nothing.
 */
export class GroupCommitLog implements AsyncDisposable {
  readonly #options: GroupCommitOptions;
  readonly #segmentOptions: SegmentOptions;
  /** Batches closed by a roll, oldest first; nearly always empty. */
  readonly #closed: Batch[] = [];
  readonly #pace = new SyncPace();
  #open = new Batch(BATCH_CAPACITY_BYTES);
  #spare: Batch | null = new Batch(BATCH_CAPACITY_BYTES);
  #recordStart = 0;
  #segment: Segment | null = null;
  #next: Promise<Segment>;
  /** Resolves when all segments before the current one are closed. */
  #retiring: Promise<void> = Promise.resolve();
  #segmentBytes: number;
  #pendingBytes = 0;
  #appended = 0;
  #durable = 0;
  #durableTag = -1;
  #writing = false;
  #wantsDrain = false;
  #failure: Error | null = null;
  #closing: Promise<void> | null = null;
  readonly #waiters: Waiter[] = [];

  private constructor(options: GroupCommitOptions, first: Segment) {
    this.#options = options;
    this.#segmentOptions = options;
    this.#next = Promise.resolve(first);
    this.#segmentBytes = options.header.length;
    this.#open.startsSegment = true;
  }

  /** Prepares the first segment, so that a disk that cannot be written is found before anything depends on it. */
  static async open(options: GroupCommitOptions): Promise<GroupCommitLog> {
    return new GroupCommitLog(options, await Segment.prepare(options));
  }

  /** Bytes appended and not yet durable. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Tag of the last durable record, -1 before the first. */
  get durableTag(): number {
    return this.#durableTag;
  }

  /** Size of the segment that the next record goes to, pending bytes included. */
  get segmentBytes(): number {
    return this.#segmentBytes;
  }

  /**
   * Where the next record is to be written, followed at once by {@link endRecord}; the writer must not be kept.
   * @throws LogError `closed` after close, `overloaded` if the caller went on appending although asked to wait.
   */
  beginRecord(): Writer {
    if (this.#closing !== null)
      throw new LogError("closed", `Cannot append to the log in "${this.#options.directory}": it is closed`);
    if (this.#pendingBytes > this.#options.maxPendingBytes * OVERLOAD_FACTOR) {
      const limit = this.#options.maxPendingBytes;
      throw new LogError("overloaded", `Cannot append: ${this.#pendingBytes} bytes are pending, the limit is ${limit}`);
    }
    this.#recordStart = this.#open.sizeBytes;
    return this.#open.writer;
  }

  /**
   * Takes what was written since {@link beginRecord} as the record `tag`.
   * False: more is pending than the limit, wait for `onDrain` before appending more.
   */
  endRecord(tag: number): boolean {
    const sizeBytes = this.#open.sizeBytes - this.#recordStart;
    // A dead log must not collect what it will never write.
    if (this.#failure !== null) {
      this.#open.clear();
      return false;
    }
    this.#open.add(tag);
    this.#appended++;
    this.#pendingBytes += sizeBytes;
    this.#segmentBytes += sizeBytes;
    const { sizeLimitBytes, maxPendingBytes, clock } = this.#options;
    if (sizeLimitBytes > 0 && this.#segmentBytes >= sizeLimitBytes) this.roll();
    if (!this.#writing) {
      this.#writing = true;
      // Whatever arrives in this turn shares the first sync.
      clock.soon(this.#writeAll);
    }
    if (this.#pendingBytes <= maxPendingBytes) return true;
    this.#wantsDrain = true;
    return false;
  }

  /** Appends a region of a buffer as the record `tag`; see {@link endRecord}. */
  append(tag: number, bytes: Buffer, start = 0, end = bytes.length): boolean {
    this.beginRecord().copy(bytes, start, end);
    return this.endRecord(tag);
  }

  /** The next record begins a new segment. Without effect on a segment that has no record yet. */
  roll(): void {
    if (this.#segmentBytes === this.#options.header.length) return;
    this.#segmentBytes = this.#options.header.length;
    if (this.#open.records > 0) {
      this.#closed.push(this.#open);
      this.#open = this.#takeSpare();
    }
    this.#open.startsSegment = true;
  }

  /** Resolves when everything appended so far is durable. @throws what `onFatal` was told. */
  flush(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#durable === this.#appended) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ records: this.#appended, resolve, reject });
    });
  }

  /** Flushes, cuts the prepared zeros off and closes. Closing twice changes nothing. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #writeAll = (): void => {
    this.#drainBatches().catch((error: unknown) => this.#fail(asError(error)));
  };

  async #drainBatches(): Promise<void> {
    for (let batch = this.#takeBatch(); batch !== null; batch = this.#takeBatch()) {
      if (!this.#writeBatchNow(batch)) await this.#writeBatch(batch);
      if (this.#failure !== null) return;
      this.#settle(batch);
    }
    this.#writing = false;
  }

  #takeBatch(): Batch | null {
    const closed = this.#closed.shift();
    if (closed !== undefined) return closed;
    if (this.#open.records === 0) return null;
    const batch = this.#open;
    this.#open = this.#takeSpare();
    return batch;
  }

  #takeSpare(): Batch {
    const spare = this.#spare ?? new Batch(BATCH_CAPACITY_BYTES);
    this.#spare = null;
    return spare;
  }

  /** Writes and syncs a small batch on the spot, where that is quicker for all. False: nothing was done. */
  #writeBatchNow(batch: Batch): boolean {
    if (batch.startsSegment || !this.#options.datasync || !this.#pace.waitsFor(batch.records)) return false;
    const segment = this.#segment!;
    if (!segment.writeNow(batch.writer.bytes, batch.sizeBytes)) return false;
    const startMs = this.#options.clock.nowMs();
    segment.datasyncNow();
    this.#synced(this.#options.clock.nowMs() - startMs, segment);
    return true;
  }

  async #writeBatch(batch: Batch): Promise<void> {
    const { datasync, clock } = this.#options;
    const segment = batch.startsSegment ? await this.#startSegment() : this.#segment!;
    const isSmall = batch.sizeBytes <= WRITE_NOW_BYTES_MAX;
    if (!isSmall || !segment.writeNow(batch.writer.bytes, batch.sizeBytes)) {
      await segment.write(batch.writer.bytes, batch.sizeBytes);
    }
    if (datasync) {
      const startMs = clock.nowMs();
      await segment.datasync();
      this.#synced(clock.nowMs() - startMs, segment);
    }
    if (!batch.startsSegment) return;
    await this.#nameSegment(segment, batch.firstTag);
    this.#next = this.#prepareNext();
  }

  #synced(elapsedMs: number, segment: Segment): void {
    this.#pace.took(elapsedMs);
    this.#options.onSync?.(elapsedMs, segment.length);
  }

  async #startSegment(): Promise<Segment> {
    const full = this.#segment;
    // Nobody waits for an old file to be cut and closed, but that it fails must be known.
    if (full !== null)
      this.#retiring = this.#retiring.then(() => full.finish()).catch((error: unknown) => this.#fail(asError(error)));
    this.#segment = await this.#next.catch((error: unknown) => {
      if (!isNoSpace(error)) throw error;
      return Segment.prepare(this.#segmentOptions);
    });
    return this.#segment;
  }

  async #nameSegment(segment: Segment, firstTag: number): Promise<void> {
    const { disk, directory, nameOf } = this.#options;
    const name = nameOf(firstTag);
    // Renaming replaces silently; records that somebody was promised may be under that name.
    if ((await disk.info(join(directory, name))) !== null) {
      throw new LogError(
        "segmentExists",
        `Cannot begin the log file "${name}" in "${directory}": there is one already`,
      );
    }
    await segment.rename(name);
  }

  #prepareNext(): Promise<Segment> {
    const next = Segment.prepare(this.#segmentOptions);
    // Told when the segment is needed; until then there may be room again, and nothing is lost.
    next.catch(() => undefined);
    return next;
  }

  #settle(batch: Batch): void {
    this.#durable += batch.records;
    this.#durableTag = batch.lastTag;
    this.#pendingBytes -= batch.sizeBytes;
    this.#recycle(batch);
    this.#options.onDurable(this.#durableTag);
    while (this.#waiters.length > 0 && this.#waiters[0]!.records <= this.#durable) this.#waiters.shift()!.resolve();
    if (this.#wantsDrain && this.#pendingBytes <= this.#options.maxPendingBytes / 2) {
      this.#wantsDrain = false;
      this.#options.onDrain?.();
    }
  }

  #recycle(batch: Batch): void {
    // One burst must not hold its memory for ever.
    if (this.#spare !== null || batch.writer.bytes.length > this.#options.maxPendingBytes) return;
    batch.clear();
    this.#spare = batch;
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#options.onFatal(error);
  }

  async #finish(): Promise<void> {
    try {
      await this.flush();
      await this.#retiring;
      if (this.#failure !== null) throw this.#failure;
      await this.#segment?.finish();
      await this.#next.then(
        (next) => next.finish(),
        () => undefined,
      );
    } catch (error) {
      await this.#segment?.abandon();
      await this.#next.then((next) => next.abandon()).catch(() => undefined);
      throw error;
    }
  }
}
