/** A `bin/branta` command that could not do its work; the message says why and what to do. */
export class BrantaError extends Error {
  override readonly name = "BrantaError";
  readonly code: "portTaken" | "notStarted" | "notStopped" | "notRunning" | "badArgument";

  constructor(code: BrantaError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
