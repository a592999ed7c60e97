import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { resolve } from "node:path";
import { endWithThisProcess } from "./end-with-this-process.ts";
import { freePort } from "./free-port.ts";
import { KitError } from "./kit-error.ts";

const LAUNCHER = resolve(import.meta.dirname, "../../../bin/memcached");
const HOST = "127.0.0.1";
const OUTPUT_CHARACTERS_MAX = 64 * 1024;
const START_TIMEOUT_MS = 60_000;
const ASK_TIMEOUT_MS = 10_000;
const POLL_MS = 10;

/** What to start. */
export interface CacheNodeOptions {
  /** Options of the command line besides -p, -l and -u. */
  args?: readonly string[];
  /** Program and first words of another node with the same command line; bin/memcached unless given. */
  command?: readonly string[];
  /** Any that is free unless given. */
  port?: number;
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>>;
  /** Another server with the same command line, in place of bin/memcached. */
  launcher?: string;
}

/**
 * One cache node as a process of its own, on loopback.
 *
 * Scope: start, wait until it answers, ask, end by its process id.
 */
export class CacheNodeProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #output = "";
  #isRunning = true;

  private constructor(port: number, { args = [], env = {}, launcher = LAUNCHER }: CacheNodeOptions) {
    this.port = port;
    const user = process.getuid?.() === 0 ? ["-u", "root"] : [];
    this.#child = spawn(launcher, ["-p", String(port), "-l", HOST, ...user, ...args], {
      env: { ...process.env, BRANTA_NODE: process.execPath, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithThisProcess(this.#child);
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    };
    this.#child.stdout!.on("data", keep);
    this.#child.stderr!.on("data", keep);
    this.#exit = new Promise((done) => {
      this.#child.once("error", (error) => keep(Buffer.from(String(error))));
      this.#child.once("close", (status) => {
        this.#isRunning = false;
        done(status);
      });
    });
  }

  /** Starts a node and waits until clients may use it. @throws KitError "exited" or "notServing", with its output */
  static async start(options: CacheNodeOptions = {}): Promise<CacheNodeProcess> {
    const node = await CacheNodeProcess.spawn(options);
    const until = Date.now() + START_TIMEOUT_MS;
    while ((await node.ask("ready").catch(() => "")) !== "READY\r\n") {
      if (!node.running) throw new KitError("exited", `The cache node ended while starting:\n${node.output}`);
      if (Date.now() > until) {
        await node.kill();
        throw new KitError("notServing", `The cache node was not ready in time:\n${node.output}`);
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    return node;
  }

  /** Starts a node and waits for nothing. */
  static async spawn(options: CacheNodeOptions = {}): Promise<CacheNodeProcess> {
    return new CacheNodeProcess(options.port ?? (await freePort()), options);
  }

  get address(): string {
    return `${HOST}:${this.port}`;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#isRunning;
  }

  /** The last 64 Ki characters that it wrote to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Sends requests on a connection of their own and answers all that comes back. @param requests lines, without the last CRLF */
  ask(requests: string): Promise<string> {
    return new Promise((done, fail) => {
      const socket = connect({ host: HOST, port: this.port });
      let answer = "";
      socket.setEncoding("latin1");
      socket.setTimeout(ASK_TIMEOUT_MS, () => socket.destroy(new KitError("notServing", `No answer to "${requests}"`)));
      socket.on("data", (text: string) => (answer += text));
      socket.once("error", fail);
      socket.once("close", () => done(answer));
      socket.write(`${requests}\r\nquit\r\n`);
    });
  }

  /** Resolves with the exit status when the process has ended, however that came; null after a signal. */
  ended(): Promise<number | null> {
    return this.#exit;
  }

  /** Sends a signal to the process and waits until it has ended. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }

  async kill(): Promise<void> {
    await this.stop("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
