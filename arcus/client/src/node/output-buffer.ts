import type { Request } from "@branta/arcus-protocol";

const CRLF = 0x0a0d;
const FIRST_CAPACITY = 16 * 1024;
/** A buffer that grew beyond this is not kept for the next turn. */
const KEPT_CAPACITY = 256 * 1024;

/** The requests of one turn of the event loop, which leave in one write. */
export class OutputBuffer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ head, data }: Request): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    this.#reserve(head.length * 3 + 2 + (data === null ? 0 : data.length + 2));
    this.#length += this.#bytes.utf8Write(head, this.#length);
    this.#end();
    if (data === null) return;
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
    this.#end();
  }

  /** What was added, for good. Copied, for a fresh large buffer each turn costs more than to copy what is in it. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    if (this.#bytes.length > KEPT_CAPACITY) this.#bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
    this.#length = 0;
    return taken;
  }

  #end(): void {
    this.#length = this.#bytes.writeUInt16LE(CRLF, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
