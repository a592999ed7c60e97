import { BytesError, Reader } from "@branta/foundation-bytes";
import { type Link, type LinkHandlers, NetworkError } from "@branta/foundation-runtime";
import {
  measureElectionGreeting,
  measureQuorumAuthPacket,
  QUORUM_AUTH_MAGIC,
  quorumAuthPacket,
} from "@branta/zookeeper-protocol";
import type { SaslExchange } from "./sasl-exchange.ts";

export interface SaslLinkOptions {
  readonly exchange: SaslExchange;
  /** The exchange comes after the greeting of the election port: the first write, or the first that is read. */
  readonly isElection: boolean;
  readonly isAccepted: boolean;
  /** Of an accepted link: whether one that does not authenticate, or fails, is ended. Else it is used as it is. */
  readonly isRequired: boolean;
}

const MAGIC_BYTES = 8;

/** A link on which the two sides authenticate before anything else, or right after the greeting of the election port. */
export class SaslLink implements Link {
  readonly #link: Link;
  readonly #options: SaslLinkOptions;
  #handlers: LinkHandlers | null = null;
  #stage: "greeting" | "exchange" | "open" | "ended";
  /** Read, and not yet used. */
  #unread: Buffer = Buffer.alloc(0);
  /** For the owner, as soon as the link is open. */
  readonly #arrived: Buffer[] = [];
  /** Written by the owner before its time. */
  #held: Buffer[] = [];
  #isClosing = false;
  /** What was read may be told. */
  #isProven = false;
  /** Not told yet. Undefined while there is no end. */
  #end: NetworkError | null | undefined = undefined;

  constructor(link: Link, options: SaslLinkOptions) {
    this.#link = link;
    this.#options = options;
    this.#stage = options.isElection ? "greeting" : "exchange";
    link.open({
      onData: (chunk) => this.#read(chunk),
      onDrain: () => this.#handlers?.onDrain?.(),
      onClose: (error) => this.#ended(error),
    });
    if (this.#stage === "exchange") this.#begin();
  }

  get remote(): string {
    return this.#link.remote;
  }

  get pendingBytes(): number {
    return this.#link.pendingBytes + this.#held.reduce((sum, { length }) => sum + length, 0);
  }

  open(handlers: LinkHandlers): void {
    queueMicrotask(() => {
      this.#handlers = handlers;
      this.#tell();
    });
  }

  write(...pieces: readonly Buffer[]): void {
    if (this.#isClosing || this.#stage === "ended") return;
    if (this.#stage === "open") return this.#link.write(...pieces);
    if (this.#stage === "exchange" || this.#options.isAccepted) {
      this.#held.push(...pieces);
      return;
    }
    this.#link.write(...pieces);
    this.#stage = "exchange";
    this.#begin();
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  close(): void {
    this.#isClosing = true;
    // The other server connects back only to whom it knows: it must hear the exchange to its end.
    if (this.#stage === "open" || this.#options.isAccepted) this.#link.close();
  }

  destroy(): void {
    this.#isClosing = true;
    this.#link.destroy();
  }

  #begin(): void {
    const first = this.#options.exchange.begin();
    if (first !== null) this.#link.write(first);
  }

  #read(chunk: Buffer): void {
    if (this.#stage === "open") {
      this.#arrived.push(chunk);
      return this.#tell();
    }
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    try {
      while (this.#advance());
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      this.#refuse(error.message);
    }
  }

  /** Uses what is whole of the bytes that were read; answers whether to look again. */
  #advance(): boolean {
    const bytes = this.#unread;
    if (this.#stage === "greeting" && this.#options.isAccepted) {
      const size = measureElectionGreeting(bytes, 0, bytes.length);
      if (size > bytes.length) return false;
      this.#arrived.push(this.#take(size));
      this.#stage = "exchange";
      return true;
    }
    if (this.#stage !== "exchange" || bytes.length < MAGIC_BYTES) return false;
    if (bytes.readBigInt64BE(0) !== QUORUM_AUTH_MAGIC) {
      this.#unproven("it must authenticate");
      return false;
    }
    const size = measureQuorumAuthPacket(bytes, 0, bytes.length);
    if (size > bytes.length) return false;
    this.#step(this.#take(size));
    return true;
  }

  #take(size: number): Buffer {
    const taken = this.#unread.subarray(0, size);
    this.#unread = this.#unread.subarray(size);
    return taken;
  }

  #step(bytes: Buffer): void {
    const { send, state, reason } = this.#options.exchange.take(quorumAuthPacket.decode(new Reader(bytes)));
    if (send !== null) this.#link.write(send);
    if (state === "done") this.#opened();
    else if (state === "failed") this.#unproven(reason ?? "it could not authenticate");
  }

  /** The other server has not shown who it is. */
  #unproven(reason: string): void {
    if (this.#options.isAccepted && !this.#options.isRequired) this.#opened();
    else this.#refuse(reason);
  }

  #opened(): void {
    this.#stage = "open";
    this.#isProven = true;
    if (this.#held.length > 0) this.#sendHeld();
    if (this.#isClosing) this.#link.close();
    if (this.#unread.length > 0) this.#arrived.push(this.#unread);
    this.#unread = Buffer.alloc(0);
    this.#tell();
  }

  #sendHeld(): void {
    this.#link.write(...this.#held);
    this.#held = [];
    // The link itself will say nothing of what leaves at once.
    if (this.#link.pendingBytes === 0) queueMicrotask(() => this.#handlers?.onDrain?.());
  }

  #refuse(reason: string): void {
    const message = `Cannot use the link to "${this.remote}": ${reason}`;
    // What was sent last says so to the other side.
    this.#link.close();
    this.#ended(new NetworkError("insecure", message, this.remote));
  }

  #ended(error: NetworkError | null): void {
    if (this.#stage === "ended") return;
    // An end before its time is no orderly one, or nobody would know why.
    const isEarly = this.#stage !== "open" && !this.#isClosing && error === null;
    const early = `Cannot use the link to "${this.remote}": it ended before both had authenticated`;
    this.#end = isEarly ? new NetworkError("insecure", early, this.remote) : error;
    this.#stage = "ended";
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    const handlers = this.#handlers;
    if (handlers === null) return;
    // What came before the two knew each other is nobody's.
    while (this.#isProven && !this.#isClosing && this.#arrived.length > 0) handlers.onData(this.#arrived.shift()!);
    if (this.#end === undefined) return;
    this.#handlers = null;
    handlers.onClose(this.#end);
  }
}
