import type { Clock, Disk, Timer } from "@branta/foundation-runtime";

export interface OracleWatchOptions {
  readonly disk: Pick<Disk, "readWhole">;
  readonly clock: Clock;
  /** oraclePath: a file that begins with 1 where this server may decide alone. */
  readonly path: string;
  readonly everyMs: number;
  /** At first, and whenever the answer is another one. */
  onAnswer(isGranted: boolean): void;
  onLog(level: "info" | "warn", message: string): void;
}

/** The first byte of a file that says yes. */
const YES = 0x31;

/**
 * Looks at the oracle of an ensemble of two voters again and again. (Apache reads the file for each decision; a core does no I/O.) What
 * cannot be read says no, and so does what is not read in time.
 */
export class OracleWatch implements Disposable {
  readonly #options: OracleWatchOptions;
  #timer: Timer | null = null;
  #isReading = false;
  #isEnded = false;
  #answer: boolean | null = null;
  #problem: string | null = null;

  private constructor(options: OracleWatchOptions) {
    this.#options = options;
  }

  /** Resolves when the oracle has been asked for the first time. */
  static async open(options: OracleWatchOptions): Promise<OracleWatch> {
    const watch = new OracleWatch(options);
    await watch.#ask();
    watch.#setTimer();
    return watch;
  }

  [Symbol.dispose](): void {
    this.#isEnded = true;
    this.#timer?.cancel();
  }

  #setTimer(): void {
    const { clock, everyMs } = this.#options;
    if (this.#isEnded) return;
    this.#timer = clock.after(everyMs, () => {
      this.#setTimer();
      if (this.#isReading) this.#heard(false, "it is not read in time");
      else void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const { disk, path } = this.#options;
    this.#isReading = true;
    try {
      const content = await disk.readWhole(path);
      this.#heard(content[0] === YES, null);
    } catch (error) {
      this.#heard(false, (error as Error).message);
    } finally {
      this.#isReading = false;
    }
  }

  #heard(isGranted: boolean, problem: string | null): void {
    const { path, onAnswer, onLog } = this.#options;
    if (this.#isEnded) return;
    if (problem !== null && this.#problem === null)
      onLog("warn", `Oracle "${path}" says nothing: ${problem}; that is a no`);
    this.#problem = problem;
    if (isGranted === this.#answer) return;
    this.#answer = isGranted;
    onLog("info", `Oracle "${path}" says ${isGranted ? "yes: this server may decide without the other" : "no"}`);
    onAnswer(isGranted);
  }
}
