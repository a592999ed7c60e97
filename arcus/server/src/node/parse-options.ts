import { basename } from "node:path";
import { ArcusServerError } from "../server-error.ts";
import { readCommandLine } from "./command-line.ts";
import { collectionSizesOf, readEngineConfig } from "./engine-config.ts";
import { ANY_PORT, DEFAULT_NODE_OPTIONS, type NodeOptions } from "./node-options.ts";
import { numberIn } from "./option-values.ts";

/** What a command line asks for. */
export type Wanted =
  | { readonly kind: "help" }
  | { readonly kind: "license" }
  | {
      readonly kind: "run";
      readonly options: NodeOptions;
      /** Sentences about what was asked for and does not happen. */
      readonly warnings: readonly string[];
    };

/** From where options may take more than their words. */
export interface OptionSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

const PORT_MAX = 65_535;
const MEGABYTES_MAX = 16 * 1024 * 1024;
const MIB = 1024 * 1024;
/** Connections that a node needs for itself. */
const OWN_CONNECTIONS = 2;

type Options = Partial<NodeOptions>;
type Setter = (value: string, before: NodeOptions) => Options;

const ignored: Setter = () => ({});

const WITH_VALUE: Readonly<Record<string, Setter>> = {
  p: (value) => ({ port: port("-p", value) }),
  U: (value) => ({ udpPort: port("-U", value) }),
  s: (value) => ({ unixSocketPath: value }),
  a: (value) => ({ unixSocketMode: octal(value) }),
  l: (value) => ({ listenAddress: value }),
  b: (value) => ({ backlog: numberIn("-b", value, 1, PORT_MAX) }),
  c: (value) => ({ connectionsMax: numberIn("-c", value, OWN_CONNECTIONS + 1, 1_000_000) }),
  u: (value) => ({ user: value }),
  P: (value) => ({ pidFile: value }),
  m: (value) => ({ memoryLimitBytes: numberIn("-m", value, 1, MEGABYTES_MAX) * MIB }),
  g: (value) => ({ stickyLimitBytes: numberIn("-g", value, 1, MEGABYTES_MAX) * MIB }),
  f: (value) => ({ growthFactor: growthFactor(value) }),
  n: (value) => ({ chunkSize: numberIn("-n", value, 1, MIB) }),
  I: (value) => ({ itemSizeMax: numberIn("-I", value, 20 * 1024, 128 * MIB) }),
  D: (value) => ({ prefixDelimiter: value.slice(0, 1), detailEnabled: true }),
  t: (value) => ({ threads: numberIn("-t", value, 1, 1024) }),
  R: (value) => ({ requestsPerEventMax: numberIn("-R", value, 1, 1_000_000) }),
  B: (value) => ({ protocol: protocol(value) }),
  X: (value, { extensions }) => ({ extensions: [...extensions, moduleName(value)] }),
  z: (value) => ({ ensemble: value }),
  o: (value) => ({ sessionTimeoutSeconds: numberIn("-o", value, 0, Number.MAX_SAFE_INTEGER) }),
  E: ignored,
  O: ignored,
  x: () => {
    throw new ArcusServerError("unsupported", "Cannot use -x: a cache node joins its cloud under its own address only");
  },
};

const WITHOUT_VALUE: Readonly<Record<string, Setter>> = {
  d: () => ({ isDaemon: true }),
  r: ignored,
  M: () => ({ evicts: false }),
  C: () => ({ usesCas: false }),
  q: () => ({ detailAllowed: false }),
  v: (_, { verbosity }) => ({ verbosity: Math.min(verbosity + 1, 3) }),
  k: ignored,
  L: ignored,
  S: () => {
    throw new ArcusServerError("unsupported", "Cannot use -S: this server does not ask clients who they are");
  },
};

/** What does not happen although it was asked for. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  k: "-k has no effect: memory is not locked",
  L: "-L has no effect: the system chooses the size of memory pages",
  O: "-O has no effect: there is no tap",
};

/**
 * Reads the arguments of `memcached`, as arcus-memcached takes them.
 *
 * @throws ArcusServerError badOption, badOptionValue or unsupported
 */
