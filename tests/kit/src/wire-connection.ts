import { connect, type Socket } from "node:net";
import { KitError } from "./kit-error.ts";

const LENGTH_BYTES = 4;

/**
 * A client connection below the level of sessions: bytes out as they are, whole frames in, in arrival order.
 *
 * Scope: what a hostile or an odd client needs as much as an ordinary one. It knows the length prefix and nothing else.
 */
export class WireConnection implements AsyncDisposable {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #wake: (() => void) | null = null;
  /** Frames that arrived and were not taken yet, without their length prefix. */
  readonly frames: Buffer[] = [];
  /** True once the server has closed the connection (FIN or RST); frames that came before are still in {@link frames}. */
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => this.#close());
    socket.on("end", () => this.#close());
    socket.on("close", () => this.#close());
  }

  /** @throws KitError "refused" if nobody listens. */
  static open(port: number, host = "127.0.0.1"): Promise<WireConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host });
      const onError = (cause: Error): void => {
        reject(new KitError("refused", `Cannot connect to "${host}:${port}": must be listening`, { cause }));
      };
      socket.once("error", onError);
      socket.once("connect", () => {
        socket.off("error", onError);
        resolve(new WireConnection(socket));
      });
    });
  }

  /** Sends bytes as they are, length prefixes included. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends one frame: the length prefix is added. */
  writeFrame(payload: Uint8Array): void {
    const frame = Buffer.allocUnsafe(LENGTH_BYTES + payload.length);
    frame.writeInt32BE(payload.length, 0);
    frame.set(payload, LENGTH_BYTES);
    this.#socket.write(frame);
  }

  /**
   * Waits until `done` answers true; it is asked again after every arrival and after the close.
   * @throws KitError "timedOut" after `timeoutMs`.
   */
  async until(done: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!done()) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new KitError("timedOut", `Waited ${timeoutMs} ms for ${what}: nothing came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
  }

  /** The next frame, or null once the server has closed and all frames were taken. */
  async frame(timeoutMs = 10_000): Promise<Buffer | null> {
    await this.until(() => this.frames.length > 0 || this.closed, timeoutMs, "a frame");
    return this.frames.shift() ?? null;
  }

  /** Closes our side at once. */
  destroy(): void {
    this.#socket.destroy();
    this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const end = at + LENGTH_BYTES + bytes.readInt32BE(at);
      if (end > bytes.length) break;
      this.frames.push(bytes.subarray(at + LENGTH_BYTES, end));
      at = end;
    }
    bytes = at === 0 ? bytes : bytes.subarray(at);
    this.#pending = bytes;
    this.#wake?.();
  }

  #close(): void {
    this.closed = true;
    this.#wake?.();
  }
}
