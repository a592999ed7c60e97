import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { NetworkError } from "./network-error.ts";
import type { DialOptions, Link, LinkHandlers, Listener, ListenOptions, Network } from "./network.ts";

/** Makes a secure connection of a plain one, or finds out that it is to stay plain. Rejects after destroying the socket. */
export interface NetworkGuard {
  accepted(socket: Socket): Promise<Socket>;
  /** `host` is the name that was dialled. */
  dialled(socket: Socket, host: string): Promise<Socket>;
}

/** How long {@link Link.close} waits for the peer to take the last bytes and to close its side. */
const CLOSE_MS_MAX = 1000;

/** TCP, without Nagle's delay: who writes has gathered before. */
export class NodeNetwork implements Network {
  readonly #guard: NetworkGuard | null;

  /** @param guard for TLS; null leaves all connections plain. */
  constructor(guard: NetworkGuard | null = null) {
    this.#guard = guard;
  }

  async listen(options: ListenOptions): Promise<Listener> {
    const { host, port } = options;
    const address = formatAddress(host ?? "*", port);
    const server = createServer({ noDelay: true, keepAlive: options.keepAlive ?? false });
    server.on("connection", (socket) => void this.#accept(socket, options));
    server.listen({ port, ...(host === null ? {} : { host }) });
    try {
      await once(server, "listening");
    } catch (cause) {
      throw NetworkError.from(cause, "listen on", address);
    }
    // Such as too many open files: the port stays open and is tried again.
    server.on("error", (cause) => options.onRefused?.(NetworkError.from(cause, "accept on", address)));
    return {
      port: (server.address() as AddressInfo).port,
      // Its callback waits for all links to end, which is their owners' affair; the port itself is free at once.
      [Symbol.asyncDispose]: () => Promise.resolve(void server.close()),
    };
  }

  async dial(options: DialOptions): Promise<Link> {
    const { host, port } = options;
    const address = formatAddress(host, port);
    const socket = connect({ host, port, noDelay: true, keepAlive: options.keepAlive ?? false });
    // Until a link is made of it nobody else listens for errors all the time, and an unheard one ends the process.
    socket.on("error", () => {});
    try {
      return new NodeLink(await within(options, address, this.#connected(socket, host, address)), address);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  async #connected(socket: Socket, host: string, address: string): Promise<Socket> {
    try {
      await once(socket, "connect");
    } catch (cause) {
      throw NetworkError.from(cause, "dial", address);
    }
    if (this.#guard === null) return socket;
    try {
      return await this.#guard.dialled(socket, host);
    } catch (cause) {
      throw insecure(cause, "dial", address);
    }
  }

  async #accept(socket: Socket, options: ListenOptions): Promise<void> {
    const address = formatAddress(socket.remoteAddress ?? "unknown", socket.remotePort ?? 0);
    socket.on("error", () => {});
    if (this.#guard === null) return options.onLink(new NodeLink(socket, address));
    try {
      options.onLink(new NodeLink(await this.#guard.accepted(socket), address));
    } catch (error) {
      options.onRefused?.(insecure(error, "accept", address));
    }
  }
}

class NodeLink implements Link {
  readonly remote: string;
  readonly #socket: Socket;
  #error: NetworkError | null = null;
  #handlers: LinkHandlers | null = null;
  #isEnding = false;
  /** A write did not leave at once, and that it has left was not yet told. */
  #isBehind = false;
  /** One function for all writes. The socket's own "drain" keeps silent about the small ones. */
  readonly #written = (): void => {
    if (!this.#isBehind || this.#socket.writableLength > 0) return;
    this.#isBehind = false;
    if (!this.#isEnding) this.#handlers?.onDrain?.();
  };

  constructor(socket: Socket, remote: string) {
    this.remote = remote;
    this.#socket = socket;
    socket.on("error", (cause) => (this.#error ??= NetworkError.from(cause, "keep the link to", remote)));
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  open(handlers: LinkHandlers): void {
    const socket = this.#socket;
    this.#handlers = handlers;
    if (socket.closed) {
      setImmediate(() => handlers.onClose(this.#error));
      return;
    }
    socket.once("close", () => handlers.onClose(this.#error));
    socket.on("data", (chunk: Buffer) => {
      if (!this.#isEnding) handlers.onData(chunk);
    });
  }

  write(...pieces: readonly Buffer[]): void {
    const socket = this.#socket;
    if (!socket.writable || pieces.length === 0) return;
    const last = pieces.length - 1;
    if (last > 0) socket.cork();
    for (let at = 0; at < last; at++) socket.write(pieces[at]!);
    socket.write(pieces[last]!, this.#written);
    if (last > 0) socket.uncork();
    this.#isBehind = socket.writableLength > 0;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isEnding) this.#socket.resume();
  }

  close(): void {
    const socket = this.#socket;
    if (this.#isEnding || socket.destroyed) return;
    this.#isEnding = true;
    socket.end();
    // The peer's end is read by an owner that had paused, and by one that never opened the link.
    socket.resume();
    const tooSlow = setTimeout(() => socket.destroy(), CLOSE_MS_MAX);
    tooSlow.unref();
    socket.once("close", () => clearTimeout(tooSlow));
  }

  destroy(): void {
    this.#isEnding = true;
    this.#socket.destroy();
  }
}

/** What is promised, unless the time is up or the caller gives up before. */
function within<T>({ timeoutMs, signal }: DialOptions, address: string, promised: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = `Cannot dial "${address}" within ${timeoutMs} ms`;
    const timer = setTimeout(() => reject(new NetworkError("timeout", late, address)), timeoutMs);
    const giveUp = () => reject(new NetworkError("closed", `Gave up dialling "${address}"`, address));
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener("abort", giveUp, { once: true });
    const tidy = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    };
    promised.finally(tidy).then(resolve, reject);
  });
}

function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function insecure(cause: unknown, attempt: string, address: string): NetworkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NetworkError("insecure", `Cannot ${attempt} "${address}": ${reason}`, address, { cause });
}
