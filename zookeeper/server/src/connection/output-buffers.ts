import { Writer } from "@branta/foundation-bytes";

const CAPACITY_BYTES = 16 * 1024;
const KEPT = 256;

/**
 * Writers for replies, shared by all connections: a connection holds one only between its first reply of a turn and
 * the end of the socket write, so ten thousand idle connections hold none.
 */
export class OutputBuffers {
  readonly #idle: Writer[] = [];

  take(): Writer {
    return this.#idle.pop() ?? new Writer(CAPACITY_BYTES);
  }

  /** Gives a writer back once nobody reads its bytes any more. One that has grown is dropped. */
  give(writer: Writer): void {
    if (writer.bytes.length > CAPACITY_BYTES * 4 || this.#idle.length >= KEPT) return;
    writer.clear();
    this.#idle.push(writer);
  }
}
