import { formatZxid, makeZxid } from "@branta/zookeeper-protocol";

import { withVersion } from "../membership.ts";
import type { RoleContext } from "../role.ts";
import type { LearnerHandle } from "./learner-handle.ts";
import { planSync } from "./sync-plan.ts";

/**
 * Queues for a learner all that it lacks, then NEWLEADER. From here on it gets everything new, so that nothing is left out
 * in between.
 *
 * @param established the end of what this leader may call committed
 */
export function synchronize(context: RoleContext, learner: LearnerHandle, epoch: number, established: number): void {
  const { history, effects } = context;
  const { link, serverId, lastZxid, isFollower } = learner;
  const plan = planSync(history, established, lastZxid);
  effects.log("info", `Synchronizing server ${serverId}, which is at ${formatZxid(lastZxid)}: ${plan.kind}`);
  effects.send(link, { kind: plan.kind, zxid: plan.zxid });
  if (plan.kind === "snap") effects.push({ kind: "streamSnapshot", link });
  for (const { zxid, bytes } of history.after(plan.from)) {
    const isEstablished = zxid <= established;
    // An observer hears of the others when they are committed.
    if (!isEstablished && !isFollower) break;
    effects.send(link, { kind: "proposal", zxid, bytes });
    if (isEstablished) effects.send(link, { kind: "commit", zxid });
  }
  const { lastSeen } = context.membership;
  const configuration = lastSeen.version > 0 ? lastSeen.text : withVersion(lastSeen, makeZxid(epoch, 0)).text;
  effects.send(link, { kind: "newLeader", zxid: makeZxid(epoch, 0), configuration });
  learner.stage = "syncing";
}
