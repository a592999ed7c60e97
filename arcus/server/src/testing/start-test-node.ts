import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { CloudControl } from "../cloud/cloud-control.ts";
import { DEFAULT_NODE_OPTIONS, type NodeOptions } from "../node/node-options.ts";
import { type CacheNode, startCacheNode } from "../node/start-cache-node.ts";

const NO_CLOUD: CloudControl = {
  isConfigured: false,
  libraryVersion: "",
  sessionTimeoutMs: 0,
  isConnected: false,
  isReady: false,
  failStops: true,
  heartbeat: {
    timeoutMs: 0,
    failStopMs: 0,
    count: 0,
    latencyMs: 0,
    setTimeoutMs: () => false,
    setFailStopMs: () => false,
  },
  ensemble: () => null,
  setEnsemble: () => false,
  rejoin: () => Promise.resolve(false),
};

/**
 * A node on a free port of the loopback that belongs to no cloud and says nothing.
 *
 * @param nowMs the clock for turns; by default it stands, so that no turn is cut short
 */
export function startTestNode(options: Partial<NodeOptions> = {}, nowMs = (): number => 0): Promise<CacheNode> {
  const log = { warn: () => undefined, info: () => undefined, debug: () => undefined };
  return startCacheNode(
    { ...DEFAULT_NODE_OPTIONS, port: -1, listenAddress: "127.0.0.1", ...options },
    { cloud: NO_CLOUD, log, owns: () => true, nowMs, stop: () => undefined },
  );
}

/** A client that sends text and reads text, a byte a character. */
export class TestClient implements Disposable {
  readonly socket: Socket;
  #received = "";
  #changed: () => void = () => undefined;
  isEnded = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.#received += chunk.toString("latin1");
      this.#changed();
    });
    const ended = (): void => {
      this.isEnded = true;
      this.#changed();
    };
    socket.on("end", ended);
    socket.on("error", ended);
    socket.on("close", ended);
  }

  static async open(port: number): Promise<TestClient> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new TestClient(socket);
  }

  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Waits until so many bytes have come and takes them, or what came before the end. */
  async take(length: number): Promise<string> {
    while (this.#received.length < length && !this.isEnded) {
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
    const taken = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return taken;
  }

  /** Sends requests and takes as many bytes of reply as are expected, or more if they come at once. */
  async ask(request: string, expected: string): Promise<string> {
    this.send(request);
    const reply = await this.take(expected.length);
    await sleep(1);
    const more = this.#received;
    this.#received = "";
    return reply + more;
  }

  /** All that comes until the server ends the connection. */
  async takeRest(): Promise<string> {
    return this.take(Number.MAX_SAFE_INTEGER);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}
