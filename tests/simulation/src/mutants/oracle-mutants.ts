import type { Mutant } from "./mutant.ts";

/** Bugs in letting one of two voters decide alone. */
export const oracleMutants: readonly Mutant[] = [
  {
    id: "oracle-over-followers",
    file: "quorum/oracle.ts",
    find: "if (!this.#isGranted || !this.isFor(quorum) || !this.#isAlone()) return false;",
    replace: "if (!this.#isGranted || !this.isFor(quorum)) return false;",
    why: "a leader with a follower does not wait for its acknowledgement: what clients were told goes with the leader",
  },
  {
    id: "oracle-for-many",
    file: "quorum/oracle.ts",
    find: "return voters.size === 2;",
    replace: "return voters.size >= 2;",
    why: "one of three voters leads alone",
  },
  {
    id: "oracle-never-takes-back",
    file: "quorum/oracle.ts",
    find: "this.#isGranted = isGranted;",
    replace: "this.#isGranted ||= isGranted;",
    why: "two servers lead once the oracle has changed its mind",
  },
  {
    id: "oracle-unheard-by-leaders",
    file: "leader/leader.ts",
    find: "      else if (this.#context.inForce.hasOracle) this.#broadcast?.resume();\n",
    replace: "",
    why: "what was proposed before the follower was lost is never committed",
  },
];
