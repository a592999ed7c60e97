import { DiskError } from "./disk-error.ts";
import type { DiskFile } from "./disk.ts";
import type { SimulatedContent } from "./simulated-content.ts";

/** What a {@link SimulatedFile} asks of its disk. */
export interface SimulatedPower {
  /** Lets time go by, then rejects if the operation is to fail. */
  step(operation: "read" | "write" | "datasync" | "sync" | "truncate"): Promise<void>;
  /** As {@link step}, in no time. */
  stepNow(operation: "write" | "datasync"): void;
  /** Whether the power has not failed since the file was opened. */
  isOn(): boolean;
  freeBytes(): number;
}

/** An open file of a SimulatedDisk. */
export class SimulatedFile implements DiskFile {
  readonly path: string;
  readonly #content: SimulatedContent;
  readonly #power: SimulatedPower;
  #closed = false;

  constructor(path: string, content: SimulatedContent, power: SimulatedPower) {
    this.path = path;
    this.#content = content;
    this.#power = power;
  }

  async read(position: number, into: Buffer, start: number, end: number): Promise<number> {
    this.#checkOpen("read");
    await this.#power.step("read");
    return this.#content.read(position, into, start, end);
  }

  async write(position: number, bytes: Buffer, start: number, end: number): Promise<void> {
    this.#checkOpen("write");
    // A view, read when the write happens and not when it is asked for: a buffer reused too early shows.
    const region = bytes.subarray(start, end);
    try {
      await this.#power.step("write");
    } catch (error) {
      if (this.#power.isOn()) this.#content.write(position, region.subarray(0, region.length >> 1));
      throw error;
    }
    this.#take(position, region);
  }

  writeNow(position: number, bytes: Buffer, start: number, end: number): void {
    this.#checkOpen("write");
    const region = bytes.subarray(start, end);
    try {
      this.#power.stepNow("write");
    } catch (error) {
      if (this.#power.isOn()) this.#content.write(position, region.subarray(0, region.length >> 1));
      throw error;
    }
    this.#take(position, region);
  }

  datasyncNow(): void {
    this.#checkOpen("datasync");
    const mark = this.#content.mark();
    try {
      this.#power.stepNow("datasync");
    } catch (error) {
      if (!(error instanceof DiskError && error.code === "crashed")) this.#content.forget(mark);
      throw error;
    }
    this.#content.settle(mark);
  }

  datasync(): Promise<void> {
    return this.#settle("datasync");
  }

  sync(): Promise<void> {
    return this.#settle("sync");
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#checkOpen("truncate");
    await this.#power.step("truncate");
    this.#content.truncate(sizeBytes);
  }

  async size(): Promise<number> {
    this.#checkOpen("read");
    await this.#power.step("read");
    return this.#content.size;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #settle(operation: "datasync" | "sync"): Promise<void> {
    this.#checkOpen(operation);
    // Writes that begin while the sync runs are not part of it.
    const mark = this.#content.mark();
    try {
      await this.#power.step(operation);
    } catch (error) {
      if (!(error instanceof DiskError && error.code === "crashed")) this.#content.forget(mark);
      throw error;
    }
    this.#content.settle(mark);
  }

  /** Writes what there is room for. */
  #take(position: number, region: Buffer): void {
    const growth = Math.max(0, position + region.length - this.#content.size);
    const room = this.#power.freeBytes();
    if (growth <= room) {
      this.#content.write(position, region);
      return;
    }
    this.#content.write(position, region.subarray(0, region.length - (growth - room)));
    throw new DiskError(
      "noSpace",
      `Cannot write ${region.length} bytes to "${this.path}": ${room} bytes are left`,
      this.path,
    );
  }

  #checkOpen(attempt: string): void {
    if (this.#closed) throw new DiskError("closed", `Cannot ${attempt} "${this.path}": the file is closed`, this.path);
  }
}
