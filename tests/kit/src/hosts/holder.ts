import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { KitError } from "../kit-error.ts";

const READY_TIMEOUT_MS = 20_000;

/**
 * A process that keeps namespaces alive until it is disposed of, or until this process ends, however it ends: it reads
 * from a pipe whose other end is here.
 */
export class Holder implements AsyncDisposable {
  /** Whose namespaces `nsenter --target` enters. */
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, ended: Promise<unknown>, pid: number) {
    this.#child = child;
    this.#ended = ended;
    this.pid = pid;
  }

  /**
   * Runs `unshare` with these words. What it runs has to print its process id when it is ready, and read until the end.
   *
   * @throws KitError "exited" with its last words
   */
  static async start(words: readonly string[]): Promise<Holder> {
    const child = spawn("unshare", words, { cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
    let lastWords = "";
    child.stderr.on("data", (chunk: Buffer) => (lastWords += chunk.toString()));
    child.stdin.on("error", () => {});
    const ended = new Promise<undefined>((resolve) => {
      child.once("error", (error) => {
        lastWords += error.message;
        resolve(undefined);
      });
      child.once("close", () => resolve(undefined));
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), READY_TIMEOUT_MS);
    const ready = new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve));
    const line = await Promise.race([ready, ended]);
    clearTimeout(timer);
    if (line === undefined)
      throw new KitError("exited", `Cannot make namespaces by "unshare ${words.join(" ")}": ${lastWords.trim()}`);
    return new Holder(child, ended, Number(line));
  }

  /** Ends it, and with the first process of a process namespace everything in there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), READY_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}
