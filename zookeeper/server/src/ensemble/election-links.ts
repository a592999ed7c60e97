import type { HostPort } from "@branta/foundation-config";
import type { Clock, Network } from "@branta/foundation-runtime";
import type { Notification } from "@branta/zookeeper-protocol";

/** Where the servers of an ensemble exchange votes, by server id: one address, or several of one host. */
export type ElectionAddresses = ReadonlyMap<number, readonly HostPort[]>;

export interface ElectionLinksOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly serverId: number;
  /** Our own election addresses: where to listen, and what others are told to connect to. */
  readonly ownAddresses: readonly HostPort[];
  /** Of all servers of all configurations in force. Our own may be among them. */
  readonly servers: ElectionAddresses;
  /** quorumListenOnAllIPs: listens on all addresses of this machine. */
  readonly listenOnAllIps: boolean;
  /** multiAddress.enabled: tells others all addresses, in a form that servers before 3.6 do not read. */
  readonly multiAddress: boolean;
  /** cnxTimeout. */
  readonly connectTimeoutMs: number;
  /** How long a server that has connected may take to say who it is. */
  readonly greetingTimeoutMs: number;
  /** electionPortBindRetry: how often to try to open the port, a second apart; 0: without end. */
  readonly bindAttemptsMax: number;
  readonly keepAlive: boolean;
  /** `from`: a server id; a negative number stands for an observer without one. */
  onNotification(from: number, notification: Notification): void;
  /** For people. */
  onLog(level: "info" | "warn", message: string): void;
}

/**
 * The election port: one connection with each server, by the rules of Apache's servers. What is sent to a server that
 * cannot be reached waits, the newest only; and the last that was sent is sent again on every new connection, because
 * nobody knows whether the old one still carried it.
 */
export class ElectionLinks implements AsyncDisposable {
  readonly #options: ElectionLinksOptions;

  private constructor(options: ElectionLinksOptions) {
    this.#options = options;
  }

  /** Opens the election port. @throws ListenError when it cannot be had after all attempts. */
  static open(options: ElectionLinksOptions): Promise<ElectionLinks> {
    return Promise.resolve(new ElectionLinks(options));
  }

  /** The port that was opened, of the first address. */
  get port(): number {
    return this.#options.ownAddresses[0]!.port;
  }

  /**
   * Sends a vote in place of one that is still waiting, and connects first where need be.
   * @param to a server id, also a negative one from `onNotification`, and our own: then it comes back.
   */
  notify(to: number, notification: Notification): void {
    throw new Error(`cannot notify ${to} of ${notification.leader}: not built yet`);
  }

  /** Makes sure that there are connections to these servers, or attempts. */
  reconnect(servers: readonly number[]): void {
    throw new Error(`cannot reconnect ${servers.join()}: not built yet`);
  }

  /** Uses other addresses from now on. Connections that exist stay. */
  configure(servers: ElectionAddresses): void {
    throw new Error(`cannot configure ${servers.size}: not built yet`);
  }

  /** Closes the port and all connections. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
