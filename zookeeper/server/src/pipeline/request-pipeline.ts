import { BytesError, Reader, Writer } from "@branta/foundation-bytes";
import type { Clock } from "@branta/foundation-runtime";
import type { RequestPreparer, Session, WriteRequest } from "@branta/zookeeper-engine";
import { ErrorCode, type Id, OpCode, txnEntry } from "@branta/zookeeper-protocol";

import { Answers, type AnswersOptions } from "./answers.ts";
import type { Client } from "./client.ts";
import { Fifo } from "./fifo.ts";
import type { PendingRead, PendingWrite } from "./pending-queue.ts";
import type { Pipeline } from "./pipeline.ts";
import { ReadRequests } from "./read-requests.ts";
import type { StampClock } from "./stamp-clock.ts";
import { decodeWrite, isWrite } from "./write-requests.ts";

/** Where transactions become durable: whoever holds it later reports zxids to {@link RequestPipeline.committed}. */
export interface TransactionSink {
  /** Copies the bytes at once. False: enough for now, until {@link RequestPipeline.drained}. */
  append(zxid: number, bytes: Buffer, start: number, end: number): boolean;
}

/** What a leader has to mind, and a server by itself has not. */
export interface LeaderRules {
  /** The last zxid of the epoch that may be given out. */
  readonly zxidMax: number;
  /** A write came after {@link zxidMax}: it is dropped. */
  exhausted(): void;
  /** Calls back once all that was appended by now is committed. */
  sync(whenCommitted: () => void): void;
}

export interface PipelineOptions<W extends object> extends AnswersOptions<W> {
  readonly preparer: RequestPreparer<W>;
  readonly log: TransactionSink;
  /** Null without an ensemble. */
  readonly leader: LeaderRules | null;
  readonly clock: Clock;
  readonly stamps: StampClock;
  /** Writes in flight above which clients have to wait (globalOutstandingLimit). */
  readonly outstandingLimit: number;
  /** There may be room again for clients that were told to wait. */
  onReady(): void;
}

/** Who asks for a write that comes from no connection of this server. */
export interface RemoteOrigin {
  readonly sessionId: bigint;
  /** Null: there is no such session, which most writes are refused for. */
  readonly session: Session | null;
  readonly cxid: number;
  readonly authInfo: readonly Id[];
}

/**
 * The way of a request on a server that decides: decode → prepare → log → (committed) → apply → reply. Reads branch off at
 * once, unless a write of the same client is still on its way. Nothing here touches a socket.
 */
export class RequestPipeline<W extends object & Client> implements Pipeline<W> {
  readonly #options: PipelineOptions<W>;
  readonly #answers: Answers<W>;
  readonly #reader = new Reader(Buffer.alloc(0));
  readonly #entry = new Writer(64 * 1024);
  readonly #zxidMax: number;
  readonly #inFlight = new Fifo<PendingWrite>();
  /** Of the writes in flight, those of this server's clients: only they can be told to wait. */
  #ofClients = 0;
  #logIsFull = false;
  #intakeIsClosed = false;

  constructor(options: PipelineOptions<W>) {
    this.#options = options;
    this.#answers = new Answers(options);
    this.#zxidMax = options.leader?.zxidMax ?? Number.MAX_SAFE_INTEGER;
  }

  /** Writes that are prepared and not yet applied. */
  get outstanding(): number {
    return this.#inFlight.size;
  }

  get isSaturated(): boolean {
    return this.#logIsFull || this.#intakeIsClosed || this.#ofClients >= this.#options.outstandingLimit;
  }

  static isKnown(type: number): boolean {
    return isWrite(type) || ReadRequests.handles(type);
  }

