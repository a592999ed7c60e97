import type { HostPort } from "@branta/foundation-config";
import type { Clock, Link, Listener, Network } from "@branta/foundation-runtime";
import type { LearnerPort } from "@branta/zookeeper-engine";
import type { QuorumPacket } from "@branta/zookeeper-protocol";
import { dialAny, openPorts, pause } from "./ensemble-ports.ts";
import { QuorumLink, type SnapshotReceiver } from "./quorum-link.ts";

export type { SnapshotReceiver } from "./quorum-link.ts";

/** Stands for one connection: accepted ones get even numbers here, dialled ones odd numbers from whoever dials. */
export type LinkId = number;

/** Where servers accept learners, by server id: one address, or several of one host. */
export type QuorumAddresses = ReadonlyMap<number, readonly HostPort[]>;

export interface QuorumLinksOptions {
  readonly network: Network;
  readonly clock: Clock;
  /** Our own quorum addresses, to listen on. */
  readonly ownAddresses: readonly HostPort[];
  readonly servers: QuorumAddresses;
  /** observerMasterPort: where voters take observers, at their quorum addresses; 0: nowhere. */
  readonly observerPort: number;
  /** Whether this server takes observers there. */
  readonly servesObservers: boolean;
  /** quorumListenOnAllIPs: listens on all addresses of this machine. */
  readonly listenOnAllIps: boolean;
  /** How long a dialled link may take to open, all attempts together: connectToLearnerMasterLimit or initLimit ticks. */
  readonly dialLimitMs: number;
  /** Attempts to open the port, a second apart; 0: without end. */
  readonly bindAttemptsMax: number;
  /** Longest data of a packet: jute.maxbuffer and its extra size. */
  readonly packetDataBytesMax: number;
  /** A link on which more than this waits to be sent is closed: its peer does not keep up. */
  readonly unsentBytesMax: number;
  readonly keepAlive: boolean;
  /** A learner connected; ids are 2, 4, 6 … */
  onAccepted(link: LinkId, port: LearnerPort, remote: string): void;
  /** A dialled link is ready. */
  onOpened(link: LinkId): void;
  /** Once for each link that was accepted or dialled, unless {@link QuorumLinks.close} ended it. */
  onClosed(link: LinkId, reason: string): void;
  onPacket(link: LinkId, packet: QuorumPacket): void;
  /** A snapshot follows; its `snap` packet was told before by `onPacket`. */
  onSnapshot(link: LinkId): SnapshotReceiver;
  /** All packets of one chunk of bytes have been told: the moment to act on them together. */
  onTurnEnd(): void;
  /** For people. */
  onLog(level: "info" | "warn", message: string): void;
}

/** Apache's: how often a leader is tried, and the pause between. */
const DIAL_ATTEMPTS_MAX = 5;
const DIAL_PAUSE_MS = 100;
/** Links that others have opened. */
const ACCEPTED_MAX = 1024;

/**
 * The quorum port, and that for observers: packets and snapshots between a leader and its learners. What is sent in one turn leaves as one
 * write, in the order of the calls.
 */
export class QuorumLinks implements AsyncDisposable {
  readonly #options: QuorumLinksOptions;
  readonly #links = new Map<LinkId, QuorumLink>();
  /** Links that are not open yet, each with a way to give up. */
  readonly #dialled = new Map<LinkId, AbortController>();
  readonly #unsent = new Set<QuorumLink>();
  readonly #ended = new AbortController();
  #servers: QuorumAddresses;
  #listener: Listener | null = null;
  #observerListener: Listener | null = null;
  /** Resolves when the observers' port is as it was wanted last. */
  #observerPort: Promise<void> = Promise.resolve();
  #lastAccepted: LinkId = 0;

  private constructor(options: QuorumLinksOptions) {
    this.#options = options;
    this.#servers = options.servers;
  }

  /** Opens the quorum port. @throws ListenError when it cannot be had after all attempts. */
  static async open(options: QuorumLinksOptions): Promise<QuorumLinks> {
    const links = new QuorumLinks(options);
    links.#listener = await links.#openPorts("server.N", "quorum", options.ownAddresses);
    try {
      if (options.servesObservers) await links.#openObserverPort();
    } catch (error) {
      await links[Symbol.asyncDispose]();
      throw error;
    }
    return links;
  }

