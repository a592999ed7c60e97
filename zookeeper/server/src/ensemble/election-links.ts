import { encodeToBuffer, Writer } from "@branta/foundation-bytes";
import { formatHostPort, type HostPort, portOf, splitHostAndPorts } from "@branta/foundation-config";
import type { Clock, Link, Listener, Network } from "@branta/foundation-runtime";
import { type ElectionGreeting, electionGreeting, type Notification, notification } from "@branta/zookeeper-protocol";
import { ElectionConnection, type ElectionConnectionHandlers } from "./election-connection.ts";
import { ElectionPeer } from "./election-peer.ts";
import { dialAny, openPorts } from "./ensemble-ports.ts";

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
  /** A server cannot be connected to, or has just ended its connection: most likely it is not running. */
  onUnreachable(server: number): void;
  /** For people. */
  onLog(level: "info" | "warn", message: string): void;
}

/** Of a connection until its peer takes over. */
const UNHEARD: ElectionConnectionHandlers = {
  onGreeting() {},
  onNotification() {},
  onMalformed() {},
  onDrain() {},
  onClosed() {},
};

/** Connections that have not said yet who they are. */
const STRANGERS_MAX = 128;

/**
 * The election port: one connection with each server, by the rules of Apache's servers. Of two that connect to each
 * other the larger id's connection stays. What is sent to a server that cannot be reached waits, the newest only; and
 * the last that was sent is sent again on every new connection, because nobody knows whether the old one carried it.
 */
export class ElectionLinks implements AsyncDisposable {
  readonly #options: ElectionLinksOptions;
  readonly #peers = new Map<number, ElectionPeer>();
  readonly #strangers = new Set<ElectionConnection>();
  readonly #dialled = new Set<number>();
  readonly #ended = new AbortController();
  #servers: ElectionAddresses;
  #listener: Listener | null = null;
  /** The id for the next observer that has none. */
  #observerId = -1;

  private constructor(options: ElectionLinksOptions) {
    this.#options = options;
    this.#servers = options.servers;
  }

