import { zxidCounter, zxidEpoch } from "@branta/zookeeper-protocol";

import type { History } from "../history.ts";

/** How a learner is brought to the leader's history. */
export interface SyncPlan {
  readonly kind: "diff" | "trunc" | "snap";
  /** What the first packet names: where a DIFF ends, where a TRUNC cuts, what a SNAP contains. */
  readonly zxid: number;
  /** Entries after this position follow as proposals. */
  readonly from: number;
}

/**
 * Plans how a learner whose log ends at `learnerLast` gets to `established`, the end of what this leader may call committed
 * (Apache's LearnerHandler.syncFollower, case by case).
 */
export function planSync(history: History, established: number, learnerLast: number): SyncPlan {
  const diff = (from: number): SyncPlan => ({ kind: "diff", zxid: established, from });
  if (learnerLast === established) return diff(learnerLast);
  // The beginning of an epoch has no log entry: its server led that epoch, so all it has is history.
  const isEpochStart = zxidCounter(learnerLast) === 0 && learnerLast > 0;
  if (learnerLast > established) {
    return isEpochStart ? diff(established) : { kind: "trunc", zxid: established, from: established };
  }
  if (learnerLast >= history.base) {
    if (history.has(learnerLast) || isEpochStart) return diff(learnerLast);
    // Apache's learners cannot cut back over the end of an epoch, so only the rest of one is cut.
    const next = history.entries[history.indexAfter(learnerLast)]!;
    const before = history.entries[history.indexAfter(learnerLast) - 1];
    if (before !== undefined && zxidEpoch(next.zxid) === zxidEpoch(learnerLast)) {
      return { kind: "trunc", zxid: before.zxid, from: before.zxid };
    }
  }
  return { kind: "snap", zxid: history.applied, from: history.applied };
}
