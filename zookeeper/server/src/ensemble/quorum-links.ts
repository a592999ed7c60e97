import type { HostPort } from "@branta/foundation-config";
import type { Clock, Network } from "@branta/foundation-runtime";
import type { QuorumPacket } from "@branta/zookeeper-protocol";

/** Stands for one connection: accepted ones get even numbers here, dialled ones odd numbers from whoever dials. */
export type LinkId = number;

/** Where servers accept learners, by server id: one address, or several of one host. */
export type QuorumAddresses = ReadonlyMap<number, readonly HostPort[]>;

/** Takes a snapshot as it comes: the bytes of a snapshot file without its header and its seals. */
export interface SnapshotReceiver {
  /** The chunk is the receiver's own. Nothing more is read from this link until the promise resolves. */
  write(chunk: Buffer): Promise<void>;
  /** The snapshot is whole; packets that follow it are told after the promise resolves. */
  end(): Promise<void>;
  /** The link was lost half way, or what came is no snapshot: `end` will not be called. */
  abort(): void;
}

export interface QuorumLinksOptions {
  readonly network: Network;
  readonly clock: Clock;
  /** Our own quorum addresses, to listen on. */
  readonly ownAddresses: readonly HostPort[];
  readonly servers: QuorumAddresses;
  /** quorumListenOnAllIPs: listens on all addresses of this machine. */
  readonly listenOnAllIps: boolean;
  /** How long a dialled link may take to open, all attempts together: connectToLearnerMasterLimit or initLimit ticks. */
  readonly dialLimitMs: number;
  /** Longest data of a packet: jute.maxbuffer and its extra size. */
  readonly packetDataBytesMax: number;
  /** A link on which more than this waits to be sent is closed: its peer does not keep up. */
  readonly unsentBytesMax: number;
  readonly keepAlive: boolean;
  /** A learner connected; ids are 2, 4, 6 … */
  onAccepted(link: LinkId, remote: string): void;
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

/**
 * The quorum port: packets and snapshots between a leader and its learners. What is sent in one turn leaves as one
 * write, in the order of the calls.
 */
export class QuorumLinks implements AsyncDisposable {
  readonly #options: QuorumLinksOptions;

  private constructor(options: QuorumLinksOptions) {
    this.#options = options;
  }

  /** Opens the quorum port. @throws ListenError when it cannot be had. */
  static open(options: QuorumLinksOptions): Promise<QuorumLinks> {
    return Promise.resolve(new QuorumLinks(options));
  }

  /** The port that was opened, of the first address. */
  get port(): number {
    return this.#options.ownAddresses[0]!.port;
  }

  /** Uses other addresses from now on. Links that exist stay. */
  configure(servers: QuorumAddresses): void {
    throw new Error(`cannot configure ${servers.size}: not built yet`);
  }

  /** Connects to a server; `onOpened` or `onClosed` will tell. Five attempts within the limit, 100 ms apart. */
  dial(link: LinkId, server: number): void {
    throw new Error(`cannot dial ${server} as ${link}: not built yet`);
  }

  /** Sends a packet, after everything that was sent before. To a link that has ended nothing is sent. */
  send(link: LinkId, packet: QuorumPacket): void {
    throw new Error(`cannot send ${packet.kind} to ${link}: not built yet`);
  }

  /**
   * Sends a snapshot, after everything that was sent before; what is sent later waits for its end.
   * @param source the bytes of a snapshot file without its header and its seals; pulled as fast as the peer takes
   *   them, and not to its end when the link is lost. An error of the source closes the link.
   */
  streamSnapshot(link: LinkId, source: AsyncIterable<Uint8Array>): void {
    throw new Error(`cannot stream ${typeof source} to ${link}: not built yet`);
  }

  /** Ends a link once everything was sent; nothing more is told of it. */
  close(link: LinkId): void {
    throw new Error(`cannot close ${link}: not built yet`);
  }

  /** Where the peer of a link is, `host:port`; null for one that has ended. */
  remoteOf(link: LinkId): string | null {
    throw new Error(`cannot tell about ${link}: not built yet`);
  }

  /** Bytes that wait to be sent on a link. */
  unsentBytes(link: LinkId): number {
    throw new Error(`cannot tell about ${link}: not built yet`);
  }

  /** Closes the port and all links. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
