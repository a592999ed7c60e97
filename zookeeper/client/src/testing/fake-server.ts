import { encodeToBuffer, Reader, Writer } from "@branta/foundation-bytes";
import {
  type ConnectRequest,
  connectRequest,
  connectResponse,
  OpCode,
  watcherEvent,
  Xid,
} from "@branta/zookeeper-protocol";
import { createServer, type Server, type Socket } from "node:net";
import { FrameSplitter } from "../session/frame-splitter.ts";

/** One request as the fake server has read it; `body` is a reader of its own. */
export interface FakeRequest {
  readonly xid: number;
  readonly type: number;
  readonly body: Reader;
}

/** What a fake server grants. */
export interface FakeGrant {
  readonly timeoutMs?: number;
  readonly sessionId?: bigint;
  readonly readOnly?: boolean;
}

const MAX_FRAME_BYTES = 16 * 1024 * 1024;
export const FAKE_PASSWORD = Buffer.from("0123456789abcdef");

/** A queue that a test waits on: what comes next, in order. */
class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting(item);
  }

  next(): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  get length(): number {
    return this.#items.length;
  }
}

/** A server on a loopback port that does nothing by itself: each test says what it answers. */
export class FakeServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Inbox<FakeConnection>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.#connections.push(new FakeConnection(socket));
    });
  }

  static start(): Promise<FakeServer> {
    const server = createServer({ noDelay: true });
    const fake = new FakeServer(server);
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(fake)));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** `127.0.0.1:port` */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections that no test has taken yet. */
  get untaken(): number {
    return this.#connections.length;
  }

  /** The next connection, before its handshake. */
  connection(): Promise<FakeConnection> {
    return this.#connections.next();
  }

  /** The next connection that begins with a handshake; those that ask a four-letter word are passed over. */
  async handshaking(): Promise<FakeConnection> {
    for (;;) {
      const connection = await this.connection();
      if (await connection.beginsWithHandshake) return connection;
    }
  }

  /** The next connection, after a handshake that was granted. */
  async session(grant: FakeGrant = {}): Promise<FakeConnection> {
    const connection = await this.handshaking();
    await connection.grant(grant);
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The server's end of one connection. */
export class FakeConnection {
  readonly #socket: Socket;
  readonly #frames = new Inbox<Reader>();
  readonly #requests = new Inbox<FakeRequest>();
  readonly closed: Promise<void>;
  /** Whether pings are answered without being asked for. */
  answersPings = true;
  pings = 0;
  #shaken = false;
  readonly #word: Promise<string>;
  /** Known when the first bytes have come: false for a four-letter word, and if none ever come. */
  readonly beginsWithHandshake: Promise<boolean>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    const splitter = new FrameSplitter(MAX_FRAME_BYTES, (bytes, start, end) => {
      this.#onFrame(new Reader(Buffer.from(bytes.subarray(start, end))));
    });
    socket.on("error", () => {});
    const word = Promise.withResolvers<string>();
    this.#word = word.promise;
    this.beginsWithHandshake = new Promise((resolve) => {
      socket.once("data", (chunk: Buffer) => resolve(chunk.length !== 4));
      socket.once("close", () => resolve(false));
    });
    socket.on("data", (chunk: Buffer) => {
      // No frame is as long as four letters would say.
      if (chunk.length === 4 && !this.#shaken) word.resolve(chunk.toString());
      else splitter.push(chunk);
    });
  }

  /** The four-letter word that was sent in the place of a handshake. */
  word(): Promise<string> {
    return this.#word;
  }

  /** The client's ConnectRequest. */
  async handshake(): Promise<ConnectRequest> {
    return connectRequest.decode(await this.#frames.next());
  }

  /** Reads the handshake and grants a session: the one asked for, or number 1. */
  async grant({ timeoutMs = 6_000, sessionId, readOnly = false }: FakeGrant = {}): Promise<ConnectRequest> {
    const request = await this.handshake();
    const granted = sessionId ?? (request.sessionId === 0n ? 1n : request.sessionId);
    this.answerHandshake(timeoutMs, granted, readOnly);
    return request;
  }

  /** Reads the handshake and answers that there is no such session. */
  async refuse(): Promise<void> {
    await this.handshake();
    this.answerHandshake(0, 0n, false);
  }

  answerHandshake(timeOut: number, sessionId: bigint, readOnly: boolean): void {
    const passwd = timeOut === 0 ? Buffer.alloc(16) : FAKE_PASSWORD;
    const response = { protocolVersion: 0, timeOut, sessionId, passwd, readOnly, readOnlyPresent: true };
    this.frame(encodeToBuffer(connectResponse, response));
  }

  /** The next request that is not a ping. */
  request(): Promise<FakeRequest> {
    return this.#requests.next();
  }

  /** The next request, which must be of this type. */
  async expect(type: number): Promise<FakeRequest> {
    const request = await this.request();
    if (request.type !== type) throw new Error(`Expected request of type ${type}, got ${request.type}`);
    return request;
  }

  /** Requests that no test has taken yet. */
  get untaken(): number {
    return this.#requests.length;
  }

  /** Answers a request. */
  reply(xid: number, { errno = 0, zxid = 1, body }: { errno?: number; zxid?: number; body?: Buffer } = {}): void {
    this.frame(replyBytes(xid, zxid, errno, body));
  }

  /** Tells of an event. */
  event(type: number, path: string, zxid = 1): void {
    this.frame(replyBytes(Xid.notification, zxid, 0, encodeToBuffer(watcherEvent, { type, state: 3, path })));
  }

  /** Sends one frame. */
  frame(payload: Buffer): void {
    this.raw(framed(payload));
  }

  /** Sends bytes as they are. */
  raw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.destroy();
  }

  #onFrame(frame: Reader): void {
    if (!this.#shaken) {
      this.#shaken = true;
      this.#frames.push(frame);
      return;
    }
    const xid = frame.int();
    const type = frame.int();
    if (type === OpCode.ping) {
      this.pings++;
      if (this.answersPings) this.reply(xid);
    } else this.#requests.push({ xid, type, body: frame });
  }
}

/** A frame with its length before it. */
export function framed(payload: Buffer): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(payload.length);
  return Buffer.concat([prefix, payload]);
}

/** A reply without its length. */
export function replyBytes(xid: number, zxid: number, errno: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const writer = new Writer(64);
  writer.int(xid);
  writer.longNumber(zxid);
  writer.int(errno);
  writer.raw(body);
  return writer.take();
}
