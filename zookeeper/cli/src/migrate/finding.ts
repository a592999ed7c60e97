/**
 * - `ok`: as it must be
 * - `warn`: the step is possible; the operator should know this
 * - `stop`: the step must not be made now
 */
export type Level = "ok" | "warn" | "stop";

/** One thing that was looked at. */
export interface Finding {
  readonly level: Level;
  /** What was looked at, one word for programs. */
  readonly check:
    | "members"
    | "words"
    | "configuration"
    | "leader"
    | "sync"
    | "digests"
    | "versions"
    | "settings"
    | "quorum"
    | "server";
  /** The server concerned, if it is one. */
  readonly server?: number;
  /** What is so. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}
