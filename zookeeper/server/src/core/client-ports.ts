import type { Socket } from "node:net";

import { formatHostPort, type HostPort } from "@branta/foundation-config";
import type { Logger } from "@branta/foundation-observe";
import type { Id } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import { ClientListener, type SocketGuard } from "../connection/client-listener.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";

/** What makes connections of each port secure, null for nothing. */
export interface PortGuards {
  readonly client: SocketGuard | null;
  readonly secure: SocketGuard | null;
}

const ANY_HOST = "0.0.0.0";

export interface ClientPortsOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  readonly guards: PortGuards;
  accept(socket: Socket, options: { isSecure: boolean; ids: readonly Id[] }): ServerConnection;
}

/** The ports on which a server serves clients: the plain one, the one with TLS, or both. */
export class ClientPorts implements AsyncDisposable {
  readonly #options: ClientPortsOptions;
  #plain: ClientListener | null = null;
  #plainAddress: HostPort | null = null;
  /** Ports that were left; their connections go on. */
  readonly #former: ClientListener[] = [];
  #secure: ClientListener | null = null;

  constructor(options: ClientPortsOptions) {
    this.#options = options;
  }

  /** Opens the ports that are configured. @throws ListenError if an address cannot be had */
  async open(): Promise<void> {
    const { config, guards } = this.#options;
    const { clientAddress, secureClientAddress } = config;
    if (clientAddress !== null) this.#plain = await this.#open(clientAddress, "clientPort", guards.client);
    this.#plainAddress = clientAddress;
    if (secureClientAddress === null) return;
    this.#secure = await this.#open(secureClientAddress, "secureClientPort", guards.secure);
  }

  /**
   * Moves the plain port, as a change of the ensemble's members may demand. Connections of the old one go on; if the new
   * one cannot be had, the old one stays.
   */
  async move(address: HostPort): Promise<void> {
    const { logger, guards } = this.#options;
    const old = this.#plainAddress;
    if (old !== null && old.port === address.port && (old.host ?? ANY_HOST) === (address.host ?? ANY_HOST)) return;
    this.#plainAddress = address;
    try {
      const moved = await this.#open(address, "clientPort", guards.client);
      this.#plain?.retire();
      if (this.#plain !== null) this.#former.push(this.#plain);
      this.#plain = moved;
      logger.info(`Serving clients on ${formatHostPort(address)} from now on`);
    } catch (error) {
      this.#plainAddress = old;
      logger.error(`Cannot move the client port: ${(error as Error).message}`);
    }
  }

  /** The plain port that is open, -1 for none. */
  get plainPort(): number {
    return this.#plain?.port ?? -1;
  }

  /** The port with TLS that is open, -1 for none. */
  get securePort(): number {
    return this.#secure?.port ?? -1;
  }

  get connectionCount(): number {
    return this.#listeners().reduce((sum, { connections }) => sum + connections.size, 0);
  }

  /** TLS handshakes that have not ended. */
  get handshakes(): number {
    return this.#listeners().reduce((sum, { handshakes }) => sum + handshakes, 0);
  }

  *plainConnections(): Generator<ServerConnection> {
    for (const listener of this.#former) yield* listener.connections;
    yield* this.#plain?.connections ?? [];
  }

  secureConnections(): Iterable<ServerConnection> {
    return this.#secure?.connections ?? [];
  }

  /** Connections of all ports. */
  *connections(): Generator<ServerConnection> {
    yield* this.plainConnections();
    yield* this.secureConnections();
  }

  remove(connection: ServerConnection): void {
    for (const listener of this.#listeners()) listener.remove(connection);
  }

  /** Accepts no more connections and ends those there are, once they have sent what they still have to send. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#listeners().map((listener) => listener[Symbol.asyncDispose]()));
  }

  #listeners(): ClientListener[] {
    return [...this.#former, this.#plain, this.#secure].filter((listener) => listener !== null);
  }

  #open(address: HostPort, key: string, guard: SocketGuard | null): Promise<ClientListener> {
    const { config, logger, metrics, accept } = this.#options;
    return ClientListener.open({
      host: address.host,
      port: address.port,
      key,
      guard,
      backlog: config.clientPortListenBacklog,
      maxPerAddress: config.maxClientConnections,
      maxConnections: config.maxConnections,
      keepAlive: config.clientTcpKeepAlive,
      connectionCount: () => this.connectionCount,
      accept,
      onRejected: (remote, reason) => {
        metrics.connectionRejected.value++;
        logger.warn(`Rejecting connection of ${remote}: ${reason}`);
      },
      onHandshakeFailed: (remote, error) => {
        metrics.unsuccessfulHandshake.value++;
        logger.warn(`TLS handshake with ${remote} failed: ${error.message}`);
      },
    });
  }
}
