import { OpCode } from "@branta/zookeeper-protocol";
import { handshake, type ConnectAnswer, type ConnectFields } from "./handshake.ts";
import { KitError } from "./kit-error.ts";
import { requestFrame } from "./request-bodies.ts";
import { WireConnection } from "./wire-connection.ts";

const HEADER_BYTES = 16;
const NOTIFICATION_XID = -1;
const EMPTY = Buffer.alloc(0);

/** A reply or a watch event, in the order of arrival. */
export interface Arrival {
  xid: number;
  zxid: number;
  err: number;
  /** What follows the header; a view. */
  body: Buffer;
}

/**
 * A session spoken by hand: requests may be pipelined, everything that comes back is kept in the order of arrival.
 *
 * Scope: tests of the server. No reconnecting, no pings of its own, no watch bookkeeping.
 */
export class WireSession implements AsyncDisposable {
  readonly connection: WireConnection;
  readonly id: bigint;
  readonly password: Buffer;
  /** As negotiated. */
  readonly timeoutMs: number;
  /** Replies and events that were not taken yet. */
  readonly arrivals: Arrival[] = [];
  /** zxid of the newest arrival that carries one. */
  lastZxid = 0;
  #nextXid = 1;

  private constructor(connection: WireConnection, answer: ConnectAnswer) {
    this.connection = connection;
    this.id = answer.sessionId;
    this.password = answer.password ?? EMPTY;
    this.timeoutMs = answer.timeoutMs;
  }

  /**
   * Opens or resumes a session.
   *
   * @param answerTimeoutMs how long the server may take to answer
   * @throws KitError "expired" if the server does not know the session any more, "closed" if it closes instead of answering
   */
  static async open(port: number, fields: Partial<ConnectFields> = {}, answerTimeoutMs?: number): Promise<WireSession> {
    const connection = await WireConnection.open(port);
    try {
      const wanted = { timeoutMs: 30_000, readOnly: false, ...fields };
      const answer = await handshake(connection, wanted, answerTimeoutMs);
      if (answer !== null && answer.timeoutMs !== 0) return new WireSession(connection, answer);
      throw new KitError(
        answer === null ? "closed" : "expired",
        `Cannot open a session on port "${port}": the server ${answer === null ? "closed" : "refused it"}`,
      );
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** Sends one request and answers its xid; the reply is taken later with {@link take}. */
  send(type: number, body: Uint8Array = EMPTY, xid = this.#nextXid++): number {
    this.connection.write(requestFrame(xid, type, body));
    return xid;
  }

  /** The next reply or event. @throws KitError "closed" if there will be none. */
  async take(timeoutMs?: number): Promise<Arrival> {
    const frame = await this.connection.frame(timeoutMs);
    if (frame === null) throw new KitError("closed", "Cannot take a reply: the server has closed the connection");
    const arrival: Arrival = {
      xid: frame.readInt32BE(0),
      zxid: Number(frame.readBigInt64BE(4)),
      err: frame.readInt32BE(12),
      body: frame.subarray(HEADER_BYTES),
    };
    if (arrival.zxid > this.lastZxid) this.lastZxid = arrival.zxid;
    return arrival;
  }

  /** Sends a request and waits for its reply; events that come before it are put into {@link arrivals}. */
  async request(type: number, body: Uint8Array = EMPTY): Promise<Arrival> {
    this.send(type, body);
    for (;;) {
      const arrival = await this.take();
      if (arrival.xid !== NOTIFICATION_XID) return arrival;
      this.arrivals.push(arrival);
    }
  }

  /** Ends the session on the server and closes the connection. */
  async close(): Promise<void> {
    if (!this.connection.closed) await this.request(OpCode.closeSession);
    this.connection.destroy();
  }

  /** Drops the connection and leaves the session to its time-out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.destroy();
  }
}
