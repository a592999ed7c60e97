import type { Reconfigurer } from "@branta/zookeeper-engine";

import type { EffectRunner } from "./effect-runner.ts";
import type { LeaderPorts, LearnerPorts } from "./role-core.ts";

/** How a leader's request side reaches the core and the links. */
export function leaderPorts(runner: EffectRunner, reconfigurer: Reconfigurer): LeaderPorts {
  return {
    reconfigurer,
    propose: (entry) => {
      runner.input({ kind: "propose", entry });
      return !runner.writes.isFull;
    },
    syncLearner: (link) => runner.input({ kind: "syncLearner", link }),
    sync: (ticket) => runner.input({ kind: "sync", ticket }),
    send: (link, packet) => runner.send(link, packet),
    resign: (reason) => runner.input({ kind: "resign", reason }),
  };
}

/** How a learner's request side reaches its leader. */
export function learnerPorts(runner: EffectRunner): LearnerPorts {
  return { ask: (question) => runner.input({ kind: "ask", question }) };
}
