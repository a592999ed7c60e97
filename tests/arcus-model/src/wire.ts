import { connect, type Socket } from "node:net";

const SENTINEL = "version\r\n";
const SENTINEL_REPLY = /VERSION [^\r\n]*\r\n$/;
const REPLY_TIMEOUT_MS = 20_000;

/** A connection that asks and waits for all that comes back, whatever that is: the answer to `version` ends it. */
export class Wire implements Disposable {
  readonly #socket: Socket;
  #reply = "";
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text) => this.#take(String(text)));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () =>
      this.#fail(new Error(`Cannot read a reply: the node closed the connection after "${this.#reply}"`)),
    );
  }

  static async open(port: number, host = "127.0.0.1"): Promise<Wire> {
    const socket = connect({ port, host, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new Wire(socket);
  }

  /** Sends bytes, one a character, and answers all bytes that came back for them. */
  async ask(request: string): Promise<string> {
    const timeout = setTimeout(
      () =>
        this.#fail(
          new Error(
            `Cannot read the reply to ${JSON.stringify(request.slice(0, 300))}: none in ${REPLY_TIMEOUT_MS} ms, only ${JSON.stringify(this.#reply)}`,
          ),
        ),
      REPLY_TIMEOUT_MS,
    );
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#socket.write(request + SENTINEL, "latin1");
      });
    } finally {
      clearTimeout(timeout);
    }
  }

  [Symbol.dispose](): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#reply += text;
    const end = SENTINEL_REPLY.exec(this.#reply);
    if (end === null) return;
    const reply = this.#reply.slice(0, end.index);
    this.#reply = "";
    this.#waiting?.resolve(reply);
    this.#waiting = null;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
