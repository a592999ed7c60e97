import { pino, type Logger as Pino } from "pino";
import { formatTextLine } from "./text-line.ts";

/** Least level that is logged. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** What goes with a message. An `error` is shown with its stack. */
export type LogFields = Readonly<Record<string, unknown>>;

type Log = (message: string, fields?: LogFields) => void;

/** Takes log lines. Message first; what varies goes into the fields when somebody might search for it. */
export interface Logger {
  readonly trace: Log;
  readonly debug: Log;
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
  readonly fatal: Log;
  /** Whether a level would be logged, for messages that are dear to make. */
  isEnabled(level: LogLevel): boolean;
  /** A logger whose lines name another component. */
  child(component: string): Logger;
}

/** How a logger is set up. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** `text` lines look like Apache's, `json` lines are pino's. */
  readonly format: "text" | "json";
  /** What the lines call the part of the program that speaks. */
  readonly component: string;
  /** Shown in text lines as `[myid:N]`. */
  readonly myid?: string;
  /** Takes finished lines; standard output when absent. */
  readonly write?: (line: string) => void;
}

/** Makes a logger. This is the only module that knows pino. */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? standardOutput();
  const stream = {
    write: options.format === "json" ? write : (line: string) => write(formatTextLine(line, options.myid ?? "")),
  };
  const base = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.epochTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    stream,
  );
  return wrap(base.child({ component: options.component }));
}

/** A logger that says nothing. */
export const silentLogger: Logger = createLogger({ level: "silent", format: "json", component: "", write: () => {} });

function standardOutput(): (line: string) => void {
  // Synchronous: the last lines before an exit are the ones that matter.
  const destination = pino.destination({ dest: 1, sync: true });
  return (line) => void destination.write(line);
}

function wrap(inner: Pino): Logger {
  const log =
    (level: Exclude<LogLevel, "silent">): Log =>
    (message, fields) =>
      fields === undefined ? inner[level](message) : inner[level](fields, message);
  return {
    trace: log("trace"),
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    fatal: log("fatal"),
    isEnabled: (level) => inner.isLevelEnabled(level),
    child: (component) => wrap(inner.child({ component })),
  };
}
