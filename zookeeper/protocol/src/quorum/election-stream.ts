import { BytesError, Reader } from "@branta/foundation-bytes";
import { ChunkQueue } from "../files/chunk-queue.ts";
import { type ElectionGreeting, electionGreeting, measureElectionGreeting } from "./election-greeting.ts";
import { type Notification, notification } from "./notification.ts";

/** What is read from an election connection. */
export type ElectionEvent =
  | { readonly kind: "greeting"; readonly greeting: ElectionGreeting }
  | { readonly kind: "notification"; readonly notification: Notification }
  /** A message that says nothing to us; what follows it may. */
  | { readonly kind: "malformed"; readonly error: BytesError };

/** Apache's limit. */
const NOTIFICATION_BYTES_MAX = 512 * 1024;
const LENGTH_BYTES = 4;

/** Cuts what one side of an election connection sends: `Stream => [ElectionGreeting] *(length:int Notification)`. */
export class ElectionStream {
  readonly #input = new ChunkQueue({ checksum: false });
  readonly #reader = new Reader(Buffer.alloc(0));
  #expectsGreeting: boolean;
  #wanted = 1;

  /** @param expectsGreeting true for the side that connected. */
  constructor(expectsGreeting: boolean) {
    this.#expectsGreeting = expectsGreeting;
  }

  push(chunk: Buffer): void {
    this.#input.push(chunk);
  }

  /**
   * What has come whole, one at a time, then null.
   * @throws BytesError after which nothing can be understood any more: the connection is of no use.
   */
  next(): ElectionEvent | null {
    while (this.#input.gather(this.#wanted)) {
      const { front, at } = this.#input;
      const available = front.length - at;
      const size = this.#expectsGreeting
        ? measureElectionGreeting(front, at, available)
        : measureMessage(front, at, available);
      if (size > available) {
        this.#wanted = size;
        continue;
      }
      this.#wanted = 1;
      this.#input.advance(size);
      this.#reader.reset(front, at, at + size);
      return this.#expectsGreeting ? this.#greeting() : this.#message();
    }
    return null;
  }

  #greeting(): ElectionEvent {
    this.#expectsGreeting = false;
    return { kind: "greeting", greeting: electionGreeting.decode(this.#reader) };
  }

  #message(): ElectionEvent {
    this.#reader.skip(LENGTH_BYTES);
    try {
      return { kind: "notification", notification: notification.decode(this.#reader) };
    } catch (error) {
      if (error instanceof BytesError) return { kind: "malformed", error };
      throw error;
    }
  }
}

function measureMessage(bytes: Buffer, at: number, available: number): number {
  if (available < LENGTH_BYTES) return LENGTH_BYTES;
  const length = bytes.readInt32BE(at);
  if (length > 0 && length <= NOTIFICATION_BYTES_MAX) return LENGTH_BYTES + length;
  const wanted = `1 to ${NOTIFICATION_BYTES_MAX}`;
  throw new BytesError("malformed", `Cannot read notification: length is ${length}, must be ${wanted}`, at);
}
