import { BrantaError } from "./branta-error.ts";

/** What can be told to stop by its process id. */
interface Stoppable {
  /** null when it does not run. */
  readonly pid: number | null;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Passes Ctrl-C and its like on to servers, from the moment on when the first may be there: none outlives the command
 * that started it. Keeps the process as long as it is in use, as servers that were let go of do not.
 */
export class Stopper implements Disposable {
  readonly #servers: readonly Stoppable[];
  readonly #isQuiet: boolean;
  readonly #stop = (): void => this.#pass();
  readonly #hold = setInterval(() => {}, 1 << 30);
  #isStopping = false;

  constructor(servers: readonly Stoppable[], options: { readonly json?: boolean }) {
    this.#servers = servers;
    this.#isQuiet = options.json === true;
    for (const signal of SIGNALS) process.on(signal, this.#stop);
  }

  /** Whether somebody wished for an end. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** What starting answers, or null when the end was wished for meanwhile: servers that end then are no failure. */
  async unlessStopped<Started>(starting: Promise<Started>): Promise<Started | null> {
    try {
      return await starting;
    } catch (error) {
      if (this.#isStopping && error instanceof BrantaError) return null;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#hold);
    for (const signal of SIGNALS) process.off(signal, this.#stop);
  }

  #pass(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    if (!this.#isQuiet) process.stdout.write("\nStopping ... ");
    for (const { pid } of this.#servers) if (pid !== null) process.kill(pid, "SIGTERM");
  }
}
