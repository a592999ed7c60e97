import { join } from "node:path";
import { type Disk, DiskError, type DiskFile } from "@branta/foundation-runtime";

/** How segments are made. */
export interface SegmentOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** What a segment is called until it holds a record. */
  readonly temporaryName: string;
  /** What stands at the beginning of every segment. */
  readonly header: Buffer;
  /** How far ahead of the records a segment is filled with zeros, bytes; 0 for not at all. */
  readonly fillAheadBytes: number;
  readonly datasync: boolean;
}

let zeros: Buffer = Buffer.alloc(0);

function zerosOf(sizeBytes: number): Buffer {
  if (zeros.length < sizeBytes) zeros = Buffer.alloc(sizeBytes);
  return zeros;
}

/** Whether an error says that the disk is full. */
export function isNoSpace(error: unknown): boolean {
  return error instanceof DiskError && error.code === "noSpace";
}

/**
 * One file of a log, with room made in advance: overwriting zeros that are on disk needs no journal commit of the
 * file system, which a growing file needs at every sync (measured: 0.09 against 0.13 ms).
 *
 * It is made under a temporary name and gets its own once its first records are durable, so a named segment is never empty.
 */
export class Segment {
  readonly #options: SegmentOptions;
  readonly #file: DiskFile;
  #name: string | null = null;
  #length: number;
  #filledTo = 0;
  #filling: Promise<void> | null = null;
  #fillError: Error | null = null;
  #fillStopped = false;

  private constructor(options: SegmentOptions, file: DiskFile) {
    this.#options = options;
    this.#file = file;
    this.#length = options.header.length;
  }

  /** Makes a segment ready for its first records. */
  static async prepare(options: SegmentOptions): Promise<Segment> {
    const file = await options.disk.open(join(options.directory, options.temporaryName), "create");
    const segment = new Segment(options, file);
    try {
      const first = Buffer.alloc(Math.max(options.header.length, options.fillAheadBytes));
      options.header.copy(first);
      await file.write(0, first, 0, first.length);
      if (options.datasync) await file.datasync();
      segment.#filledTo = first.length;
    } catch (error) {
      await file.close();
      // Half a preparation must not take the space that the current segment could still use.
      await options.disk.remove(file.path).catch(() => undefined);
      throw error;
    }
    return segment;
  }

  /** Null until the first records are written. */
  get name(): string | null {
    return this.#name;
  }

  /** Bytes of header and records, without the zeros after them. */
  get length(): number {
    return this.#length;
  }

  /** Writes records behind the others; they are durable after {@link datasync}. */
  async write(bytes: Buffer, length: number): Promise<void> {
    const start = this.#length;
    // A fill still on its way beyond this point would overwrite the records with zeros.
    if (this.#filling !== null && start + length > this.#filledTo) await this.#filling;
    if (this.#fillError !== null) throw this.#fillError;
    this.#length = start + length;
    await this.#file.write(start, bytes, 0, length);
    this.#fillAhead();
  }

  /** As {@link write}, if that needs nothing to be waited for; false, and nothing is written, where it does. */
  writeNow(bytes: Buffer, length: number): boolean {
    const start = this.#length;
    if (this.#filling !== null && start + length > this.#filledTo) return false;
    if (this.#fillError !== null) throw this.#fillError;
    this.#length = start + length;
    this.#file.writeNow(start, bytes, 0, length);
    this.#fillAhead();
    return true;
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  datasyncNow(): void {
    this.#file.datasyncNow();
  }

  /** Gives the segment its name, durably. */
  async rename(name: string): Promise<void> {
    const { disk, directory, temporaryName, datasync } = this.#options;
    await disk.rename(join(directory, temporaryName), join(directory, name));
    if (datasync) await disk.syncDirectory(directory);
    this.#name = name;
  }

  /** Cuts the zeros off and closes the file; a segment that never got a name disappears. */
  async finish(): Promise<void> {
    await this.#filling;
    if (this.#name !== null) {
      await this.#file.truncate(this.#length);
      await this.#file.close();
      return;
    }
    await this.#file.close();
    await this.#options.disk.remove(join(this.#options.directory, this.#options.temporaryName));
  }

  /** Lets go of the file and promises nothing. */
  async abandon(): Promise<void> {
    await this.#filling;
    await this.#file.close();
  }

  #fillAhead(): void {
    const step = this.#options.fillAheadBytes;
    if (step === 0 || this.#fillStopped || this.#filling !== null || this.#filledTo - this.#length >= step / 2) return;
    const start = Math.max(this.#filledTo, this.#length);
    this.#filling = this.#fill(start, step);
  }

  async #fill(start: number, sizeBytes: number): Promise<void> {
    try {
      await this.#file.write(start, zerosOf(sizeBytes), 0, sizeBytes);
      this.#filledTo = start + sizeBytes;
    } catch (error) {
      // Too little space for zeros may still be enough for the records themselves.
      if (isNoSpace(error)) this.#fillStopped = true;
      else this.#fillError = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#filling = null;
    }
  }
}
