import { ArcusToolError } from "../arcus-tool-error.ts";
import { parseZkList, type ZkServer } from "./zk-list.ts";

/** What is to be done, one for each line of the usage. */
export type ArcusCommand =
  | { readonly name: "deploy" | "register" | "quicksetup"; readonly file: string }
  | { readonly name: "ping" | "unregister" | "list"; readonly serviceCode: string }
  /** `nodes`: only these, `ip:port`; none: all of the cloud. */
  | { readonly name: "start" | "stop"; readonly serviceCode: string; readonly nodes: readonly string[] }
  | { readonly name: "listall" | "zookeeper init" | "zookeeper start" | "zookeeper stop" | "zookeeper stat" };

/** A whole command line. */
export interface CommandLine {
  readonly zkServers: readonly ZkServer[];
  /** One JSON value instead of words; of `list`, `listall` and `zookeeper stat`. */
  readonly json: boolean;
  /** How long a server or a node may take to be there, ms. */
  readonly timeoutMs: number;
  readonly ssh: SshSettings;
  readonly command: ArcusCommand;
}

/** How to log in at other hosts. */
export interface SshSettings {
  /** Null: as here. */
  readonly user: string | null;
  readonly port: number;
  /** A private key beside those of ~/.ssh. */
  readonly keyFile: string | null;
}

/** Parsed, or what to print instead and the exit code. */
export type ParsedLine =
  | { readonly line: CommandLine }
  | { readonly usage: true; readonly exitCode: number }
  | { readonly problem: string };

const TIMEOUT_S_DEFAULT = 60;
const TIMEOUT_S_MAX = 3_600;
const JSON_COMMANDS: readonly string[] = ["list", "listall", "zookeeper stat"];
const OPTIONS_WITH_VALUE = ["zklist", "timeout", "ssh-user", "ssh-port", "ssh-key"] as const;
type OptionWithValue = (typeof OPTIONS_WITH_VALUE)[number];

interface Words {
  readonly values: Partial<Record<OptionWithValue, string>>;
  readonly json: boolean;
  readonly words: readonly string[];
}

/**
 * Reads the arguments of arcus.sh: options may stand anywhere, the last of a kind counts, and a wrong one is said in
 * upstream's words (naver/arcus scripts/arcus.sh).
 *
 * @throws ArcusToolError badArgument for values that cannot be
 */
export function parseCommandLine(args: readonly string[]): ParsedLine {
  const sorted = sortWords(args);
  if (!("words" in sorted)) return sorted;
  const command = commandOf(sorted.words);
  if (command === null) return { usage: true, exitCode: 1 };
  if (sorted.json && !JSON_COMMANDS.includes(command.name)) {
    return { problem: "--json: only list, listall and zookeeper stat answer in JSON." };
  }
  const { values } = sorted;
  const ssh = {
    user: values["ssh-user"] ?? null,
    port: numberOf("--ssh-port", values["ssh-port"], 22, 65_535),
    keyFile: values["ssh-key"] ?? null,
  };
  const timeoutMs = numberOf("--timeout", values.timeout, TIMEOUT_S_DEFAULT, TIMEOUT_S_MAX) * 1_000;
  return { line: { zkServers: parseZkList(values.zklist ?? ""), json: sorted.json, timeoutMs, ssh, command } };
}

function sortWords(args: readonly string[]): Words | ParsedLine {
  const values: Partial<Record<OptionWithValue, string>> = {};
  const words: string[] = [];
  let json = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === "-h" || word === "--help") return { usage: true, exitCode: 0 };
    const option = optionNamed(word);
    if (option !== undefined) {
      const value = args[++at];
      if (value === undefined || value.startsWith("-")) return { problem: `The ${word} option requires an argument.` };
      values[option] = value;
    } else if (word === "--json") {
      json = true;
    } else if (word.startsWith("-")) {
      return { problem: `${word}: unknown option.` };
    } else {
      words.push(word);
    }
  }
  return { values, json, words };
}

function optionNamed(word: string): OptionWithValue | undefined {
  if (word === "-z") return "zklist";
  return OPTIONS_WITH_VALUE.find((option) => word === `--${option}`);
}

/** Null for what the usage does not know. Words behind a whole command are ignored, as ever. */
function commandOf([first, second, third, ...more]: readonly string[]): ArcusCommand | null {
  switch (first) {
    case "deploy":
    case "quicksetup":
      return second === undefined ? null : { name: first, file: second };
    case "ping":
      return second === undefined ? null : { name: first, serviceCode: second };
    case "zookeeper":
      return second === "init" || second === "start" || second === "stop" || second === "stat"
        ? { name: `zookeeper ${second}` }
        : null;
    case "memcached":
      return memcachedCommandOf(second, third, more);
    default:
      return null;
  }
}

function memcachedCommandOf(
  verb: string | undefined,
  object: string | undefined,
  nodes: readonly string[],
): ArcusCommand | null {
  if (verb === "listall") return { name: verb };
  if (object === undefined) return null;
  switch (verb) {
    case "register":
      return { name: verb, file: object };
    case "start":
    case "stop":
      return { name: verb, serviceCode: object, nodes };
    case "unregister":
    case "list":
      return { name: verb, serviceCode: object };
    default:
      return null;
  }
}

function numberOf(option: string, text: string | undefined, otherwise: number, max: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw new ArcusToolError("badArgument", `Cannot use ${option} "${text}": it must be a number from 1 to ${max}`);
}
