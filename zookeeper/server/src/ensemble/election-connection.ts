import { BytesError } from "@branta/foundation-bytes";
import type { Link } from "@branta/foundation-runtime";
import { type ElectionGreeting, ElectionStream, type Notification } from "@branta/zookeeper-protocol";

export interface ElectionConnectionHandlers {
  /** Once and first, on a connection that the other side opened. */
  onGreeting(greeting: ElectionGreeting): void;
  onNotification(notification: Notification): void;
  /** A message was passed over. */
  onMalformed(error: BytesError): void;
  /** What was sent has left. */
  onDrain(): void;
  /** Once, and last; not after {@link ElectionConnection.end}. */
  onClosed(reason: string): void;
}

/** One connection on the election port, from either side. */
export class ElectionConnection {
  /** Whoever is responsible for the connection at the time. */
  handlers: ElectionConnectionHandlers;
  readonly #link: Link;
  readonly #stream: ElectionStream;
  #isEnded = false;

  /** @param isAccepted the other side opened it, and says who it is. */
  constructor(link: Link, isAccepted: boolean, handlers: ElectionConnectionHandlers) {
    this.#link = link;
    this.#stream = new ElectionStream(isAccepted);
    this.handlers = handlers;
    link.open({
      onData: (chunk) => this.#read(chunk),
      onDrain: () => this.handlers.onDrain(),
      onClose: (error) => this.#closed(error?.message ?? "the other side ended it"),
    });
  }

  get remote(): string {
    return this.#link.remote;
  }

  /** What was sent last has not left yet. */
  get isBehind(): boolean {
    return this.#link.pendingBytes > 0;
  }

  send(bytes: Buffer): void {
    this.#link.write(bytes);
  }

  /** Nothing more is told. */
  end(): void {
    this.#isEnded = true;
    this.#link.close();
  }

  #closed(reason: string): void {
    if (this.#isEnded) return;
    this.end();
    this.handlers.onClosed(reason);
  }

  #read(chunk: Buffer): void {
    this.#stream.push(chunk);
    try {
      for (let event = this.#stream.next(); event !== null && !this.#isEnded; event = this.#stream.next()) {
        if (event.kind === "notification") this.handlers.onNotification(event.notification);
        else if (event.kind === "malformed") this.handlers.onMalformed(event.error);
        else this.handlers.onGreeting(event.greeting);
      }
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      this.#closed(error.message);
    }
  }
}
