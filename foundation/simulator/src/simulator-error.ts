/**
 * Why the simulator's tools refused.
 *
 * - `past`: an event was scheduled before the moment that the queue has reached
 * - `worker`: a process that ran a part of the seeds ended without a result
 */
export type SimulatorErrorCode = "past" | "worker";

/** The simulator tools' only error: of a fault in the test, not in what is tested. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
