/**
 * The property that a run broke. Those of Zab by the names of the paper (Junqueira, Reed, Serafini: "Zab:
 * High-performance broadcast for primary-backup systems", DSN 2011), the others by what they say.
 *
 * - `recovery`: a server that lost nothing but what disks lose did not come back
 * - `sessionOrder`: a session saw something older than what it had seen
 * - `ephemerals`: a node outlived its session
 * - `core`: a core's own assertion failed, or it never came to rest
 * - `input`: a play or a command line asks for what there is not
 */
export type SimulationErrorCode =
  | "integrity"
  | "totalOrder"
  | "agreement"
  | "localPrimaryOrder"
  | "globalPrimaryOrder"
  | "primaryIntegrity"
  | "primaryUniqueness"
  | "durablePromises"
  | "durableCommits"
  | "durableOrder"
  | "committedOnQuorum"
  | "committedStays"
  | "monotonicEpochs"
  | "realTimeOrder"
  | "syncBarrier"
  | "progress"
  | "stability"
  | "recovery"
  | "sessionOrder"
  | "ephemerals"
  | "core"
  | "input";

/** A run broke a property; or the simulation was asked for nonsense. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
  readonly code: SimulationErrorCode;

  constructor(code: SimulationErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }
}

/** @throws SimulationError with this code unless the condition holds */
export function mustHold(condition: boolean, code: SimulationErrorCode, message: () => string): asserts condition {
  if (!condition) throw new SimulationError(code, message());
}
