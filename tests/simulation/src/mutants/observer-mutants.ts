import type { Mutant } from "./mutant.ts";

/** Bugs in serving observers that follow a follower. */
export const observerMutants: readonly Mutant[] = [
  {
    id: "observers-of-followers-not-informed",
    file: "observers/observer-master.ts",
    find: "for (const { link, isForwarding } of this.#observers) if (isForwarding) effects.send(link, inform);",
    replace: "",
    why: "observers of a follower fall behind without noticing",
  },
  {
    id: "observers-informed-while-reading",
    file: "observers/observer-master.ts",
    find: "for (const { link, isForwarding } of this.#observers) if (isForwarding) effects.send(link, inform);",
    replace: "for (const { link } of this.#observers) effects.send(link, inform);",
    why: "an observer is informed before it has what was before",
  },
  {
    id: "observers-informed-of-the-last-only",
    file: "learner/learner.ts",
    find: "      this.#observers?.inform(zxid, designated);\n      history.commit(zxid);\n",
    replace: "      history.commit(zxid);\n      this.#observers?.inform(zxid, designated);\n",
    why: "what counts as committed already is not told to observers",
  },
  {
    id: "proposals-for-observers-of-followers",
    file: "observers/observer-master.ts",
    find: "return { epoch, established: history.committed, configuration: inForce.committed };",
    replace: "return { epoch, established: history.last, configuration: inForce.committed };",
    why: "an observer applies what no quorum has",
  },
  {
    id: "observers-cut-back-to-their-follower",
    file: "observers/observer-master.ts",
    find: "return isOfThisEpoch && lastZxid > this.#context.history.committed;",
    replace: "return false;",
    why: "what an observer's clients have read is taken back when it comes to a slower follower",
  },
  {
    id: "observers-ahead-forgotten",
    file: "learner/learner.ts",
    find: "      this.#observers?.caughtUp();\n",
    replace: "",
    why: "an observer that was ahead of its follower is never synchronized",
  },
  {
    id: "answers-to-the-last-asker",
    file: "learner/questions.ts",
    find: "this.#syncs.shift() ?? null;",
    replace: "this.#syncs.pop() ?? null;",
    why: "a sync is answered to who asked later, before what was proposed until then",
  },
  {
    id: "answers-kept-from-observers",
    file: "learner/questions.ts",
    find: "    if (asker !== null) return effects.send(asker, answer);\n",
    replace: "    if (asker !== null) return;\n",
    why: "an observer's clients wait for ever for their syncs",
  },
  {
    id: "silent-followers-of-observers",
    file: "observers/observer-master.ts",
    find: 'if (isSynced) effects.send(link, { kind: "ping", zxid: history.committed, touched: [] });',
    replace: "",
    why: "observers take a follower without work for dead",
  },
];
