import { broadcastMutants } from "./broadcast-mutants.ts";
import { electionMutants } from "./election-mutants.ts";
import { hierarchyMutants } from "./hierarchy-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { observerMutants } from "./observer-mutants.ts";
import { oracleMutants } from "./oracle-mutants.ts";
import { persistenceMutants } from "./persistence-mutants.ts";
import { reconfigurationMutants } from "./reconfiguration-mutants.ts";
import { synchronizationMutants } from "./synchronization-mutants.ts";

/** All bugs that are planted. A simulator is measured by those it finds, not by the seeds it runs. */
export const catalogue: readonly Mutant[] = [
  ...persistenceMutants,
  ...electionMutants,
  ...hierarchyMutants,
  ...synchronizationMutants,
  ...broadcastMutants,
  ...reconfigurationMutants,
  ...observerMutants,
  ...oracleMutants,
];
