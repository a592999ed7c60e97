import { zxidCounter } from "@branta/zookeeper-protocol";

import { hasPosition, type Stretch } from "../stretch.ts";

/** How a learner is brought to the leader's history. */
export interface SyncPlan {
  readonly kind: "diff" | "trunc" | "snap";
  /** What the first packet names: where a DIFF ends, where a TRUNC cuts, what a SNAP contains. */
  readonly zxid: number;
  /** Entries after this position follow as proposals. */
  readonly from: number;
}

/** What a leader has to plan with. */
export interface SyncSources {
  /** The latest part of the history. */
  readonly stretch: Stretch;
  /** What a snapshot would contain. */
  readonly applied: number;
  /** The end of what this leader may call committed. */
  readonly established: number;
}

/**
 * Plans how a learner whose log ends at `learnerLast` gets to what is established (Apache's LearnerHandler.syncFollower,
 * but for its case of a gap within an epoch: no log has one).
 */
export function planSync({ stretch, applied, established }: SyncSources, learnerLast: number): SyncPlan {
  const diff = (from: number): SyncPlan => ({ kind: "diff", zxid: established, from });
  if (learnerLast === established) return diff(learnerLast);
  // The beginning of an epoch has no log entry: its server led that epoch, so all it has is history.
  const isEpochStart = zxidCounter(learnerLast) === 0 && learnerLast > 0;
  if (learnerLast > established) {
    return isEpochStart ? diff(established) : { kind: "trunc", zxid: established, from: established };
  }
  if (learnerLast >= stretch.base) {
    if (hasPosition(stretch, learnerLast) || isEpochStart) return diff(learnerLast);
    // Within an epoch there are no gaps, so it has the end of one that was not history: Apache's learners cannot cut that off.
  }
  return { kind: "snap", zxid: applied, from: applied };
}
