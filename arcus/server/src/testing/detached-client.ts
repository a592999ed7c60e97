import { EventEmitter } from "node:events";
import type { Socket } from "node:net";

import type { CacheNode } from "../node/start-cache-node.ts";

/** What a connection uses of a socket, without a system behind it: whatever is written has been read at once. */
class DetachedSocket extends EventEmitter {
  readonly remoteAddress = "127.0.0.1";
  readonly writableLength = 0;
  readonly written: Buffer[] = [];
  destroyed = false;

  write(bytes: Buffer, done?: () => void): boolean {
    // As a system does: the bytes may be other bytes once they are said to be written.
    this.written.push(Buffer.from(bytes));
    done?.();
    return true;
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit("close");
  }

  cork(): void {}
  uncork(): void {}
  pause(): void {}
  resume(): void {}
}

/** A client of a node without a socket: what it sends is executed, and its replies are there, before the call returns. */
export class DetachedClient implements Disposable {
  readonly #socket = new DetachedSocket();
  readonly #node: CacheNode;

  constructor(node: CacheNode) {
    this.#node = node;
    node.accept(this.#socket as unknown as Socket);
  }

  /** Whether the node ended the connection. */
  get isEnded(): boolean {
    return this.#socket.destroyed;
  }

  /** Lets the node read these bytes at once. */
  send(bytes: Buffer): void {
    if (this.isEnded) return;
    this.#socket.emit("data", bytes);
    this.#node.sendReplies();
  }

  /** All replies since the last call. */
  take(): Buffer {
    this.#node.sendReplies();
    return Buffer.concat(this.#socket.written.splice(0));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
