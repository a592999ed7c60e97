import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

import type { Id } from "@branta/zookeeper-protocol";

import { ListenError } from "./listen-error.ts";
import type { ServerConnection } from "./server-connection.ts";

/** Makes a TLS connection of a plain one, or finds out that it is to stay plain. */
export interface SocketGuard {
  /** Rejects after it has destroyed the socket. */
  secure(socket: Socket): Promise<{ readonly socket: Socket; readonly isSecure: boolean; readonly ids: readonly Id[] }>;
}

export interface ClientListenerOptions {
  readonly host: string | null;
  readonly port: number;
  readonly backlog: number;
  /** Connections from one address; 0 is no limit. */
  readonly maxPerAddress: number;
  /** Connections in all, of this and other listeners; 0 is no limit. */
  readonly maxConnections: number;
  readonly keepAlive: boolean;
  readonly guard: SocketGuard | null;
  /** The configuration key to name when the port cannot be had. */
  readonly key: string;
  /** Open connections of all listeners. */
  connectionCount(): number;
  accept(socket: Socket, options: { isSecure: boolean; ids: readonly Id[] }): ServerConnection;
  onRejected(address: string, reason: string): void;
  onHandshakeFailed(address: string, error: Error): void;
}

/** How long a stop waits for clients to read their last answers. */
const FLUSH_MS_MAX = 1000;

/** Accepts connections on one port and keeps those that the limits allow. */
export class ClientListener implements AsyncDisposable {
  readonly #options: ClientListenerOptions;
  readonly #server: Server;
  readonly #byAddress = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly connections = new Set<ServerConnection>();
  #handshakes = 0;

  private constructor(options: ClientListenerOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, keepAlive: options.keepAlive, allowHalfOpen: true });
    this.#server.on("connection", (socket) => this.#connected(socket));
  }

  /** @throws ListenError if the address cannot be had */
  static async open(options: ClientListenerOptions): Promise<ClientListener> {
    const listener = new ClientListener(options);
    const { host, port, key } = options;
    await new Promise<void>((resolve, reject) => {
      listener.#server.once("error", (cause) => reject(new ListenError({ host, port, key, cause })));
      const backlog = options.backlog > 0 ? { backlog: options.backlog } : {};
      listener.#server.listen({ port, ...(host === null ? {} : { host }), ...backlog }, resolve);
    });
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** TLS handshakes that have not ended. */
  get handshakes(): number {
    return this.#handshakes;
  }

  remove(connection: ServerConnection): void {
    this.connections.delete(connection);
  }

  /** Accepts no more connections; those there are go on. */
  retire(): void {
    this.#server.close();
  }

  /** Accepts no more connections and ends those there are, once they have sent what they still have to send. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.connections) connection.closeWhenFlushed();
    // Handshakes end; and so does a client that does not read, after a while.
    if (this.#handshakes > 0) this.#destroyAll();
    const tooSlow = setTimeout(() => this.#destroyAll(), FLUSH_MS_MAX);
    await closed;
    clearTimeout(tooSlow);
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #connected(socket: Socket): void {
    const address = socket.remoteAddress ?? "unknown";
    const { maxPerAddress, maxConnections } = this.#options;
    const count = (this.#byAddress.get(address) ?? 0) + 1;
    // Before the session is there nobody else listens for errors, and an unheard one ends the process.
    socket.on("error", () => socket.destroy());
    if (maxPerAddress > 0 && count > maxPerAddress)
      return this.#reject(socket, `too many connections from it, at most ${maxPerAddress}`);
    if (maxConnections > 0 && this.#options.connectionCount() >= maxConnections) {
      return this.#reject(socket, `too many connections, at most ${maxConnections}`);
    }
    this.#byAddress.set(address, count);
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      const left = this.#byAddress.get(address)! - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    });
    const { guard } = this.#options;
    if (guard === null) this.connections.add(this.#options.accept(socket, { isSecure: false, ids: [] }));
    else void this.#secure(guard, socket, address);
  }

  async #secure(guard: SocketGuard, socket: Socket, address: string): Promise<void> {
    this.#handshakes++;
    try {
      const secured = await guard.secure(socket);
      if (!secured.socket.destroyed) this.connections.add(this.#options.accept(secured.socket, secured));
    } catch (error) {
      this.#options.onHandshakeFailed(address, error as Error);
    } finally {
      this.#handshakes--;
    }
  }

  #reject(socket: Socket, reason: string): void {
    this.#options.onRejected(socket.remoteAddress ?? "unknown", reason);
    socket.destroy();
  }
}
