import { ZooKeeperError } from "../zookeeper-error.ts";

/** Takes one whole frame: `bytes` from `start` to `end`, without its length prefix. Valid only during the call. */
export type FrameHandler = (bytes: Buffer, start: number, end: number) => void;

const PREFIX_BYTES = 4;

/**
 * Cuts what a socket delivers into frames (`length:int payload`).
 *
 * Frames that lie whole in a chunk are handed over where they are; only a frame that is cut in two is copied, once.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number;
  readonly #onFrame: FrameHandler;
  #prefix = 0;
  #prefixFilled = 0;
  #body: Buffer | null = null;
  #bodyFilled = 0;

  constructor(maxFrameBytes: number, onFrame: FrameHandler) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#onFrame = onFrame;
  }

  /** @throws ZooKeeperError ProtocolViolation if a length is below 1 or above the limit. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#body === null ? this.#startFrame(chunk, at) : this.#continueFrame(this.#body, chunk, at);
    }
  }

  #startFrame(chunk: Buffer, start: number): number {
    let at = start;
    while (this.#prefixFilled < PREFIX_BYTES) {
      if (at === chunk.length) return at;
      this.#prefix = (this.#prefix << 8) | chunk[at++]!;
      this.#prefixFilled++;
    }
    const length = this.#prefix;
    this.#prefix = 0;
    this.#prefixFilled = 0;
    if (length < 1 || length > this.#maxFrameBytes) {
      const limits = `must be 1 to ${this.#maxFrameBytes} bytes`;
      throw new ZooKeeperError("ProtocolViolation", `Cannot read reply: its length is ${length}, ${limits}`);
    }
    if (chunk.length - at >= length) {
      this.#onFrame(chunk, at, at + length);
      return at + length;
    }
    this.#body = Buffer.allocUnsafe(length);
    this.#bodyFilled = chunk.copy(this.#body, 0, at);
    return chunk.length;
  }

  #continueFrame(body: Buffer, chunk: Buffer, start: number): number {
    const copied = chunk.copy(body, this.#bodyFilled, start);
    this.#bodyFilled += copied;
    if (this.#bodyFilled === body.length) {
      this.#body = null;
      this.#onFrame(body, 0, body.length);
    }
    return start + copied;
  }
}
