/**
 * Why a configuration cannot be used.
 *
 * - `unreadable`: a file that was named cannot be read
 * - `malformed`: a line or an argument does not have the form that its kind requires
 * - `wrongValue`: a key's value is not of the key's type or out of its range
 * - `missing`: a key that is needed is absent
 * - `conflict`: two settings contradict each other
 * - `unknownKey`: a key that nothing reads, in strict mode
 * - `unsupported`: the configuration is sound, and asks for something that is not built
 */
export type ConfigErrorCode =
  | "unreadable"
  | "malformed"
  | "wrongValue"
  | "missing"
  | "conflict"
  | "unknownKey"
  | "unsupported";

/** Exit status of a command whose configuration is wrong (Apache ZooKeeper's INVALID_INVOCATION). */
export const CONFIG_EXIT_CODE = 2;

/** Where a setting was written. */
export interface Origin {
  /** The file it stands in, null for an argument or an environment variable. */
  readonly file: string | null;
  /** Line in that file, counted from 1; null where there are no lines. */
  readonly line: number | null;
  /** What to show to a person: `conf/zoo.cfg:12`, or the name of the argument. */
  readonly label: string;
}

/** Thrown for a configuration that cannot be used; its message is one line, meant for the operator. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;
  /** Exit status for a command that stops because of this error. */
  readonly exitCode: number = CONFIG_EXIT_CODE;
  readonly key: string | null;
  readonly file: string | null;
  readonly line: number | null;

  constructor(
    code: ConfigErrorCode,
    message: string,
    details: { key?: string; origin?: Origin | undefined; cause?: unknown } = {},
  ) {
    super(details.origin === undefined ? message : `${details.origin.label}: ${message}`, { cause: details.cause });
    this.code = code;
    this.key = details.key ?? null;
    this.file = details.origin?.file ?? null;
    this.line = details.origin?.line ?? null;
  }
}