export function parseOptions(words: readonly string[], sources: OptionSources): Wanted {
  const valued = `${Object.keys(WITH_VALUE).join("")}e`;
  const line = readCommandLine(words, valued, `${Object.keys(WITHOUT_VALUE).join("")}hi`);
  let options: NodeOptions = { ...DEFAULT_NODE_OPTIONS, ...environmentOptions(sources.environment) };
  const warnings = new Set<string>();
  let engineConfig = "";
  let isPortGiven = false;
  for (const { letter, value } of line.options) {
    if (letter === "h") return { kind: "help" };
    if (letter === "i") return { kind: "license" };
    if (letter === "e") {
      engineConfig += `;${value}`;
      continue;
    }
    if (letter === "p") isPortGiven = true;
    const set = WITH_VALUE[letter] ?? WITHOUT_VALUE[letter]!;
    options = { ...options, ...set(value, options) };
    const warning = WITHOUT_EFFECT[letter];
    if (warning !== undefined) warnings.add(warning);
  }
  if (line.problem !== null) throw new ArcusServerError("badOption", `Cannot read the options: ${line.problem}`);
  // The options of -e win over all others, wherever they stand.
  options = { ...options, ...readEngineConfig(engineConfig, sources.readFile) };
  if (options.udpPort !== 0 && !isPortGiven) options = { ...options, port: options.udpPort };
  if (options.stickyLimitBytes > options.memoryLimitBytes) {
    throw new ArcusServerError("badOptionValue", "Cannot use -g: sticky items may not have more memory than -m gives");
  }
  return { kind: "run", options, warnings: [...warnings, ...missing(options)] };
}

function missing({ udpPort, protocol: spoken, itemSizeMax }: NodeOptions): string[] {
  const warnings: string[] = [];
  if (udpPort !== 0) warnings.push(`-U ${udpPort} has no effect: UDP is not served, only TCP`);
  if (spoken === "binary") {
    warnings.push("-B binary: only the ASCII protocol is served, so every connection is closed at its first byte");
  }
  if (itemSizeMax > MIB) warnings.push("-I above 1m: large items make fewer of them fit, and memory is used worse");
  return warnings;
}

function environmentOptions(environment: OptionSources["environment"]): Options {
  const topKeys = Number.parseInt(environment["MEMCACHED_TOP_KEYS"] ?? "0", 10);
  return {
    ...collectionSizesOf(environment),
    topKeys: topKeys > 0 ? topKeys : 0,
    portFile: environment["MEMCACHED_PORT_FILENAME"] ?? null,
    metricsAddress: metricsAddress(environment["ARCUS_METRICS_ADDRESS"]),
  };
}

/** `[host:]port`, on loopback without a host. */
function metricsAddress(text: string | undefined): NodeOptions["metricsAddress"] {
  if (text === undefined || text === "") return null;
  const colon = text.lastIndexOf(":");
  const port = numberIn("the port of ARCUS_METRICS_ADDRESS", text.slice(colon + 1), 0, PORT_MAX);
  return { host: colon < 0 ? "127.0.0.1" : text.slice(0, colon), port };
}

function port(name: string, text: string): number {
  return text === "-1" ? ANY_PORT : numberIn(name, text, 0, PORT_MAX);
}

function octal(text: string): number {
  if (/^[0-7]{1,5}$/.test(text)) return Number.parseInt(text, 8);
  throw new ArcusServerError("badOptionValue", `Cannot set -a to "${text}": wanted is an octal mask such as 0700`);
}

function growthFactor(text: string): number {
  const factor = Number(text);
  if (factor > 1 && Number.isFinite(factor)) return factor;
  throw new ArcusServerError("badOptionValue", `Cannot set -f to "${text}": wanted is a number above 1`);
}

function protocol(text: string): NodeOptions["protocol"] {
  if (text === "auto" || text === "ascii" || text === "binary") return text;
  throw new ArcusServerError("unsupported", `Cannot set -B to "${text}": wanted is auto, ascii or binary`);
}

/** `/opt/arcus/lib/ascii_scrub.so,config` → `ascii_scrub` */
function moduleName(text: string): string {
  return basename(text.split(",", 1)[0]!, ".so");
}
