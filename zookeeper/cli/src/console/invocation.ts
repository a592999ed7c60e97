/** What the words after `zkCli.sh` ask for. */
export interface Invocation {
  readonly server: string;
  readonly timeoutMs: number;
  readonly readOnly: boolean;
  readonly waitForConnection: boolean;
  /** A properties file with settings of the client. */
  readonly configurationFile: string | undefined;
  readonly json: boolean;
  /** Settings given as `-Dname=value`. */
  readonly properties: ReadonlyMap<string, string>;
  /** The one command to carry out; null for the prompt. */
  readonly command: readonly string[] | null;
}

const DEFAULT_SERVER = "localhost:2181";
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Reads the words after `zkCli.sh`. The first word without a hyphen begins the command; options that nobody knows are
 * passed over, as Apache's client does.
 *
 * @returns the invocation, or what is wrong with the words
 */
export function parseInvocation(words: readonly string[]): Invocation | { readonly problem: string } {
  const options = new Map<string, string>();
  const properties = new Map<string, string>();
  let command: readonly string[] | null = null;
  for (let at = 0; at < words.length && command === null; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      command = words.slice(at);
    } else if (word.startsWith("-D")) {
      const [name = "", ...value] = word.slice(2).split("=");
      properties.set(name, value.join("="));
    } else if (["-server", "-timeout", "-client-configuration"].includes(word)) {
      const value = words[++at];
      if (value === undefined) return { problem: `Error: no argument found for option ${word}` };
      options.set(word, value);
    } else {
      options.set(word, "");
    }
  }
  const timeout = options.get("-timeout");
  if (timeout !== undefined && !/^\d+$/.test(timeout)) {
    return { problem: `Cannot use -timeout "${timeout}": it must be a number of milliseconds` };
  }
  return {
    server: options.get("-server") ?? DEFAULT_SERVER,
    timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : Number(timeout),
    readOnly: options.has("-r"),
    waitForConnection: options.has("-waitforconnection"),
    configurationFile: options.get("-client-configuration"),
    json: options.has("--json") || options.has("-json"),
    properties,
    command,
  };
}
