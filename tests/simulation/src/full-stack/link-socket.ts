import { Duplex } from "node:stream";
import type { Link } from "@branta/foundation-runtime";

/** A link as the socket that a server's connection wants. */
export class LinkSocket extends Duplex {
  readonly remoteAddress = "127.0.0.1";
  readonly remotePort = 1;
  readonly #link: Link;

  constructor(link: Link) {
    super({ allowHalfOpen: true });
    this.#link = link;
    link.open({
      onData: (chunk) => void this.push(chunk),
      onClose: () => {
        this.push(null);
        this.destroy();
      },
    });
  }

  /** Sends what was written, then ends. */
  destroySoon(): void {
    this.end(() => this.destroy());
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    // The writer's buffer is used again as soon as it is done.
    this.#link.write(Buffer.from(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.#link.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#link.destroy();
    done(error);
  }
}
