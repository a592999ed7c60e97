import type { Readable } from "node:stream";

/** What a script said and how it ended. */
export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null: ended by a signal. */
  readonly exitCode: number | null;
}

/** How to run a script. */
export interface ScriptOptions {
  /** How long it may take, ms. */
  readonly timeoutMs: number;
  /** What it reads. */
  readonly input?: string | Readable;
}

/** A machine on which scripts run: this one, or another through SSH. */
export interface Host extends AsyncDisposable {
  /** As the configuration names it. */
  readonly name: string;
  readonly isLocal: boolean;
  /**
   * Runs a script of POSIX sh to its end. What it starts in the background may go on.
   *
   * @throws ArcusToolError outOfTime, hostUnreachable
   */
  run(script: string, options: ScriptOptions): Promise<ScriptResult>;
}
