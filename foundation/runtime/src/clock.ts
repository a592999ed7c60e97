/** A wish that can be taken back. */
export interface Timer {
  /** After this the timer's function never runs; calling it again changes nothing. */
  cancel(): void;
}

/**
 * All the time there is. Nothing above `foundation` asks the system for the time: a simulator hands in a clock
 * of its own and a run can be repeated to the byte.
 */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. For intervals. */
  nowMs(): number;
  /** Milliseconds since 1970, whole; may jump. For what is shown to people or kept on disk. */
  wallMs(): number;
  /** Runs `run` once, `delayMs` from now at the earliest. A pending timer keeps the process alive. */
  after(delayMs: number, run: () => void): Timer;
  /** Runs `run` once, after all input that has already arrived was given its turn. */
  soon(run: () => void): void;
}

/** The system's clock. */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  after(delayMs: number, run: () => void): Timer {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }
}
