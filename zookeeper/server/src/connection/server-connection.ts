import type { Socket } from "node:net";

import { Reader, type Writer } from "@branta/foundation-bytes";
import { addId, ipId, type SaslServer, type Session, type WatchEvent } from "@branta/zookeeper-engine";
import {
  connectRequest,
  ErrorCode,
  type Id,
  KeeperState,
  OpCode,
  Permission,
  requestHeader,
  writeEchoedText,
  Xid,
} from "@branta/zookeeper-protocol";

import { ConnectionStats } from "../operator/connection-stats.ts";
import { fourLetterWordOf } from "../operator/four-letter-words.ts";
import type { Client } from "../pipeline/client.ts";
import { PendingQueue } from "../pipeline/pending-queue.ts";
import { beginReply, endReply, writeHeaderReply } from "../pipeline/reply.ts";
import { RequestPipeline } from "../pipeline/request-pipeline.ts";
import { handleAuth, handleSasl } from "./authentication.ts";
import { writeConnectReply } from "./connect-reply.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { FrameAssembler } from "./frame-assembler.ts";
import type { LargeRequestShare } from "./large-requests.ts";
import { operationTag } from "./operation-tag.ts";

/** Unsent bytes above which a client is not listened to until it has read some. */
const UNSENT_BYTES_MAX = 1 << 20;
/** Unsent bytes (events, mostly) above which a client that never reads is cut off. */
const UNSENT_BYTES_CUT = 256 << 20;

const FRAME_LENGTH_BYTES = 4;
/** Requests of one client that may wait behind its own writes. */
const PENDING_MAX = 4096;

/** Where a connection is in its life. */
type State = "new" | "connecting" | "open" | "answering" | "closing" | "closed";

/** One client's connection: frames in, replies and events out, in the order in which they came to be. */
export class ServerConnection implements Client {
  readonly pending = new PendingQueue();
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly isSecure: boolean;
  readonly openedAtMs: number;
  readonly stats: ConnectionStats;
  session: Session | null = null;
  sessionTimeoutMs = 0;
  authInfo: readonly Id[];
  sasl: SaslServer | null = null;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #frames: FrameAssembler;
  readonly #reader = new Reader(Buffer.alloc(0));
  #state: State = "new";
  #out: Writer | null = null;
  /** Clients up to 3.3 do not know the readOnly byte and must not be sent it. */
  #readOnlyKnown = true;
  #waiting = false;
  /** Waits for room to send. */
  #isFull = false;
  /** Since when requests that have come wait unread, monotonic milliseconds; 0 while none does. */
  #heldSinceMs = 0;
  readonly #large: LargeRequestShare | null;

