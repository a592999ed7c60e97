import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Both ends of one connection through a proxy. */
interface Pipe {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A TCP proxy that can be cut like a cable: while it is cut nothing passes and nobody is told, as when packets are lost.
 * New connections are accepted all the same and stay silent, as the kernel's queue would take them.
 */
export class LinkProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #pipes = new Set<Pipe>();
  /** Accepted while the link was cut: connected through when it heals. */
  readonly #waiting = new Set<Socket>();
  #targetPort = 0;
  #isCut = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (near) => this.#accept(near));
  }

  /** Opens a proxy on a free port of the loopback interface. */
  static async open(): Promise<LinkProxy> {
    // Half-closed connections are passed on as they are.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new LinkProxy(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where connections lead. */
  leadTo(port: number): void {
    this.#targetPort = port;
  }

  cut(): void {
    this.#isCut = true;
    for (const { near, far } of this.#pipes) {
      near.pause();
      far.pause();
    }
  }

  /** @param isLong whether the cut was so long that both sides would have given the connections up */
  heal(isLong: boolean): void {
    this.#isCut = false;
    for (const pipe of this.#pipes) {
      if (isLong) destroy(pipe);
      else for (const socket of [pipe.near, pipe.far]) socket.resume();
    }
    for (const near of this.#waiting) this.#connectThrough(near);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pipe of this.#pipes) destroy(pipe);
    for (const near of this.#waiting) near.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #accept(near: Socket): void {
    near.on("error", () => near.destroy());
    if (!this.#isCut) {
      this.#connectThrough(near);
      return;
    }
    this.#waiting.add(near);
    near.once("close", () => this.#waiting.delete(near));
  }

  #connectThrough(near: Socket): void {
    const far = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const pipe = { near, far };
    this.#pipes.add(pipe);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true);
      from.on("error", () => destroy(pipe));
      from.on("close", () => {
        this.#pipes.delete(pipe);
        destroy(pipe);
      });
      from.on("end", () => to.end());
      from.on("data", (chunk: Buffer) => {
        if (to.write(chunk)) return;
        from.pause();
        to.once("drain", () => {
          if (!this.#isCut) from.resume();
        });
      });
    }
    near.resume();
    if (this.#isCut) {
      near.pause();
      far.pause();
    }
  }
}

function destroy({ near, far }: Pipe): void {
  near.destroy();
  far.destroy();
}
