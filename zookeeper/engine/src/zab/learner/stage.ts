import type { RoleStatus } from "../effects.ts";

/** Where a learner stands with its leader. */
export type Stage =
  | "connecting"
  /** Has introduced itself; waits for the epoch. */
  | "registering"
  /** Has acknowledged the epoch; waits for DIFF, TRUNC or SNAP. */
  | "waiting"
  | "staging"
  /** Has the leader's history on disk, or on the way there; waits for the others. */
  | "settled"
  | "broadcast";

/** The phase of the protocol that a stage belongs to. */
export const PHASES: Readonly<Record<Stage, RoleStatus["phase"]>> = {
  connecting: "discovery",
  registering: "discovery",
  waiting: "synchronization",
  staging: "synchronization",
  settled: "synchronization",
  broadcast: "broadcast",
};
