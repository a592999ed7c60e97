import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askFourLetterWord } from "../tools/four-letter-word.ts";
import { BrantaError } from "./branta-error.ts";
import { CACHE_NODE_LAUNCHER } from "./checkout.ts";
import type { StartedServer } from "./local-server.ts";
import { HOST } from "./ports.ts";
import { isProcessWith, pidIn } from "./process-with.ts";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const ASK_TIMEOUT_MS = 2_000;
const POLL_MS = 25;
const LOG_LINES_SHOWN = 15;
/** Shortest that a node may ask for: one that is killed is off the list soon. */
const SESSION_TIMEOUT_SECONDS = 10;

/** One cache node of a cloud of this machine, as `bin/branta` starts, finds and stops it. */
export class LocalCacheNode {
  readonly port: number;
  readonly #dataDir: string;

  /** @param dataDir absolute */
  constructor(dataDir: string, port: number) {
    this.port = port;
    this.#dataDir = dataDir;
  }

  get address(): string {
    return `${HOST}:${this.port}`;
  }

  get logFile(): string {
    return join(this.#dataDir, `cache-${this.port}.log`);
  }

  get #pidFile(): string {
    return join(this.#dataDir, `cache-${this.port}.pid`);
  }

  /** Process id of the node, null when it does not run. */
  get pid(): number | null {
    return pidIn(this.#pidFile, this.#pidFile);
  }

  /**
   * Starts the node and waits until clients of the cloud are sent to it.
   *
   * @throws BrantaError notStarted
   */
  async start(ensemble: string, memoryMegabytes: number): Promise<StartedServer> {
    const log = openSync(this.logFile, "a");
    const options = ["-p", this.port, "-l", HOST, "-m", memoryMegabytes, "-z", ensemble, "-o", SESSION_TIMEOUT_SECONDS];
    const user = process.getuid?.() === 0 ? ["-u", "root"] : [];
    // The name of the pid file tells its process from others; the node itself writes none, being no daemon.
    const args = [...options.map(String), ...user, "-v", "-X", "ascii_scrub", "-P", this.#pidFile];
    const child = spawn(CACHE_NODE_LAUNCHER, args, {
      cwd: this.#dataDir,
      // A group of its own: Ctrl-C reaches only the one who passes it on, once.
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const ended = new Promise<number | null>((done) => {
      child.once("error", () => done(null));
      child.once("exit", (code) => done(code));
    });
    if (child.pid !== undefined) writeFileSync(this.#pidFile, String(child.pid));
    const isReady = await Promise.race([this.#becomesReady(), ended.then(() => false)]);
    if (!isReady || child.pid === undefined) {
      rmSync(this.#pidFile, { force: true });
      child.kill("SIGKILL");
      throw new BrantaError(
        "notStarted",
        `Cannot start the cache node ${this.address}: its last words in ${this.logFile} are\n${this.#tail()}`,
      );
    }
    child.unref();
    return { pid: child.pid, ended };
  }

  /** Asks the node to end and waits for it; nothing happens when it does not run. @throws BrantaError notStopped */
  async stop(): Promise<void> {
    const { pid } = this;
    if (pid === null) return;
    process.kill(pid, "SIGTERM");
    for (let waitedMs = 0; isProcessWith(pid, this.#pidFile); waitedMs += POLL_MS) {
      if (waitedMs > STOP_TIMEOUT_MS) {
        const still = `still runs after ${STOP_TIMEOUT_MS / 1000} s`;
        throw new BrantaError("notStopped", `The cache node ${this.address}, process ${pid}, ${still}`);
      }
      await sleep(POLL_MS);
    }
    rmSync(this.#pidFile, { force: true });
  }

  /** Whether clients of the cloud are sent here; false, too, when it does not answer. */
  async isReady(): Promise<boolean> {
    try {
      const target = { host: HOST, port: this.port, tls: null, timeoutMs: ASK_TIMEOUT_MS };
      return (await askFourLetterWord("ready\r\nquit\r\n", target)) === "READY\r\n";
    } catch {
      return false;
    }
  }

  async #becomesReady(): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
      if (await this.isReady()) return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  #tail(): string {
    const lines = readFileSync(this.logFile, "utf8").trimEnd().split("\n");
    return lines.slice(-LOG_LINES_SHOWN).join("\n");
  }
}
