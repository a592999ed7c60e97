import { LearnerCore } from "./learner-core.ts";
import type { EnsembleParts, LearnerPorts, RoleCore } from "./role-core.ts";

const NOBODY_TO_ASK: LearnerPorts = {
  ask(question) {
    throw new Error(`Cannot send packet "${question.kind}": this server has no leader`);
  },
};

/** The core of a server that looks for a leader, or agrees with one: it serves nobody and keeps its tree up to date. */
export function idleCore(parts: EnsembleParts): RoleCore {
  return new LearnerCore(parts, NOBODY_TO_ASK);
}

/** The core of a server that has looked for a leader in vain: clients that ask for no more may read. */
export function readOnlyCore(parts: EnsembleParts): RoleCore {
  return new LearnerCore(parts, NOBODY_TO_ASK, { isReadOnly: true });
}
