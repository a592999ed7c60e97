import type { BytesError } from "@branta/foundation-bytes";
import type { Notification } from "@branta/zookeeper-protocol";
import type { ElectionConnection } from "./election-connection.ts";

export interface ElectionPeerHandlers {
  onNotification(notification: Notification): void;
  onMalformed(error: BytesError): void;
  onLost(reason: string): void;
}

/** Another server on the election port: its connection, if there is one, and what it is still to be told. */
export class ElectionPeer {
  readonly #handlers: ElectionPeerHandlers;
  #connection: ElectionConnection | null = null;
  /** The newest message, until it is sent. */
  #waiting: Buffer | null = null;
  /** The last message that was sent, on whichever connection. */
  #lastSent: Buffer | null = null;

  constructor(handlers: ElectionPeerHandlers) {
    this.#handlers = handlers;
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  /** Sends a message as soon as there is a connection that carries it; one that still waits is forgotten. */
  send(message: Buffer): void {
    this.#waiting = message;
    this.#flush();
  }

  /** Uses this connection in place of another. */
  connect(connection: ElectionConnection): void {
    this.disconnect();
    this.#connection = connection;
    connection.handlers = {
      onGreeting: () => {},
      onNotification: (notification) => this.#handlers.onNotification(notification),
      onMalformed: (error) => this.#handlers.onMalformed(error),
      onDrain: () => this.#flush(),
      onClosed: (reason) => {
        this.#connection = null;
        this.#handlers.onLost(reason);
      },
    };
    // The connection before may have taken the last message with it.
    this.#waiting ??= this.#lastSent;
    this.#flush();
  }

  disconnect(): void {
    this.#connection?.end();
    this.#connection = null;
  }

  #flush(): void {
    if (this.#waiting === null || this.#connection === null || this.#connection.isBehind) return;
    this.#lastSent = this.#waiting;
    this.#waiting = null;
    this.#connection.send(this.#lastSent);
  }
}
