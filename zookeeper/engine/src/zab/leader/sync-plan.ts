import { zxidCounter, zxidEpoch } from "@branta/zookeeper-protocol";

import { hasPosition, indexAfter, type Stretch } from "../stretch.ts";

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
 * case by case).
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
    // Apache's learners cannot cut back over the end of an epoch, so only the rest of one is cut.
    const after = indexAfter(stretch.entries, learnerLast);
    const next = stretch.entries[after]!;
    const before = stretch.entries[after - 1];
    if (before !== undefined && zxidEpoch(next.zxid) === zxidEpoch(learnerLast)) {
      return { kind: "trunc", zxid: before.zxid, from: before.zxid };
    }
  }
  return { kind: "snap", zxid: applied, from: applied };
}
