import { type FileHandle, open } from "node:fs/promises";
import { runText, timeText } from "./time-text.ts";

const FILE_BYTES_MAX = 10 * 1024 * 1024;
const FILES_MAX = 10;
/** What may wait for the disk before commands are skipped. */
const PENDING_BYTES_MAX = 10 * 1024 * 1024;
/** So much is written at once without waiting for more. */
const WRITE_BYTES = 4 * 1024;
const WRITE_INTERVAL_MS = 50;
/** A longer line is cut and ends in two dots. */
const LINE_BYTES_MAX = 400;
const DIRECTORY_LENGTH_MAX = 128;
const DIRECTORY_DEFAULT = "command_log";

const STATES = {
  notStarted: "Not started",
  overflow: "stopped by command log overflow",
  failed: "stopped by disk flush error",
  running: "running",
} as const;

type State = keyof typeof STATES;

/**
 * `cmdlog`: writes every command to files `command_<port>_<date>_<time>_<n>.log`, at most ten of 10 MB, then stops.
 * Taking a line never waits for the disk; what does not fit into 10 MB of waiting lines is skipped and counted.
 */
export class CommandLog {
  readonly #port: () => number;
  readonly #now: () => number;
  #running = false;
  #state: State = "notStarted";
  #directory = "";
  #startedMs: number | null = null;
  #stoppedMs: number | null = null;
  #entered = 0;
  #skipped = 0;
  #files = 0;
  #pending: string[] = [];
  #pendingBytes = 0;
  #wake: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** @param options.port the port in the files' names. @param options.now wall clock, ms with fraction */
  constructor(options: { readonly port: () => number; readonly now: () => number }) {
    this.#port = options.port;
    this.#now = options.now;
  }

  /** Whether commands are wanted; ask before {@link write}. */
  get running(): boolean {
    return this.#running;
  }

  /** @param directory null for `command_log` in the working directory */
  async start(directory: string | null): Promise<"started" | "running" | "failed"> {
    if (this.#running) return "running";
    // The last run may still have lines to write.
    await this.#writing;
    if (this.#running) return "running";
    if (directory !== null && directory.length > DIRECTORY_LENGTH_MAX) return "failed";
    this.#directory = directory ?? DIRECTORY_DEFAULT;
    this.#startedMs = this.#now();
    this.#stoppedMs = null;
    this.#entered = this.#skipped = this.#files = this.#pendingBytes = 0;
    this.#pending = [];
    this.#running = true;
    const file = await this.#nextFile();
    if (file === null) {
      this.#running = false;
      return "failed";
    }
    this.#state = "running";
    this.#writing = this.#writeAll(file);
    return "started";
  }

  /** @returns false if it does not run. What was taken is still written. */
  stop(): boolean {
    if (!this.#running) return false;
    this.#end();
    return true;
  }

  /** Stops and waits for the last lines. */
  async close(): Promise<void> {
    this.stop();
    await this.#writing;
  }

  /** Takes a command, a character a byte, without its line end. */
  write(address: string, command: string): void {
    this.#entered++;
    let line = `${timeText(this.#now())} ${address} ${command}\n`;
    if (line.length > LINE_BYTES_MAX) line = `${line.slice(0, LINE_BYTES_MAX - 4)}..\n`;
    if (this.#pendingBytes + line.length > PENDING_BYTES_MAX) {
      this.#skipped++;
      return;
    }
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    if (this.#pendingBytes >= WRITE_BYTES) this.#wake?.();
  }

  /** The answer to `cmdlog stats`. */
  statsText(): string {
    const run = (atMs: number | null): string => (atMs === null ? "0_0" : runText(atMs));
    const started = run(this.#startedMs);
    const until = this.#running ? run(this.#now()) : run(this.#stoppedMs);
    return [
      `\tCommand logging state : ${STATES[this.#state]}\n`,
      `\tThe last running time : ${started} ~ ${until}\n`,
      `\tThe number of entered commands : ${this.#entered}\n`,
      `\tThe number of skipped commands : ${this.#skipped}\n`,
      `\tThe number of log files : ${this.#files}\n`,
      `\tThe log file name: ${this.#directory}/command_${this.#port()}_${started}_{n}.log\n`,
    ].join("");
  }

  #end(): void {
    this.#running = false;
    this.#stoppedMs = this.#now();
    this.#wake?.();
  }

  async #nextFile(): Promise<FileHandle | null> {
    const name = `command_${this.#port()}_${runText(this.#startedMs!)}_${this.#files}.log`;
    try {
      const file = await open(`${this.#directory}/${name}`, "a", 0o644);
      this.#files++;
      return file;
    } catch {
      return null;
    }
  }

  async #writeAll(first: FileHandle): Promise<void> {
    let file: FileHandle | null = first;
    let fileBytes = 0;
    let end: State = "notStarted";
    try {
      while (this.#running || this.#pendingBytes > 0) {
        if (this.#running && this.#pendingBytes < WRITE_BYTES) await this.#moreLines();
        if (this.#pendingBytes === 0) continue;
        if (fileBytes >= FILE_BYTES_MAX) {
          await file.close();
          file = this.#files < FILES_MAX ? await this.#nextFile() : null;
          fileBytes = 0;
          if (file === null) {
            end = this.#files < FILES_MAX ? "failed" : "overflow";
            break;
          }
        }
        fileBytes += await this.#writePending(file, FILE_BYTES_MAX - fileBytes);
      }
    } catch {
      end = "failed";
    }
    if (this.#running) this.#end();
    this.#state = end;
    this.#pending = [];
    this.#pendingBytes = 0;
    await file?.close().catch(() => {});
  }

  /** Waits for enough to write, the end, or a moment. */
  async #moreLines(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, WRITE_INTERVAL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  /** Writes what waits, up to the line that crosses `bytesMax`. @returns bytes written */
  async #writePending(file: FileHandle, bytesMax: number): Promise<number> {
    let bytes = 0;
    let count = 0;
    while (count < this.#pending.length && bytes < bytesMax) bytes += this.#pending[count++]!.length;
    const lines = count === this.#pending.length ? this.#pending : this.#pending.slice(0, count);
    this.#pending = this.#pending.slice(count);
    await file.appendFile(lines.join(""), "latin1");
    this.#pendingBytes -= bytes;
    return bytes;
  }
}