  /** Opens the election port. @throws ListenError when it cannot be had after all attempts. */
  static async open(options: ElectionLinksOptions): Promise<ElectionLinks> {
    const links = new ElectionLinks(options);
    const { network, clock, listenOnAllIps, keepAlive } = options;
    links.#listener = await openPorts({
      network,
      clock,
      listenOnAllIps,
      keepAlive,
      addresses: options.ownAddresses,
      attemptsMax: options.bindAttemptsMax,
      key: `server.${options.serverId}`,
      signal: links.#ended.signal,
      onLink: (link) => links.#accept(link),
      onLog: options.onLog,
    });
    return links;
  }

  /** The port that was opened, of the first address. */
  get port(): number {
    return this.#listener!.port;
  }

  /**
   * Sends a vote in place of one that is still waiting, and connects first where need be.
   * @param to a server id, also a negative one from `onNotification`, and our own: then it comes back.
   */
  notify(to: number, vote: Notification): void {
    const { serverId, clock } = this.#options;
    if (to === serverId) clock.soon(() => this.#received(serverId, vote));
    else {
      const writer = new Writer(512);
      writer.buffer(encodeToBuffer(notification, vote));
      this.#peer(to).send(writer.take());
      this.#connect(to);
    }
  }

  /** Makes sure that there are connections to these servers, or attempts. */
  reconnect(servers: readonly number[]): void {
    for (const server of servers) if (server !== this.#options.serverId) this.#connect(server);
  }

  /** Uses other addresses from now on. Connections that exist stay. */
  configure(servers: ElectionAddresses): void {
    this.#servers = servers;
  }

  /** Closes the port and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    for (const stranger of this.#strangers) stranger.end();
    for (const peer of this.#peers.values()) peer.disconnect();
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #peer(server: number): ElectionPeer {
    const known = this.#peers.get(server);
    if (known !== undefined) return known;
    const peer = new ElectionPeer({
      onNotification: (vote) => this.#received(server, vote),
      onLost: (reason) => {
        this.#log("info", `Election connection with server ${server} ended: ${reason}`);
        // Nobody will ever ask for the number of an observer that has gone.
        if (server < 0) this.#peers.delete(server);
        this.#unreachable(server);
      },
      onMalformed: (error) => this.#log("warn", `Passed over what server ${server} sent: ${error.message}`),
    });
    this.#peers.set(server, peer);
    return peer;
  }

  #received(from: number, vote: Notification): void {
    if (!this.#ended.signal.aborted) this.#options.onNotification(from, vote);
  }

  #unreachable(server: number): void {
    if (!this.#ended.signal.aborted && server >= 0) this.#options.onUnreachable(server);
  }

  #log(level: "info" | "warn", message: string): void {
    if (!this.#ended.signal.aborted) this.#options.onLog(level, message);
  }

  /** @param told where the server itself says it is; else what the configuration says. */
  #connect(server: number, told: readonly HostPort[] = []): void {
    if (this.#ended.signal.aborted || this.#dialled.has(server) || this.#peer(server).isConnected) return;
    const addresses = told.length > 0 ? told : (this.#servers.get(server) ?? []);
    if (addresses.length === 0) {
      if (server >= 0) this.#log("warn", `Cannot connect to server ${server}: it must be in the configuration`);
      return;
    }
    this.#dialled.add(server);
    void this.#dial(server, addresses).finally(() => this.#dialled.delete(server));
  }

  async #dial(server: number, addresses: readonly HostPort[]): Promise<void> {
    const { network, connectTimeoutMs, keepAlive, serverId } = this.#options;
    const { signal } = this.#ended;
    let link: Link;
    try {
      link = await dialAny(addresses, { network, timeoutMs: connectTimeoutMs, keepAlive, signal });
    } catch (error) {
      this.#log("warn", `Cannot open an election connection to server ${server}: ${(error as Error).message}`);
      this.#unreachable(server);
      return;
    }
    if (signal.aborted) return link.destroy();
    link.write(encodeToBuffer(electionGreeting, this.#greeting()));
    // The larger one's connection counts: it has heard of us now and will connect.
    if (server > serverId) link.close();
    else this.#peer(server).connect(new ElectionConnection(link, false, UNHEARD));
  }

  #greeting(): ElectionGreeting {
    const { serverId, ownAddresses, multiAddress } = this.#options;
    const addresses = (multiAddress ? ownAddresses : ownAddresses.slice(0, 1)).map(formatHostPort);
    return { serverId, addresses };
  }

  #accept(link: Link): void {
    const { clock, greetingTimeoutMs } = this.#options;
    if (this.#ended.signal.aborted || this.#strangers.size >= STRANGERS_MAX) return link.destroy();
    const refuse = (reason: string): void => {
      timer.cancel();
      connection.end();
      if (this.#strangers.delete(connection))
        this.#log("warn", `Refused election connection from ${link.remote}: ${reason}`);
    };
    const connection = new ElectionConnection(link, true, {
      onGreeting: (greeting) => {
        timer.cancel();
        const problem = this.#greeted(greeting, connection);
        if (problem === null) this.#strangers.delete(connection);
        else refuse(problem);
      },
      onNotification: () => {},
      onMalformed: () => {},
      onDrain: () => {},
      onClosed: refuse,
    });
    const timer = clock.after(greetingTimeoutMs, () => refuse(`it said nothing for ${greetingTimeoutMs} ms`));
    this.#strangers.add(connection);
  }

  /** Decides what becomes of a connection, now that it is known whose it is; answers what is wrong with it. */
  #greeted(greeting: ElectionGreeting, connection: ElectionConnection): string | null {
    const { serverId } = this.#options;
    if (greeting.serverId === serverId) return "it has our own id, which must be another server's";
    if (greeting.serverId !== null && greeting.serverId < 0) return `its id is ${greeting.serverId}, must be >= 0`;
    const told = greeting.addresses.map(addressOf);
    if (told.includes(null)) return `its address is "${greeting.addresses.join("|")}", must be host:port`;
    const from = greeting.serverId ?? this.#observerId--;
    if (from > serverId) this.#peer(from).connect(connection);
    else {
      // Ours is the one that counts.
      connection.end();
      this.#peer(from).disconnect();
      this.#connect(
        from,
        told.filter((address) => address !== null && !WILDCARDS.has(address.host ?? "")) as HostPort[],
      );
    }
    return null;
  }
}

/** What a server says that listens on all its addresses: no place to connect to. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::", "0:0:0:0:0:0:0:0"]);

function addressOf(text: string): HostPort | null {
  const [host, digits, ...rest] = splitHostAndPorts(text) ?? [];
  const port = digits === undefined || rest.length > 0 ? null : portOf(digits);
  return host === undefined || host === "" || port === null ? null : { host, port };
}