  submit(client: W, type: number, xid: number, bytes: Buffer, start: number, end: number): void {
    const receivedAtMs = this.#options.stamps.nowMs();
    if (!isWrite(type)) {
      const { authInfo } = client;
      const read: PendingRead = {
        kind: "read",
        type,
        xid,
        bytes,
        start,
        end,
        authInfo,
        err: ErrorCode.Ok,
        receivedAtMs,
      };
      if (type === OpCode.sync && this.#options.leader !== null) this.#sync(client, read, this.#options.leader);
      else this.#answers.read(client, read);
      return;
    }
    try {
      const request = decodeWrite(type, this.#reader.reset(bytes, start, end));
      const { session } = client;
      if (session?.isLocal !== true || this.#answers.admitsLocal(client, session, request, xid, receivedAtMs)) {
        this.#propose(client, request, session, type, xid, session?.id ?? 0n, client.authInfo, receivedAtMs);
      }
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      this.refuse(client, type, xid, ErrorCode.MarshallingError);
    }
  }

  refuse(client: W, type: number, xid: number, err: ErrorCode): void {
    this.#answers.refuse(client, type, xid, err, this.#options.stamps.nowMs());
  }

  /** Begins the session of a client that has none yet; the client is told when it is there. */
  createSession(client: W, sessionId: bigint, timeoutMs: number): void {
    const request: WriteRequest = { type: OpCode.createSession, timeOut: timeoutMs };
    this.#propose(client, request, client.session, OpCode.createSession, 0, sessionId, client.authInfo);
  }

  /** A write of the server itself, in the name of a session or, with 0n, of nobody. */
  submitOwn(request: WriteRequest, sessionId: bigint): void {
    this.#propose(null, request, null, request.type, 0, sessionId, []);
  }

  /** A write of another server's client. */
  submitRemote(request: WriteRequest, origin: RemoteOrigin): void {
    const { sessionId, session, cxid, authInfo } = origin;
    this.#propose(null, request, session, request.type, cxid, sessionId, authInfo);
  }

  /** Everything up to this zxid is durable, and agreed on in an ensemble: applies it and writes the replies. */
  committed(zxid: number): void {
    for (let write = this.#inFlight.peek(); write !== undefined; write = this.#inFlight.peek()) {
      if (write.entry.header.zxid > zxid) break;
      this.#inFlight.shift();
      if (write.client !== null) this.#ofClients--;
      this.#answers.apply(write.entry, write);
    }
    this.#options.preparer.applied(zxid);
    if (!this.isSaturated) this.#options.onReady();
  }

  closeIntake(): void {
    this.#intakeIsClosed = true;
  }

  /** The log takes more again. */
  drained(): void {
    this.#logIsFull = false;
    if (!this.isSaturated) this.#options.onReady();
  }

  #propose(
    client: W | null,
    request: WriteRequest,
    session: Session | null,
    type: number,
    xid: number,
    sessionId: bigint,
    authInfo: readonly Id[],
    receivedAtMs = this.#options.stamps.nowMs(),
  ): void {
    const { preparer } = this.#options;
    if (preparer.zxid >= this.#zxidMax) return this.#options.leader!.exhausted();
    const timeMs = this.#options.clock.wallMs();
    const entry = preparer.prepare(request, { sessionId, session, cxid: xid, authInfo, timeMs });
    const write: PendingWrite = { kind: "write", client, type, xid, request, entry, receivedAtMs };
    this.#inFlight.push(write);
    if (client !== null) {
      this.#ofClients++;
      client.pending.push(write);
    }
    const encoded = this.#entry;
    encoded.clear();
    txnEntry.encode(encoded, entry);
    if (!this.#options.log.append(entry.header.zxid, encoded.bytes, 0, encoded.length)) this.#logIsFull = true;
  }

  /** A leader knows what is committed only when the others have said so. */
  #sync(client: W, read: PendingRead, leader: LeaderRules): void {
    read.kind = "sync";
    this.#answers.read(client, read);
    leader.sync(() => {
      read.kind = "read";
      this.#answers.answerWaiting(client);
    });
  }
}