  /** Takes observers from now on, or no more; those that are there stay. */
  serveObservers(isWanted: boolean): void {
    this.#observerPort = this.#observerPort.then(async () => {
      if (!isWanted) return this.#closeObserverPort();
      // No reason to stop: there are other voters.
      await this.#openObserverPort().catch((error: Error) => this.#options.onLog("warn", error.message));
    });
  }

  /** The port that was opened, of the first address. */
  get port(): number {
    return this.#listener!.port;
  }

  /** Uses other addresses from now on. Links that exist stay. */
  configure(servers: QuorumAddresses): void {
    this.#servers = servers;
  }

  /** Connects to a server; `onOpened` or `onClosed` will tell. Five attempts within the limit, 100 ms apart. */
  dial(link: LinkId, server: number, port: LearnerPort): void {
    const giveUp = new AbortController();
    this.#dialled.set(link, giveUp);
    void this.#dial(link, server, port, AbortSignal.any([giveUp.signal, this.#ended.signal]));
  }

  /** Sends a packet, after everything that was sent before. To a link that has ended nothing is sent. */
  send(link: LinkId, packet: QuorumPacket): void {
    this.#links.get(link)?.send(packet);
  }

  /**
   * Sends a snapshot, after everything that was sent before; what is sent later waits for its end.
   * @param source the bytes of a snapshot file without its header and its seals; pulled as fast as the peer takes
   *   them, and not to its end when the link is lost. An error of the source closes the link.
   */
  streamSnapshot(link: LinkId, source: AsyncIterable<Uint8Array>): void {
    void this.#links.get(link)?.stream(source);
  }

  /** Ends a link once everything was sent, but for a snapshot; nothing more is told of it. */
  close(link: LinkId): void {
    this.#dialled.get(link)?.abort();
    this.#dialled.delete(link);
    this.#links.get(link)?.end();
    this.#links.delete(link);
  }

  /** Where the peer of a link is, `host:port`; null for one that is not open. */
  remoteOf(link: LinkId): string | null {
    return this.#links.get(link)?.remote ?? null;
  }

  /** Bytes that wait to be sent on a link. */
  unsentBytes(link: LinkId): number {
    return this.#links.get(link)?.unsentBytes ?? 0;
  }

  /** Closes the port and all links. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    for (const link of this.#links.values()) link.end();
    this.#links.clear();
    await this.#listener?.[Symbol.asyncDispose]();
    await this.#observerPort;
    await this.#closeObserverPort();
  }

  #openPorts(key: string, port: LearnerPort, addresses: readonly HostPort[]): Promise<Listener> {
    const { network, clock, listenOnAllIps, keepAlive, bindAttemptsMax, onLog } = this.#options;
    return openPorts({
      network,
      clock,
      listenOnAllIps,
      keepAlive,
      addresses,
      attemptsMax: bindAttemptsMax,
      key,
      signal: this.#ended.signal,
      onLink: (link) => this.#accept(link, port),
      onLog,
    });
  }

  async #openObserverPort(): Promise<void> {
    const { ownAddresses, observerPort } = this.#options;
    if (observerPort <= 0 || this.#observerListener !== null || this.#ended.signal.aborted) return;
    const addresses = ownAddresses.map(({ host }) => ({ host, port: observerPort }));
    this.#observerListener = await this.#openPorts("observerMasterPort", "observers", addresses);
  }

  async #closeObserverPort(): Promise<void> {
    const listener = this.#observerListener;
    this.#observerListener = null;
    await listener?.[Symbol.asyncDispose]();
  }

  #accept(link: Link, port: LearnerPort): void {
    if (this.#ended.signal.aborted) return link.destroy();
    if (this.#links.size >= ACCEPTED_MAX) {
      this.#options.onLog("warn", `Refused quorum connection from ${link.remote}: at most ${ACCEPTED_MAX} may be open`);
      return link.destroy();
    }
    this.#lastAccepted += 2;
    const id = this.#lastAccepted;
    this.#use(id, link);
    this.#options.onAccepted(id, port, link.remote);
  }

  async #dial(id: LinkId, server: number, port: LearnerPort, signal: AbortSignal): Promise<void> {
    const { onClosed, onOpened } = this.#options;
    const found = await this.#connect(server, port, signal).catch((error: Error) => error);
    if (signal.aborted) return found instanceof Error ? undefined : found.destroy();
    this.#dialled.delete(id);
    if (found instanceof Error) return onClosed(id, `cannot connect to server ${server}: ${found.message}`);
    this.#use(id, found);
    onOpened(id);
  }

  async #connect(server: number, port: LearnerPort, signal: AbortSignal): Promise<Link> {
    const { network, clock, keepAlive, dialLimitMs } = this.#options;
    const untilMs = clock.nowMs() + dialLimitMs;
    for (let attempt = 1; ; attempt++) {
      const addresses = this.#addressesOf(server, port);
      if (addresses.length === 0) throw new Error("its address must be in the configuration");
      try {
        return await dialAny(addresses, { network, timeoutMs: untilMs - clock.nowMs(), keepAlive, signal });
      } catch (error) {
        const isLast = attempt === DIAL_ATTEMPTS_MAX || untilMs - clock.nowMs() <= DIAL_PAUSE_MS;
        if (isLast || signal.aborted) throw error;
        this.#options.onLog("warn", `${(error as Error).message}; trying again in ${DIAL_PAUSE_MS} ms`);
        await pause(clock, DIAL_PAUSE_MS);
      }
    }
  }

  #addressesOf(server: number, port: LearnerPort): readonly HostPort[] {
    const addresses = this.#servers.get(server) ?? [];
    if (port === "quorum") return addresses;
    return addresses.map(({ host }) => ({ host, port: this.#options.observerPort }));
  }

  #use(id: LinkId, link: Link): void {
    const { packetDataBytesMax, unsentBytesMax, onPacket, onSnapshot, onTurnEnd, onClosed, onLog } = this.#options;
    const used = new QuorumLink({
      link,
      packetDataBytesMax,
      unsentBytesMax,
      onPacket: (packet) => onPacket(id, packet),
      onUnknown: (type) => onLog("warn", `Passed over a packet of unknown type ${type} from ${link.remote}`),
      onSnapshot: () => onSnapshot(id),
      onTurnEnd,
      onUnsent: () => this.#flushSoon(used),
      onClosed: (reason) => {
        this.#links.delete(id);
        onClosed(id, reason);
      },
    });
    this.#links.set(id, used);
  }

  #flushSoon(link: QuorumLink): void {
    if (this.#unsent.size === 0) this.#options.clock.soon(() => this.#flush());
    this.#unsent.add(link);
  }

  #flush(): void {
    for (const link of this.#unsent) link.flush();
    this.#unsent.clear();
  }
}
