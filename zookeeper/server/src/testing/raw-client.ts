import { connect, type Socket } from "node:net";

import { encodeToBuffer, Reader } from "@branta/foundation-bytes";
import {
  type ConnectRequest,
  connectRequest,
  type ConnectResponse,
  connectResponse,
  createRequest,
  ErrorCode,
  getDataRequest,
  OpCode,
  OPEN_ACL,
  replyHeader,
  requestHeader,
  setDataRequest,
} from "@branta/zookeeper-protocol";

/** A reply or a watch event. */
export interface RawReply {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
  readonly body: Reader;
}

/** A client that speaks frames and nothing more: tests do with it what a good client would not. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  /** Everything that came and was not taken. */
  received: Buffer = Buffer.alloc(0);
  isClosed = false;
  sessionId = 0n;
  password: Buffer = Buffer.alloc(16);
  #xid = 0;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.#wake();
    });
    const closed = (): void => {
      this.isClosed = true;
      this.#wake();
    };
    for (const event of ["end", "error", "close"]) socket.on(event, closed);
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new RawClient(socket)));
    });
  }

  /** Opens a connection with a session on it. */
  static async session(port: number, fields: Partial<ConnectRequest> = {}): Promise<RawClient> {
    const client = await RawClient.open(port);
    const answer = await client.handshake(fields);
    if (answer === null) throw new Error("Cannot open a session: the server closed the connection");
    client.sessionId = answer.sessionId;
    client.password = answer.passwd!;
    return client;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  /** Null where the server closes without an answer. */
  async handshake(fields: Partial<ConnectRequest> = {}): Promise<ConnectResponse | null> {
    const defaults = { protocolVersion: 0, lastZxidSeen: 0, timeOut: 30_000, sessionId: 0n, passwd: Buffer.alloc(16) };
    this.frame(encodeToBuffer(connectRequest, { ...defaults, readOnly: false, readOnlyPresent: true, ...fields }));
    const answer = await this.nextFrame();
    return answer === null ? null : connectResponse.decode(new Reader(answer));
  }

  /** Sends a frame. */
  frame(bytes: Buffer): void {
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length);
    this.socket.write(Buffer.concat([length, bytes]));
  }

  /** Sends a request; answers its xid. */
  send(type: number, body: Buffer = Buffer.alloc(0), xid = ++this.#xid): number {
    this.frame(Buffer.concat([encodeToBuffer(requestHeader, { xid, type }), body]));
    return xid;
  }

  create(path: string, flags = 0, data = Buffer.from("x")): number {
    return this.send(OpCode.create, encodeToBuffer(createRequest, { path, data, acl: OPEN_ACL, flags }));
  }

  setData(path: string, data: Buffer): number {
    return this.send(OpCode.setData, encodeToBuffer(setDataRequest, { path, data, version: -1 }));
  }

  getData(path: string, watch = false): number {
    return this.send(OpCode.getData, encodeToBuffer(getDataRequest, { path, watch }));
  }

  /** The error code of one request. */
  async errorOf(send: (client: this) => void): Promise<number> {
    send(this);
    return (await this.reply()).err;
  }

  /** The data of a node, or null if there is none. */
  async dataOf(path: string): Promise<string | null> {
    this.getData(path);
    const { err, body } = await this.reply();
    return err === ErrorCode.Ok ? String(body.buffer()) : null;
  }

  /** @throws if the server closes the connection instead */
  async reply(): Promise<RawReply> {
    const frame = await this.nextFrame();
    if (frame === null) throw new Error("Cannot take a reply: the server closed the connection");
    const body = new Reader(frame);
    return { ...replyHeader.decode(body), body };
  }

  /** Null once the server has closed. */
  async nextFrame(): Promise<Buffer | null> {
    const whole = (): boolean => this.received.length >= 4 && this.received.length >= 4 + this.received.readInt32BE(0);
    await this.until(() => whole() || this.isClosed);
    if (!whole()) return null;
    const end = 4 + this.received.readInt32BE(0);
    const frame = this.received.subarray(4, end);
    this.received = this.received.subarray(end);
    return frame;
  }

  /** Resolves when the server has ended the connection. */
  closed(): Promise<void> {
    return this.until(() => this.isClosed);
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
