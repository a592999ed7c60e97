import { endWithThisProcess } from "@branta/tests-kit";
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

const MEMCACHED = resolve(import.meta.dirname, "../../../../bin/memcached");
const OUTPUT_CHARACTERS_MAX = 16 * 1024;

/** One cache node as a process of its own. */
export class CacheNodeProcess {
  readonly port: number;
  readonly #ensemble: string;
  #child: ChildProcess | null = null;
  #exit: Promise<void> = Promise.resolve();
  #wasStarted = false;
  #output = "";

  constructor(port: number, ensemble: string) {
    this.port = port;
    this.#ensemble = ensemble;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** True if it was started, and runs no more. */
  get hasEnded(): boolean {
    return this.#wasStarted && this.#child === null;
  }

  get output(): string {
    return this.#output;
  }

  start(): void {
    const [command = MEMCACHED, ...words] = process.env["ARCUS_MEMCACHED"]?.split(" ") ?? [];
    const options = [
      "-l",
      "127.0.0.1",
      "-p",
      `${this.port}`,
      "-U",
      "0",
      "-m",
      "64",
      "-u",
      "root",
      "-z",
      this.#ensemble,
    ];
    const child = spawn(command, [...words, ...options], {
      env: { ...process.env, ARCUS_CACHE_PUBLIC_IP: "127.0.0.1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithThisProcess(child);
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.#child = child;
    this.#wasStarted = true;
    this.#exit = new Promise((done) => {
      child.once("error", (error) => keep(Buffer.from(String(error))));
      child.once("close", () => {
        this.#child = null;
        done();
      });
    });
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#exit;
  }

  /** SIGTERM, and waits until it is gone: it leaves the cloud in order. */
  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    await this.#exit;
  }

  /** Stops it where it stands, or lets it go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }
}
