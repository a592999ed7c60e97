/** After so long others have their turn; one command that takes longer is not cut short. */
const TURN_MS = 2;

/**
 * Lets connections that have much to be answered go on one in each round of the event loop, so that hundreds of them do
 * not keep one small request waiting, nor those who connect: a round accepts few. It also tells when a turn was long;
 * only commands that may be long look at the clock for it.
 */
export class TurnQueue {
  readonly #nowMs: () => number;
  #waiting: (() => void)[] = [];
  #startedMs: number | null = null;

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A connection's turn begins. */
  begin(): void {
    this.#startedMs = null;
  }

  /** A command begins that may be long. The time before the first of them in a turn does not count. */
  beginLong(): void {
    this.#startedMs ??= this.#nowMs();
  }

  /** Whether the turn has been long by now, its commands that may be long. */
  get isOver(): boolean {
    return this.#startedMs !== null && this.#nowMs() - this.#startedMs >= TURN_MS;
  }

  add(goOn: () => void): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#round());
    this.#waiting.push(goOn);
  }

  #round(): void {
    const goOn = this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(() => this.#round());
    goOn?.();
  }
}
