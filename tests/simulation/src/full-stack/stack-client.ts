import { encodeToBuffer, Reader, Writer } from "@branta/foundation-bytes";
import type { Clock, Link, Network, Random, Timer } from "@branta/foundation-runtime";
import { connectRequest, connectResponse, OpCode, replyHeader, requestHeader, Xid } from "@branta/zookeeper-protocol";
import { CLIENT_PORT } from "./stack-server.ts";

/** What became of a request. */
export interface StackReply {
  /** Null where no answer will come: it may have been done, or not. */
  readonly err: number | null;
  readonly zxid: number;
  readonly body: Reader;
}

export interface StackClientOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
  readonly servers: readonly string[];
  readonly sessionTimeoutMs: number;
  /** It has a session and a connection: the next request may be made. */
  onReady(): void;
  /** The connection is gone. */
  onLost(): void;
  /** Hands an answer over: whoever takes it may find it wrong. */
  onReply(act: () => void): void;
  /** The session is over; the next one is asked for. */
  onExpired(sessionId: bigint): void;
}

const LOST: StackReply = { err: null, zxid: 0, body: new Reader(Buffer.alloc(0)) };

/** A client as good ones are: one session, one connection at a time, the next server when one is gone or silent. */
export class StackClient {
  readonly #options: StackClientOptions;
  #link: Link | null = null;
  #received = Buffer.alloc(0);
  #isConnected = false;
  #sessionId = 0n;
  #password = Buffer.alloc(16);
  #lastZxid = 0;
  #xid = 0;
  #waiting: { readonly xid: number; done(reply: StackReply): void } | null = null;
  #heardMs = 0;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(options: StackClientOptions) {
    this.#options = options;
  }

  get sessionId(): bigint {
    return this.#sessionId;
  }

  /** The last transaction that it was told of. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  start(): void {
    void this.#connect();
    this.#tick();
  }

  /** Falls silent for good. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#link?.destroy();
  }

  /** One at a time, and only after `onReady`. */
  request(type: number, body: Buffer, done: (reply: StackReply) => void): void {
    const xid = ++this.#xid;
    this.#waiting = { xid, done };
    this.#send(xid, type, body);
  }

  async #connect(): Promise<void> {
    const { network, servers, random, clock } = this.#options;
    const host = servers[random.below(servers.length)]!;
    try {
      const link = await network.dial({ host, port: CLIENT_PORT, timeoutMs: 300 });
      if (this.#isOver) return link.destroy();
      this.#open(link);
    } catch {
      clock.after(10 + random.below(50), () => this.#isOver || void this.#connect());
    }
  }

  #open(link: Link): void {
    this.#link = link;
    this.#received = Buffer.alloc(0);
    this.#heardMs = this.#options.clock.nowMs();
    link.open({
      onData: (chunk) => {
        if (this.#link !== link) return;
        this.#received = Buffer.concat([this.#received, chunk]);
        this.#heardMs = this.#options.clock.nowMs();
        this.#read();
      },
      onClose: () => this.#lost(link),
    });
    const frame = {
      protocolVersion: 0,
      lastZxidSeen: this.#lastZxid,
      timeOut: this.#options.sessionTimeoutMs,
      sessionId: this.#sessionId,
      passwd: this.#password,
      readOnly: false,
      readOnlyPresent: true,
    };
    this.#write(encodeToBuffer(connectRequest, frame));
  }

  #lost(link: Link): void {
    if (this.#link !== link) return;
    this.#link = null;
    this.#isConnected = false;
    link.destroy();
    this.#options.onLost();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) this.#options.onReply(() => waiting.done(LOST));
    const { clock, random } = this.#options;
    clock.after(1 + random.below(50), () => this.#isOver || void this.#connect());
  }

  /** Pings, and gives up a server that is silent. */
  #tick(): void {
    const { clock, sessionTimeoutMs } = this.#options;
    this.#timer = clock.after(sessionTimeoutMs / 6, () => {
      const silentMs = clock.nowMs() - this.#heardMs;
      if (this.#link !== null && silentMs > (sessionTimeoutMs * 2) / 3) this.#lost(this.#link);
      else if (this.#isConnected) this.#send(Xid.ping, OpCode.ping, Buffer.alloc(0));
      this.#tick();
    });
  }

  #send(xid: number, type: number, body: Buffer): void {
    this.#write(Buffer.concat([encodeToBuffer(requestHeader, { xid, type }), body]));
  }

  #write(frame: Buffer): void {
    const writer = new Writer(frame.length + 4);
    writer.buffer(frame);
    this.#link?.write(writer.take());
  }

  #read(): void {
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0);
      if (this.#received.length < end) return;
      const frame = new Reader(this.#received, 4, end);
      this.#received = this.#received.subarray(end);
      if (this.#isConnected) this.#reply(frame);
      else this.#greeted(frame);
    }
  }

  #greeted(frame: Reader): void {
    const { sessionId, passwd } = connectResponse.decode(frame);
    if (sessionId === 0n) {
      const old = this.#sessionId;
      this.#sessionId = 0n;
      this.#password = Buffer.alloc(16);
      this.#options.onExpired(old);
      return;
    }
    this.#sessionId = sessionId;
    this.#password = Buffer.from(passwd!);
    this.#isConnected = true;
    this.#options.onReady();
  }

  #reply(frame: Reader): void {
    const { xid, zxid, err } = replyHeader.decode(frame);
    const waiting = this.#waiting;
    if (waiting === null || xid !== waiting.xid) return;
    this.#waiting = null;
    this.#options.onReply(() => waiting.done({ err, zxid, body: frame }));
    this.#lastZxid = Math.max(this.#lastZxid, zxid);
  }
}
