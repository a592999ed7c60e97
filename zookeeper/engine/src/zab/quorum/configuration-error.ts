/** What is wrong with a configuration: nobody votes, a voter is in no group or in two, or a weight is no weight. */
export type ConfigurationErrorCode = "noVoters" | "noGroup" | "manyGroups" | "weight";

/** Thrown for an ensemble that could never decide, or whose quorums are not defined. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code: ConfigurationErrorCode;

  constructor(code: ConfigurationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
