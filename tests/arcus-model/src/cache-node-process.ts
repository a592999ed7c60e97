import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { endWithThisProcess, freePort } from "@branta/tests-kit";
import { Wire } from "./wire.ts";

const MEMCACHED = join(import.meta.dirname, "../../../bin/memcached");
const START_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/** A cache node of its own process, on a free port of loopback. */
export class CacheNodeProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts bin/memcached, or the server at `path`, and waits until it answers. */
  static async start(args: readonly string[], path = MEMCACHED): Promise<CacheNodeProcess> {
    const port = await freePort();
    const engine = path === MEMCACHED ? [] : ["-E", join(path, "../.libs/default_engine.so")];
    const words = [...engine, "-p", String(port), "-U", "0", "-l", "127.0.0.1", "-u", "root", ...args];
    const child = spawn(path, words, { stdio: ["ignore", "ignore", "inherit"] });
    endWithThisProcess(child);
    const node = new CacheNodeProcess(child, port);
    const endMs = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > endMs) {
        throw new Error(`Cannot start "${path}": no answer on port ${port} (exit code ${child.exitCode})`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await exit;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    using wire = await Wire.open(port);
    return (await wire.ask("")) === "";
  } catch {
    return false;
  }
}
