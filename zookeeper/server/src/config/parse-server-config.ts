import { readFileSync } from "node:fs";
import {
  argumentOrigin,
  ConfigError,
  type ConfigEntry,
  parseInteger,
  parseProperties,
  type Properties,
} from "@branta/foundation-config";
import { completeServerConfig } from "./complete-server-config.ts";
import type { ServerConfig } from "./server-config.ts";
import { collectProperties, parseCommandLine } from "./system-properties.ts";

/** What to parse, and the world around it. */
export interface ServerConfigSource {
  /** A server's arguments: `[-Dname=value …] zoo.cfg`, or `[-D…] port dataDir [tickTime] [maxClientCnxns]`. */
  readonly argv?: readonly string[];
  /** Environment; SERVER_JVMFLAGS and JVMFLAGS are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The configuration file, instead of an operand in `argv`. */
  readonly file?: string;
  /** Text of the configuration, instead of reading the file. */
  readonly text?: string;
  /** Reads a text file, null when it does not exist. */
  readonly readText?: (file: string) => string | null;
}

const USAGE = "expected a configuration file, or: port dataDir [tickTime] [maxClientCnxns]";

/**
 * Reads the configuration of a server as Apache ZooKeeper 3.9.5 resolves it.
 * @throws ConfigError whose message is for the operator and whose `exitCode` is the status to exit with
 */
export function parseServerConfig(source: ServerConfigSource): ServerConfig {
  const { properties, operands } = parseCommandLine(source.argv ?? []);
  const systemProperties = collectProperties(source.env ?? {}, properties);
  const readText = source.readText ?? readTextFile;
  const shared = { systemProperties, readText };
  const file = source.file ?? (operands.length === 1 ? operands[0]! : null);
  if (file === null && source.text === undefined) {
    return completeServerConfig({ ...shared, file: null, text: "", cfg: positional(operands) });
  }
  const name = file ?? "zoo.cfg";
  const text = source.text ?? readRequired(name, readText);
  const cfg = parseProperties(text, name);
  const dynamicFile = cfg.get("dynamicConfigFile");
  const dynamic = dynamicFile === undefined ? null : readDynamic(dynamicFile, readText);
  return completeServerConfig({ ...shared, file, text, cfg, ...(dynamic === null ? {} : { dynamic }) });
}

/** `<port> <dataDir> [tickTime] [maxClientCnxns]`, the form of Apache's ZooKeeperServerMain. */
function positional(operands: readonly string[]): Properties {
  if (operands.length < 2 || operands.length > 4) {
    throw new ConfigError("malformed", `got ${operands.length} arguments, ${USAGE}`);
  }
  const keys = ["clientPort", "dataDir", "tickTime", "maxClientCnxns"] as const;
  const entries: ConfigEntry[] = operands.map((value, at) => ({
    key: keys[at]!,
    value,
    origin: argumentOrigin(`argument ${at + 1}`),
  }));
  parseInteger(entries[0]!, { min: 0, max: 65_535 });
  if (operands.length < 4) {
    // Apache's field for this limit starts at 0 here and at 60 with a file.
    entries.push({ key: "maxClientCnxns", value: "0", origin: argumentOrigin("default") });
  }
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return { entries, warnings: [], get: (key) => byKey.get(key) };
}

function readDynamic(entry: ConfigEntry, readText: (file: string) => string | null) {
  const text = readText(entry.value);
  if (text === null) {
    throw new ConfigError("unreadable", `cannot read dynamicConfigFile "${entry.value}", expected an existing file`, {
      key: entry.key,
      origin: entry.origin,
    });
  }
  const properties = parseProperties(text, entry.value);
  const version = properties.get("version");
  if (version !== undefined) {
    throw new ConfigError("conflict", `cannot use "version" here, expected it at the end of the file's name`, {
      key: "version",
      origin: version.origin,
    });
  }
  return properties;
}

function readRequired(file: string, readText: (file: string) => string | null): string {
  const text = readText(file);
  if (text !== null) return text;
  throw new ConfigError("unreadable", `cannot read the configuration "${file}", expected an existing file`);
}

function readTextFile(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new ConfigError("unreadable", `cannot read "${file}", expected a readable file`, { cause });
  }
}
