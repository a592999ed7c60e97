import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A command as the node received it. */
export interface Received {
  readonly line: string;
  readonly data: string | null;
}

/** Answers a command; null: says nothing. */
export type Script = (command: Received, socket: Socket) => string | null;

/** Position of the length among the words of commands that bring data. */
const LENGTH_AT: Readonly<Record<string, number>> = {
  set: 4,
  add: 4,
  replace: 4,
  append: 4,
  prepend: 4,
  cas: 4,
  mget: 1,
  mgets: 1,
  "lop insert": 4,
  "sop insert": 3,
  "sop exist": 3,
  "sop delete": 3,
  "mop insert": 4,
  "bop mget": 2,
  "bop smget": 2,
};

/** A node on loopback that does what a test says. By itself it answers `version`, and nothing else. */
export class ScriptedNode implements AsyncDisposable {
  readonly received: Received[] = [];
  /** How many commands came with each chunk of bytes. */
  readonly chunks: number[] = [];
  script: Script;
  #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly port: number;

  private constructor(server: Server, script: Script) {
    this.#server = server;
    this.script = script;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(script: Script = () => null): Promise<ScriptedNode> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const node = new ScriptedNode(server, script);
    server.on("connection", (socket) => node.#serve(socket));
    return node;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** The lines received, without the greeting. */
  get lines(): string[] {
    return this.received.map(({ line }) => line).filter((line) => line !== "version");
  }

  /** Breaks all connections; whoever comes is served. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends as a process does: nobody listens any more. */
  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.breakConnections();
    await closed;
  }

  /** Listens again, at the same address. */
  async restart(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket)).listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    let rest = "";
    socket.on("data", (chunk: Buffer) => {
      rest += chunk.toString("latin1");
      const before = this.received.length;
      for (;;) {
        const command = takeCommand(rest);
        if (command === null) break;
        rest = rest.slice(command.length);
        this.received.push(command);
        const reply = this.script(command, socket) ?? (command.line === "version" ? "VERSION 1.15.0\r\n" : null);
        if (reply !== null) socket.write(reply, "latin1");
      }
      this.chunks.push(this.received.length - before);
    });
  }
}

function takeCommand(text: string): (Received & { readonly length: number }) | null {
  const end = text.indexOf("\r\n");
  if (end < 0) return null;
  const line = text.slice(0, end);
  const words = line.split(" ");
  const at = LENGTH_AT[words[0] ?? ""] ?? LENGTH_AT[words.slice(0, 2).join(" ")];
  if (at === undefined) return { line, data: null, length: end + 2 };
  const dataEnd = end + 2 + Number(words[at]);
  return text.length < dataEnd + 2 ? null : { line, data: text.slice(end + 2, dataEnd), length: dataEnd + 2 };
}

/** A node that keeps key-value items, as much as tests of bulk operations need. */
export function itemScript(): Script {
  const items = new Map<string, { readonly flags: string; readonly data: string }>();
  return ({ line, data }) => {
    const [verb, key = "", flags = "0"] = line.split(" ");
    const valueOf = (name: string): string => {
      const item = items.get(name);
      return item === undefined ? "" : `VALUE ${name} ${item.flags} ${item.data.length}\r\n${item.data}\r\n`;
    };
    if (verb === "get") return `${valueOf(key)}END\r\n`;
    if (verb === "mget") return `${(data ?? "").split(" ").map(valueOf).join("")}END\r\n`;
    if (verb === "delete") return items.delete(key) ? "DELETED\r\n" : "NOT_FOUND\r\n";
    if (verb !== "set") return null;
    items.set(key, { flags, data: data ?? "" });
    return "STORED\r\n";
  };
}
