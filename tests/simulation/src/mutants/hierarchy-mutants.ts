import type { Mutant } from "./mutant.ts";

/** Bugs in counting votes by groups and weights. */
export const hierarchyMutants: readonly Mutant[] = [
  {
    id: "half-a-group-wins-it",
    file: "quorum/hierarchical.ts",
    find: "if (2 * (present.get(group) ?? 0) > weight) won++;",
    replace: "if (2 * (present.get(group) ?? 0) >= weight) won++;",
    why: "two halves of a group decide differently",
  },
  {
    id: "half-the-groups-win",
    file: "quorum/hierarchical.ts",
    find: "return 2 * won > groups;",
    replace: "return 2 * won >= groups;",
    why: "two halves of the groups decide differently",
  },
  {
    id: "groups-without-majority",
    file: "quorum/hierarchical.ts",
    find: "if (2 * (present.get(group) ?? 0) > weight) won++;",
    replace: "if ((present.get(group) ?? 0) > 0) won++;",
    why: "one server of each of most groups decides",
  },
  {
    id: "weightless-server-leads",
    file: "election/proposal.ts",
    find: "if (quorum.weightOf(candidate.leader) === 0) return false;",
    replace: "",
    why: "whoever has no vote is voted for",
  },
];