  constructor(host: ConnectionHost, socket: Socket, options: { isSecure: boolean; ids: readonly Id[] }) {
    this.#host = host;
    this.#socket = socket;
    const large = host.largeRequests?.share(() => void host.metrics.largeRequestsRejected.value++) ?? null;
    const admit = large === null ? null : (length: number) => large.admits(length);
    this.#large = large;
    this.#frames = new FrameAssembler(host.maxFrameBytes, admit);
    this.remoteAddress = socket.remoteAddress ?? "unknown";
    this.remotePort = socket.remotePort ?? 0;
    this.isSecure = options.isSecure;
    this.openedAtMs = host.clock.nowMs();
    this.stats = new ConnectionStats(host.clock.wallMs());
    this.authInfo = options.ids.reduce<readonly Id[]>(addId, [ipId(socket.remoteAddress)]);
    this.sasl = host.newSaslServer();
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    // A client that has said its last word gets its last answers, then the end.
    socket.on("end", () => {
      if (this.isNew || this.#state === "open") host.metrics.connectionDropCount.value++;
      // The answer to a four-letter word may need the disk first; then it ends the connection.
      if (this.#state !== "answering") this.closeWhenFlushed();
    });
    socket.on("error", () => this.destroy());
    socket.on("close", () => this.#closed());
    socket.on("drain", () => this.resume());
  }

  get sessionId(): bigint {
    return this.session?.id ?? 0n;
  }

  /** As Java's selection keys: 1 reading, 4 writing. */
  get interestOps(): number {
    return (!this.#waiting && (this.isNew || this.#state === "open") ? 1 : 0) | (this.#socket.writableLength && 4);
  }

  /** Not listened to at the moment, because the server has enough to do. */
  get isHeldBack(): boolean {
    return this.#waiting && this.#state === "open" && this.#socket.writableLength <= UNSENT_BYTES_MAX;
  }

  /** Still without a session. */
  get isNew(): boolean {
    return this.#state === "new" || this.#state === "connecting";
  }

  /** Asked for a four-letter word, and still without its answer. */
  get isAnswering(): boolean {
    return this.#state === "answering";
  }

  output(): Writer {
    if (this.#out === null) {
      this.#out = this.#host.buffers.take();
      this.#host.willWrite(this);
    }
    return this.#out;
  }

  /** Hands what has been gathered to the socket, as one write. */
  flush(): void {
    const out = this.#out;
    this.#out = null;
    if (out !== null) {
      this.#host.metrics.responseBytes.value += out.length;
      if (this.#socket.writable) this.#socket.write(out.view(), () => this.#host.buffers.give(out));
      else this.#host.buffers.give(out);
      // What the kernel takes at once is followed by no "drain".
      if (this.#isFull && !this.#socket.writableNeedDrain) this.#host.clock.soon(() => this.resume());
    }
    if (this.#state === "closing") this.#socket.destroySoon();
    else if (this.#socket.writableLength > UNSENT_BYTES_CUT) {
      this.#host.warn(`Closing connection of ${this.remoteAddress}: it does not read what it is sent`);
      this.destroy();
    }
  }

  replied(type: number, xid: number, zxid: number, receivedAtMs: number, isWrite: boolean): void {
    // A request that is still coming keeps its room while others are answered.
    if (this.pending.size === 0 && !this.#frames.isAmidFrame) this.#large?.giveBack();
    const nowMs = this.#host.stamps.nowMs();
    this.stats.packetsSent++;
    this.stats.outstanding--;
    this.stats.recordResponse(xid, zxid, operationTag(type), receivedAtMs, nowMs);
    this.#host.stats.packetsSent++;
    this.#host.stats.recordLatency(Math.round(nowMs - receivedAtMs), isWrite);
  }

  /** Tells the client of an event it watches for, unless it may no longer read the node. */
  deliver(event: WatchEvent): void {
    if (this.#state !== "open") return;
    if (event.acl !== null && !this.#host.auth.checkAcl(event.acl, Permission.Read, this.authInfo, event.path)) return;
    const out = this.output();
    const at = beginReply(out);
    // As watcherEvent, but for the characters that Java writes differently.
    out.int(event.type);
    out.int(KeeperState.SyncConnected);
    writeEchoedText(out, event.path);
    endReply(out, at, Xid.notification, event.zxid, ErrorCode.Ok);
    this.stats.packetsSent++;
    this.#host.stats.packetsSent++;
    this.#host.metrics.watchBytes.add(out.length - at - FRAME_LENGTH_BYTES);
  }

  /** Waits for its session before it reads on. */
  beginSession(session: Session, timeoutMs: number): void {
    this.session = session;
    this.sessionTimeoutMs = timeoutMs;
    this.#state = "connecting";
  }

  sessionCreated(): void {
    // It may have been cut meanwhile.
    if (this.#state !== "connecting") return;
    this.#state = "open";
    this.#writeConnectReply(this.session!.id);
    this.#host.clock.soon(() => this.resume());
  }

  /** There is no such session, or the password is not its own: the client must begin a new one. */
  refuseSession(): void {
    this.session = null;
    this.sessionTimeoutMs = 0;
    this.#writeConnectReply(0n);
    this.closeWhenFlushed();
  }

  /** Reads on after having waited. */
  resume(): void {
    if (!this.#waiting || this.#state === "connecting") return;
    if (this.#socket.writableLength > UNSENT_BYTES_MAX) return;
    this.#waiting = false;
    this.#socket.resume();
    this.#host.stamps.refresh();
    this.#readFrames();
    this.#host.flush();
  }

  closeWhenFlushed(): void {
    if (this.#state === "closed") return;
    this.#state = "closing";
    this.#host.willWrite(this);
    this.#host.clock.soon(() => this.#host.flush());
  }

  destroy(): void {
    // Nothing more is read of it, though the socket tells of its end only later.
    if (this.#state !== "closed") this.#state = "closing";
    this.#socket.destroy();
  }

  /** Answers with text and ends the connection: four-letter words. */
  endWith(text: string): void {
    this.#state = "closing";
    this.#socket.end(text);
  }

  #received(chunk: Buffer): void {
    if (!this.isNew && this.#state !== "open") return;
    this.#frames.push(chunk);
    this.#host.metrics.bytesReceivedCount.value += chunk.length;
    this.#host.stamps.refresh();
    this.#readFrames();
    this.#host.flush();
  }

  #readFrames(): void {
    for (;;) {
      if (this.#mustWait()) {
        this.#waiting = true;
        this.#socket.pause();
        return;
      }
      if (this.#state === "new" && this.#readFourLetterWord()) return;
      if (this.#state === "closing" || this.#state === "closed") return;
      const step = this.#frames.next();
      if (step.kind === "more") {
        this.#heldSinceMs = 0;
        return;
      }
      if (step.kind === "badLength") {
        this.#host.warn(`Closing connection of ${this.remoteAddress}: frame length is ${step.length}`);
        this.destroy();
        return;
      }
      this.stats.packetsReceived++;
      this.#host.stats.packetsReceived++;
      if (this.#state === "new") this.#readConnectRequest(step.bytes, step.start, step.end);
      else this.#readRequest(step.bytes, step.start, step.end);
    }
  }

  #mustWait(): boolean {
    // What is only gathered counts too: one chunk of small requests can ask for gigabytes.
    const unsentBytes = this.#socket.writableLength + (this.#out?.length ?? 0);
    this.#isFull = unsentBytes > UNSENT_BYTES_MAX;
    if (this.#isFull || this.#state === "connecting") return true;
    if (!this.#host.pipeline.isSaturated && this.pending.size < PENDING_MAX) return false;
    this.#host.waitForRoom(this);
    if (this.#heldSinceMs === 0) this.#heldSinceMs = this.#host.clock.nowMs();
    return true;
  }

  #readFourLetterWord(): boolean {
    const first = this.#frames.peekInt();
    const word = first === null ? null : fourLetterWordOf(first);
    if (word === null) return false;
    const bytes = this.#frames.rest();
    this.#state = "answering";
    this.stats.packetsReceived++;
    this.#host.stats.packetsReceived++;
    this.#host.fourLetterWord(this, word, bytes.subarray(4));
    return true;
  }

  #readConnectRequest(bytes: Buffer, start: number, end: number): void {
    try {
      const request = connectRequest.decode(this.#reader.reset(bytes, start, end));
      this.#readOnlyKnown = request.readOnlyPresent;
      this.#host.connect(this, request);
    } catch (error) {
      this.#host.warn(`Closing connection of ${this.remoteAddress}: cannot read its connect request: ${String(error)}`);
      this.destroy();
    }
  }

  #readRequest(bytes: Buffer, start: number, end: number): void {
    if (end - start < 8) {
      this.destroy();
      return;
    }
    const reader = this.#reader.reset(bytes, start, end);
    const { xid, type } = requestHeader.decode(reader);
    this.stats.outstanding++;
    if (type === OpCode.auth) handleAuth(this, this.#host, xid, reader);
    else if (type === OpCode.sasl) handleSasl(this, this.#host, xid, reader);
    else if (!this.#host.auth.mayRequest(this.authInfo)) {
      writeHeaderReply(this.output(), xid, 0, ErrorCode.SessionClosedRequireSaslAuth);
      this.closeWhenFlushed();
    } else if (!RequestPipeline.isKnown(type)) this.#refuseUnknown(xid, type);
    else this.#submit(xid, type, bytes, reader.offset, end);
  }

  #submit(xid: number, type: number, bytes: Buffer, start: number, end: number): void {
    const session = this.session!;
    // Gone for good: whatever the client still asks for is dropped, and the connection is about to close.
    if (session.isClosing && this.#host.sessions.get(session.id) !== session) return;
    const nowMs = this.#host.stamps.nowMs();
    this.#host.sessions.touch(session, nowMs);
    if (this.#heldSinceMs > 0 && this.#isThrottled(xid, type, nowMs - this.#heldSinceMs)) return;
    this.#host.pipeline.submit(this, type, type === OpCode.ping ? Xid.ping : xid, bytes, start, end);
  }

  /** Whether a request that waited is done with: refused, or dropped with its connection. */
  #isThrottled(xid: number, type: number, waitedMs: number): boolean {
    const throttle = this.#host.requestThrottle;
    if (throttle === null || type === OpCode.ping || type === OpCode.closeSession) return false;
    const verdict = throttle.judge(waitedMs, this.sessionTimeoutMs);
    if (verdict === "serve") return false;
    if (verdict === "drop") {
      this.#host.metrics.staleRequestsDropped.value++;
      this.destroy();
    } else {
      this.#host.metrics.throttledOps.value++;
      this.#host.pipeline.refuse(this, type, xid, ErrorCode.ThrottledOp);
    }
    return true;
  }

  #refuseUnknown(xid: number, type: number): void {
    this.#host.warn(`Closing connection of ${this.remoteAddress}: operation ${type} is unknown`);
    writeHeaderReply(this.output(), xid, -1, ErrorCode.Unimplemented);
    this.closeWhenFlushed();
  }

  #writeConnectReply(sessionId: bigint): void {
    const timeoutMs = this.sessionTimeoutMs;
    const { isReadOnly } = this.#host;
    writeConnectReply(this.output(), { sessionId, timeoutMs, isReadOnly, readOnlyKnown: this.#readOnlyKnown });
    this.stats.packetsSent++;
    this.#host.stats.packetsSent++;
  }

  #closed(): void {
    this.#state = "closed";
    if (this.#out !== null) this.#host.buffers.give(this.#out);
    this.#out = null;
    this.#large?.giveBack();
    this.#host.closed(this);
  }
}
