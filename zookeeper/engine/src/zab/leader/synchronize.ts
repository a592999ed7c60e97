import { formatZxid, makeZxid } from "@branta/zookeeper-protocol";

import type { LogEntry } from "../effects.ts";
import { withVersion } from "../membership.ts";
import type { EnsembleConfiguration } from "../quorum/quorum-verifier.ts";
import type { RoleContext } from "../role.ts";
import { indexAfter, joinStretches } from "../stretch.ts";
import type { LearnerHandle } from "./learner-handle.ts";
import { planSync } from "./sync-plan.ts";

/** Where a server stands when it synchronizes a learner. */
export interface SyncPosition {
  readonly epoch: number;
  /** The end of what it may call committed. */
  readonly established: number;
  /** In force once the learner serves: the last seen one before the epoch is established, later the committed one. */
  readonly configuration: EnsembleConfiguration;
}

/**
 * Queues for a learner all that it lacks, then NEWLEADER. From here on it gets everything new, so that nothing is left out
 * in between.
 *
 * @param read what was read from the log on disk for this learner, if anything
 */
export function synchronize(
  context: RoleContext,
  learner: LearnerHandle,
  { epoch, established, configuration }: SyncPosition,
  read: readonly LogEntry[],
): void {
  const { history, effects } = context;
  const { link, serverId, lastZxid, isFollower } = learner;
  const stretch = joinStretches(read, history) ?? history;
  const plan = planSync({ stretch, applied: history.applied, established }, lastZxid);
  effects.log("info", `Synchronizing server ${serverId}, which is at ${formatZxid(lastZxid)}: ${plan.kind}`);
  effects.send(link, { kind: plan.kind, zxid: plan.zxid });
  if (plan.kind === "snap") effects.push({ kind: "streamSnapshot", link });
  for (const { zxid, bytes } of stretch.entries.slice(indexAfter(stretch.entries, plan.from))) {
    const isEstablished = zxid <= established;
    // An observer hears of the others when they are committed.
    if (!isEstablished && !isFollower) break;
    effects.send(link, { kind: "proposal", zxid, bytes });
    if (isEstablished) effects.send(link, { kind: "commit", zxid });
  }
  const { text } = configuration.version > 0 ? configuration : withVersion(configuration, makeZxid(epoch, 0));
  effects.send(link, { kind: "newLeader", zxid: makeZxid(epoch, 0), configuration: text });
  learner.stage = "syncing";
}
