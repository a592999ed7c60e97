import { BytesError, Writer } from "@branta/foundation-bytes";
import type { Link } from "@branta/foundation-runtime";
import {
  type QuorumPacket,
  QuorumPacketParser,
  SNAPSHOT_SIGNATURE,
  writeQuorumPacket,
} from "@branta/zookeeper-protocol";

/** Takes a snapshot as it comes: the bytes of a snapshot file without its header and its seals. */
export interface SnapshotReceiver {
  /** The chunk is the receiver's own. Nothing more is read from this link until the promise resolves. */
  write(chunk: Buffer): Promise<void>;
  /** The snapshot is whole; packets that follow it are told after the promise resolves. */
  end(): Promise<void>;
  /** The link was lost half way, or what came is no snapshot: `end` will not be called. */
  abort(): void;
}

export interface QuorumLinkOptions {
  readonly link: Link;
  readonly packetDataBytesMax: number;
  readonly unsentBytesMax: number;
  onPacket(packet: QuorumPacket): void;
  onUnknown(type: number): void;
  onSnapshot(): SnapshotReceiver;
  /** All packets of a chunk have been told. */
  onTurnEnd(): void;
  /** The first packet of a turn waits to be sent: {@link QuorumLink.flush} is to be called soon. */
  onUnsent(): void;
  /** Once, and last; not after {@link QuorumLink.end}. */
  onClosed(reason: string): void;
}

/** Bytes that are cheaper to hand over as a piece of their own than to copy. */
const LARGE_BYTES = 4096;
/** How much of a snapshot waits to be sent before more of it is made. */
const STREAM_PENDING_BYTES = 256 * 1024;

/** One connection on the quorum port, from either side. */
export class QuorumLink {
  readonly #options: QuorumLinkOptions;
  readonly #link: Link;
  readonly #parser: QuorumPacketParser;
  readonly #writer = new Writer(2 * LARGE_BYTES);
  /** What comes before the writer's bytes. */
  #pieces: Buffer[] = [];
  #piecesBytes = 0;
  /** A snapshot is on its way; what is sent meanwhile waits for its end. */
  #isStreaming = false;
  #drained: (() => void) | null = null;
  #receiver: SnapshotReceiver | null = null;
  /** The receiver is at work: nothing is read before it is done. */
  #isReceiving = false;
  #isEnded = false;

  constructor(options: QuorumLinkOptions) {
    this.#options = options;
    this.#link = options.link;
    this.#parser = new QuorumPacketParser(options.packetDataBytesMax);
    this.#link.open({
      onData: (chunk) => {
        this.#parser.push(chunk);
        if (!this.#isReceiving) this.#read();
      },
      onDrain: () => this.#drained?.(),
      onClose: (error) => this.#closed(error?.message ?? "the other side ended it"),
    });
  }

  get remote(): string {
    return this.#link.remote;
  }

  get unsentBytes(): number {
    return this.#link.pendingBytes + this.#piecesBytes + this.#writer.length;
  }

  /** Sends a packet with the next {@link flush}. */
  send(packet: QuorumPacket): void {
    if (this.#isEnded) return;
    const isFirst = this.#piecesBytes + this.#writer.length === 0;
    writeQuorumPacket(this.#writer, packet, this.#writeBytes);
    if (isFirst && !this.#isStreaming) this.#options.onUnsent();
    const { unsentBytesMax } = this.#options;
    const bytes = this.unsentBytes;
    if (bytes <= unsentBytesMax) return;
    // Told later: whoever sends is in the middle of something.
    queueMicrotask(() => this.#closed(`${bytes} bytes wait to be sent to it, must be <= ${unsentBytesMax}`));
  }

  /** Sends what was gathered, as one write. */
  flush(): void {
    if (this.#isEnded || this.#isStreaming) return;
    this.#takeWritten();
    if (this.#pieces.length === 0) return;
    this.#link.write(...this.#pieces);
    this.#pieces = [];
    this.#piecesBytes = 0;
  }

  /** Sends a snapshot, then what is sent meanwhile. */
  async stream(source: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.#isEnded) return;
    if (this.#isStreaming) throw new Error(`Cannot send a snapshot to "${this.remote}": another must have ended first`);
    this.flush();
    this.#isStreaming = true;
    try {
      for await (const chunk of source) {
        if (this.#isEnded) return;
        this.#link.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        if (this.#link.pendingBytes > STREAM_PENDING_BYTES) await new Promise<void>((done) => (this.#drained = done));
        if (this.#isEnded) return;
      }
    } catch (error) {
      this.#closed(`cannot make the snapshot for it: ${(error as Error).message}`);
      return;
    }
    this.#link.write(SNAPSHOT_SIGNATURE);
    this.#isStreaming = false;
    this.flush();
  }

  /** Ends the link; what was sent still leaves, but for a snapshot. Nothing more is told. */
  end(): void {
    if (this.#isEnded) return;
    this.flush();
    this.#isEnded = true;
    if (this.#isStreaming) this.#link.destroy();
    else this.#link.close();
    this.#drained?.();
    this.#receiver?.abort();
    this.#receiver = null;
  }

  readonly #writeBytes = (writer: Writer, bytes: Buffer): void => {
    if (bytes.length < LARGE_BYTES) return writer.raw(bytes);
    this.#takeWritten();
    this.#addPiece(bytes);
  };

  #takeWritten(): void {
    if (this.#writer.length === 0) return;
    // A short copy comes from a pool that is shared: the writer keeps its buffer.
    this.#addPiece(this.#writer.length < LARGE_BYTES ? this.#writer.take() : this.#writer.detach(2 * LARGE_BYTES));
    this.#writer.clear();
  }

  #addPiece(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#piecesBytes += piece.length;
  }

  #closed(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#link.destroy();
    this.#drained?.();
    this.#receiver?.abort();
    this.#receiver = null;
    this.#options.onClosed(reason);
  }

  #read(): void {
    try {
      for (let event = this.#parser.next(); event !== null && !this.#isEnded; event = this.#parser.next()) {
        switch (event.kind) {
          case "packet":
            this.#options.onPacket(event.packet);
            if (event.packet.kind === "snap" && !this.#isEnded) this.#receiver = this.#options.onSnapshot();
            break;
          case "unknown":
            this.#options.onUnknown(event.type);
            break;
          case "snapshotBytes":
            return this.#receive(this.#receiver!.write(event.bytes));
          case "snapshotEnd": {
            const ending = this.#receiver!.end();
            this.#receiver = null;
            return this.#receive(ending);
          }
        }
      }
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      this.#closed(error.message);
    } finally {
      this.#options.onTurnEnd();
    }
  }

  /** Waits for the receiver, and lets the other side wait. */
  #receive(working: Promise<void>): void {
    this.#isReceiving = true;
    this.#link.pause();
    working.then(
      () => {
        this.#isReceiving = false;
        if (this.#isEnded) return;
        this.#link.resume();
        this.#read();
      },
      (error: Error) => this.#closed(`cannot take its snapshot: ${error.message}`),
    );
  }
}
