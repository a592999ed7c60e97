import { Reader, Writer } from "@branta/foundation-bytes";
import type { Duplex } from "node:stream";
import { FrameSplitter } from "./frame-splitter.ts";

/** Who wants to know what a connection delivers. */
export interface ConnectionHandlers {
  /** One frame; the reader is reused, and valid only during the call. */
  onFrame(reader: Reader): void;
  /** Once, at the end. `error` is what ended it, if something did. */
  onClose(error: Error | undefined): void;
  /** The socket takes more again, after {@link Connection.congested}. */
  onDrain(): void;
}

const OUTPUT_BYTES = 16 * 1024;

/**
 * Frames over one socket. All frames of one turn of the event loop leave in one write.
 * (Measured elsewhere: one write per frame costs 25 times as much.)
 */
export class Connection {
  readonly #socket: Duplex;
  readonly #handlers: ConnectionHandlers;
  readonly #reader = new Reader(Buffer.alloc(0));
  readonly #writer = new Writer(OUTPUT_BYTES);
  #flushScheduled = false;
  #closed = false;
  #error: Error | undefined;
  #congested = false;
  /** When something was last received, by the monotonic clock, ms. */
  heardAtMs = performance.now();
  /** When something was last sent, ms. */
  sentAtMs = performance.now();

  constructor(socket: Duplex, maxFrameBytes: number, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    const splitter = new FrameSplitter(maxFrameBytes, (bytes, start, end) => {
      if (!this.#closed) handlers.onFrame(this.#reader.reset(bytes, start, end));
    });
    socket.on("data", (chunk: Buffer) => {
      this.heardAtMs = performance.now();
      try {
        splitter.push(chunk);
      } catch (error) {
        this.destroy(error as Error);
      }
    });
    socket.on("drain", () => {
      this.#congested = false;
      handlers.onDrain();
    });
    socket.on("error", (error) => (this.#error ??= error));
    socket.on("end", () => this.destroy());
    socket.on("close", () => this.#finish());
  }

  /** True while the socket holds back what was written: whoever can wait should. */
  get congested(): boolean {
    return this.#congested;
  }

  /**
   * Adds one frame to the output of this turn: RequestHeader and body. The handshake alone has no header.
   * If `encode` throws, nothing of the frame is sent.
   */
  send(header: { readonly xid: number; readonly type: number } | null, encode?: (writer: Writer) => void): void {
    if (this.#closed) return;
    const writer = this.#writer;
    const lengthAt = writer.reserve(4);
    try {
      if (header !== null) {
        writer.int(header.xid);
        writer.int(header.type);
      }
      encode?.(writer);
    } catch (error) {
      writer.truncate(lengthAt);
      throw error;
    }
    writer.patchInt(lengthAt, writer.length - lengthAt - 4);
    this.#scheduleFlush();
  }

  /** Ends the connection now; what was not sent is lost. */
  destroy(error?: Error): void {
    this.#error ??= error;
    if (!this.#socket.destroyed) this.#socket.destroy();
    this.#finish();
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.sentAtMs = performance.now();
    // After all continuations that this turn's replies have woken: their requests leave in the same write.
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#flushScheduled = false;
    if (this.#closed || this.#writer.length === 0) return;
    this.#congested = !this.#socket.write(this.#takeOutput());
  }

  /** Few bytes are cheaper copied out of the writer than handed over with its whole buffer. */
  #takeOutput(): Buffer {
    if (this.#writer.length > OUTPUT_BYTES / 4) return this.#writer.detach(OUTPUT_BYTES);
    const output = this.#writer.take();
    this.#writer.clear();
    return output;
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.onClose(this.#error);
  }
}
