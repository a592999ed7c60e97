import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWithThisProcess } from "./end-with-this-process.ts";
import { freePort } from "./free-port.ts";
import { KitError } from "./kit-error.ts";
import { probeServer } from "./probe-server.ts";
import { serverCommand, type ServerKind, type SystemProperties } from "./server-command.ts";

const OUTPUT_CHARACTERS_MAX = 64 * 1024;
const POLL_MS = 10;
/** How long one probe waits for its answer at first, and at most. */
const PROBE_TIMEOUT_MS = 100;
const PROBE_TIMEOUT_MS_MAX = 5_000;

/** What to start. */
export interface ServerOptions {
  kind: ServerKind;
  /** The client port; any that is free unless given. */
  port?: number;
  /** The content of the data folder's myid, which a member of an ensemble has. */
  serverId?: number;
  /** Lines of zoo.cfg; clientPort, dataDir and loopback are filled in. */
  config?: Record<string, string | number>;
  properties?: SystemProperties;
  /** Java's heap; Branta takes no notice. */
  heapMb?: number;
  /** What Apache's server logs: WARN, ERROR or OFF. */
  logLevel?: string;
  /** Of the process, besides what this one's own environment has. */
  env?: Readonly<Record<string, string>>;
  /** How long the server may take until it serves a client. */
  startTimeoutMs?: number;
}

/**
 * One real server process with a folder and a port of its own.
 *
 * Scope: start, wait until it serves, end by its process id, start again on the same data. Disposing removes the folder.
 */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  /** Holds zoo.cfg and the data folder; removed on dispose. */
  readonly folder: string;
  readonly dataFolder: string;
  readonly #options: ServerOptions;
  #kind: ServerKind;
  #child: ChildProcess | null = null;
  #exit: Promise<number | null> = Promise.resolve(null);
  #output = "";

  private constructor(options: ServerOptions, port: number, folder: string) {
    this.#options = options;
    this.#kind = options.kind;
    this.port = port;
    this.folder = folder;
    this.dataFolder = join(folder, "data");
  }

  /** Starts a server on fresh data and waits until it serves. @throws KitError "exited" or "notServing", with its output. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const server = await ServerProcess.prepare(options);
    await server.launch();
    return server;
  }

  /** Lays out folder and configuration of a server, and starts nothing. */
  static async prepare(options: ServerOptions): Promise<ServerProcess> {
    const port = options.port ?? (await freePort());
    const server = new ServerProcess(options, port, await mkdtemp(join(tmpdir(), "branta-test-")));
    await mkdir(server.dataFolder);
    if (options.serverId !== undefined) await writeFile(join(server.dataFolder, "myid"), `${options.serverId}\n`);
    const config: Record<string, string | number> = {
      tickTime: 2_000,
      dataDir: server.dataFolder,
      clientPort: server.port,
      clientPortAddress: "127.0.0.1",
      "admin.enableServer": "false",
      "4lw.commands.whitelist": "*",
      ...options.config,
    };
    const lines = Object.entries(config).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(join(server.folder, "zoo.cfg"), lines.join(""));
    return server;
  }

  get kind(): ServerKind {
    return this.#kind;
  }

  /** From its next start on this is another software's server, on the same configuration and data. */
  become(kind: ServerKind): void {
    this.#kind = kind;
  }

  /** The running process's id. @throws KitError "exited" when there is none. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined)
      throw new KitError("exited", `Cannot tell the process id of "${this.kind}": it must be running`);
    return pid;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** The last 64 Ki characters that the server wrote to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Starts the process on the data at hand and waits until it serves; answers how long that took, milliseconds. */
  async launch(): Promise<number> {
    this.spawn();
    return this.serving();
  }

  /** Waits until the process serves clients; answers how long that took, milliseconds. */
  async serving(): Promise<number> {
    const began = performance.now();
    const timeoutMs = this.#options.startTimeoutMs ?? 60_000;
    for (let probeMs = PROBE_TIMEOUT_MS; !(await probeServer(this.port, probeMs));) {
      // Grows with the waiting, so that a busy machine is not taken for a dead server.
      probeMs = Math.min(PROBE_TIMEOUT_MS + (performance.now() - began) / 4, PROBE_TIMEOUT_MS_MAX);
      if (this.#child === null)
        throw new KitError("exited", `Server "${this.kind}" ended while starting:\n${this.#output}`);
      if (performance.now() - began > timeoutMs) {
        await this.kill();
        throw new KitError(
          "notServing",
          `Server "${this.kind}" did not serve within ${timeoutMs} ms:\n${this.#output}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return performance.now() - began;
  }

  /** SIGTERM, then SIGKILL if it has not ended after `timeoutMs`; answers the exit status (null after a signal). */
  async stop(timeoutMs = 15_000): Promise<number | null> {
    const child = this.#child;
    if (child === null) return this.#exit;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const status = await this.#exit;
    clearTimeout(timer);
    return status;
  }

  /** SIGKILL, and waits until the process is gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#exit;
  }

  /** Sends a signal to the process, such as SIGSTOP; none when it does not run. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Resolves when the process has ended, however that came. */
  async ended(): Promise<number | null> {
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts the process on the data at hand, and does not wait for it. */
  spawn(): void {
    const command = serverCommand(this.#kind, join(this.folder, "zoo.cfg"), this.#options);
    const child = spawn(command.file, command.args, {
      cwd: this.folder,
      env: { ...process.env, ...command.env, ...this.#options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithThisProcess(child);
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.#child = child;
    this.#exit = new Promise((resolve) => {
      child.once("error", (error) => keep(Buffer.from(String(error))));
      child.once("close", (status) => {
        this.#child = null;
        resolve(status);
      });
    });
  }
}
