import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askFourLetterWord } from "../tools/four-letter-word.ts";
import { BrantaError } from "./branta-error.ts";
import { SERVER_LAUNCHER } from "./checkout.ts";
import { HOST, isListening } from "./ports.ts";
import { isProcessWith, pidIn } from "./process-with.ts";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 25;
const LOG_LINES_SHOWN = 15;

/** A server that answers. */
export interface StartedServer {
  readonly pid: number;
  /** Its exit code when it ends, null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** What makes a server one of several. */
export interface Membership {
  /** Its myid. */
  readonly id: number;
  /** `server.N` lines and what else all members have in common. */
  readonly lines: readonly string[];
}

/** The one server of a data folder, as `bin/branta` starts, finds and stops it. */
export class LocalServer {
  readonly dataDir: string;

  /** @param dataDir the folder that holds everything: configuration, pid, log, znodes */
  constructor(dataDir: string) {
    this.dataDir = resolve(dataDir);
  }

  get logFile(): string {
    return join(this.dataDir, "server.log");
  }

  get #pidFile(): string {
    return join(this.dataDir, "zookeeper_server.pid");
  }

  get configFile(): string {
    return join(this.dataDir, "zoo.cfg");
  }

  /** Process id of the server, null when it does not run. */
  get pid(): number | null {
    return pidIn(this.#pidFile, this.configFile);
  }

  /** The port that the configuration names, null without a configuration. */
  get port(): number | null {
    if (!existsSync(this.configFile)) return null;
    const port = /^clientPort=(\d+)$/m.exec(readFileSync(this.configFile, "utf8"))?.[1];
    return port === undefined ? null : Number(port);
  }

  /**
   * Starts the server and waits until it answers.
   *
   * @returns its process id, and when it ends its exit code
   * @throws BrantaError portTaken or notStarted
   */
  async start(port: number, member: Membership | null = null): Promise<StartedServer> {
    await mkdir(this.dataDir, { recursive: true });
    await this.#refuseTakenPort(port);
    if (member !== null) writeFileSync(join(this.dataDir, "myid"), `${member.id}\n`);
    writeFileSync(this.configFile, configText(this.dataDir, port, member?.lines ?? []));
    const log = openSync(this.logFile, "a");
    const child = spawn(SERVER_LAUNCHER, ["start-foreground", this.configFile], {
      cwd: this.dataDir,
      env: { ...process.env, ZOO_LOG_DIR: this.dataDir },
      // A group of its own: Ctrl-C reaches only the one who passes it on, once.
      detached: true,
      stdio: ["ignore", log, log],
    });
    const ended = new Promise<number | null>((done) => {
      child.once("error", () => done(null));
      child.once("exit", (code) => done(code));
    });
    if (child.pid !== undefined) writeFileSync(this.#pidFile, String(child.pid));
    const answered = await Promise.race([this.#answers(port), ended.then(() => false)]);
    if (!answered || child.pid === undefined) {
      rmSync(this.#pidFile, { force: true });
      child.kill("SIGKILL");
      throw new BrantaError(
        "notStarted",
        `Cannot start the server: its last words in ${this.logFile} are\n${this.#tail()}`,
      );
    }
    child.unref();
    return { pid: child.pid, ended };
  }

  /** Asks the server to end and waits for it. @throws BrantaError notRunning or notStopped */
  async stop(): Promise<void> {
    const { pid } = this;
    if (pid === null) throw new BrantaError("notRunning", `No server runs in ${this.dataDir}`);
    process.kill(pid, "SIGTERM");
    for (let waitedMs = 0; isProcessWith(pid, this.configFile); waitedMs += POLL_MS) {
      if (waitedMs > STOP_TIMEOUT_MS) {
        throw new BrantaError("notStopped", `The server, process ${pid}, still runs after ${STOP_TIMEOUT_MS / 1000} s`);
      }
      await sleep(POLL_MS);
    }
    rmSync(this.#pidFile, { force: true });
  }

  /** What the server says of itself (`srvr`), null when it does not answer. */
  async describe(): Promise<string | null> {
    const { port } = this;
    return port === null ? null : await ask("srvr", port);
  }

  /** What the server is to its ensemble, null as long as it does not serve. */
  async mode(): Promise<string | null> {
    return /^Mode: (.*)$/m.exec((await this.describe()) ?? "")?.[1] ?? null;
  }

  async #refuseTakenPort(port: number): Promise<void> {
    if (!(await isListening(port))) return;
    const who = (await ask("ruok", port)) === "imok" ? "a ZooKeeper server" : "another program";
    throw new BrantaError(
      "portTaken",
      `Port ${port} of ${HOST} is taken by ${who}: stop it, or take another port with --port ${port + 1}`,
    );
  }

  async #answers(port: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
      if ((await ask("ruok", port)) === "imok") return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  #tail(): string {
    const lines = readFileSync(this.logFile, "utf8").trimEnd().split("\n");
    return lines.slice(-LOG_LINES_SHOWN).join("\n");
  }
}

function configText(dataDir: string, port: number, more: readonly string[]): string {
  return [
    "# Written by bin/branta up, anew at every start.",
    "tickTime=2000",
    `dataDir=${dataDir.replaceAll("\\", "\\\\")}`,
    `clientPortAddress=${HOST}`,
    `clientPort=${port}`,
    "admin.enableServer=false",
    "4lw.commands.whitelist=*",
    "extendedTypesEnabled=true",
    "autopurge.purgeInterval=1",
    ...more,
    "",
  ].join("\n");
}

async function ask(word: string, port: number): Promise<string | null> {
  try {
    return await askFourLetterWord(word, { host: HOST, port, tls: null, timeoutMs: 2_000 });
  } catch {
    return null;
  }
}
