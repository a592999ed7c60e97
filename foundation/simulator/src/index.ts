export { EventQueue } from "./event-queue.ts";
export { checkLinearizable, checkLinearizableByKey, type Verdict } from "./linearizability/check-linearizable.ts";
export {
  type RegisterCall,
  registerModel,
  type RegisterResult,
  type RegisterState,
} from "./linearizability/register-model.ts";
export type { Operation, SequentialModel } from "./linearizability/sequential-model.ts";
export { SimulatorError, type SimulatorErrorCode } from "./simulator-error.ts";
export { runShare, type SeedFailure, type SeedReport, type SeedShare, shareOut, spreadSeeds } from "./spread-seeds.ts";
export { fraction, magnitude, Swarm } from "./swarm.ts";
export { TraceHash } from "./trace-hash.ts";
