import { resolve } from "node:path";

/** `branta`, or `apache-` and a version that tests/conformance/apache-server.sh knows. */
export type ServerKind = "branta" | `apache-${string}`;

/** How to start one server in the foreground. */
export interface ServerCommand {
  file: string;
  args: string[];
  env: Record<string, string>;
}

/** System properties as in `-Dname=value`. */
export type SystemProperties = Record<string, string | number>;

const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** Reads "branta", "apache-3.9.5" and the like; anything else is refused. */
export function parseServerKind(text: string): ServerKind {
  if (text === "branta") return text;
  if (/^apache-\d+\.\d+\.\d+$/.test(text)) return text as ServerKind;
  throw new RangeError(`Cannot choose the server "${text}": must be "branta" or "apache-3.9.5", "apache-3.8.0", …`);
}

/** The command that serves `configFile` in the foreground, as operators do; its process is the server itself (exec). */
export function serverCommand(
  kind: ServerKind,
  configFile: string,
  options: { properties?: SystemProperties; heapMb?: number; logLevel?: string } = {},
): ServerCommand {
  const { properties = {}, heapMb = 1_000, logLevel = "ERROR" } = options;
  const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  if (kind === "branta") {
    return {
      file: resolve(REPOSITORY, "bin/zkServer.sh"),
      args: ["start-foreground", configFile],
      env: { SERVER_JVMFLAGS: flags.join(" "), BRANTA_NODE: process.execPath },
    };
  }
  return {
    file: resolve(REPOSITORY, "tests/conformance/apache-server.sh"),
    args: [kind.slice("apache-".length), "start-foreground", configFile],
    env: { SERVER_JVMFLAGS: flags.join(" "), APACHE_HEAP: `${heapMb}m`, APACHE_LOG_LEVEL: logLevel },
  };
}
