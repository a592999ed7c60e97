/** Why a command was not carried out. */
export type ConsoleErrorCode =
  /** No such command. */
  | "commandNotFound"
  /** Options or arguments that the command does not take. */
  | "malformedCommand"
  /** A path no node can have. */
  | "malformedPath"
  /** The service refused, or could not be reached. */
  | "refused"
  /** The session is over, or was closed. */
  | "notConnected";

const EXIT_CODES: Partial<Record<ConsoleErrorCode, number>> = { commandNotFound: 127 };

/** The error of this package; its message is what the person at the terminal reads, in the words of Apache's client. */
export class ConsoleError extends Error {
  override readonly name = "ConsoleError";
  readonly code: ConsoleErrorCode;

  constructor(code: ConsoleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** What a process ends with that was started for this one command. */
  get exitCode(): number {
    return EXIT_CODES[this.code] ?? 1;
  }
}
