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

/** The phase of the protocol that a stage belongs to. Asked for in every step: a table would be looked up by name. */
export function phaseOf(stage: Stage): RoleStatus["phase"] {
  switch (stage) {
    case "connecting":
    case "registering":
      return "discovery";
    case "waiting":
    case "staging":
    case "settled":
      return "synchronization";
    case "broadcast":
      return "broadcast";
  }
}
