import { SaslError } from "./sasl-error.ts";

/** One login module of a section. */
export interface JaasModule {
  /** Java class, such as `org.apache.zookeeper.server.auth.DigestLoginModule`. */
  readonly className: string;
  /** required, requisite, sufficient or optional */
  readonly flag: string;
  readonly options: ReadonlyMap<string, string>;
}

/** The sections of a JAAS login configuration by name, such as Server and Client. */
export type JaasConfig = ReadonlyMap<string, readonly JaasModule[]>;

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

const FLAGS = new Set(["required", "requisite", "sufficient", "optional"]);
const USER_PREFIX = "user_";

/**
 * Reads a JAAS login configuration: `Server { some.LoginModule required user_bob="secret"; };`
 *
 * @param file its name, for messages.
 * @throws SaslError "jaas" with file and line.
 */
export function parseJaas(text: string, file: string): JaasConfig {
  const tokens = new TokenStream(tokenize(text, file), file);
  const sections = new Map<string, JaasModule[]>();
  while (tokens.peek() !== undefined) {
    const name = tokens.word("a section's name");
    if (sections.has(name.text)) throw tokens.wrong(name, "a section of another name");
    tokens.symbol("{");
    const modules: JaasModule[] = [];
    while (!tokens.takeIf("}")) modules.push(parseModule(tokens));
    tokens.symbol(";");
    sections.set(name.text, modules);
  }
  return sections;
}

/** The passwords of a server's section by user; null when there is no such section. */
export function jaasServerCredentials(config: JaasConfig, section = "Server"): ReadonlyMap<string, string> | null {
  const modules = config.get(section);
  if (modules === undefined) return null;
  const credentials = new Map<string, string>();
  for (const { options } of modules) {
    for (const [key, value] of options)
      if (key.startsWith(USER_PREFIX)) credentials.set(key.slice(USER_PREFIX.length), value);
  }
  return credentials;
}

/** User and password of a client's section; null when there is no such section, or none with a user. */
export function jaasClientCredentials(
  config: JaasConfig,
  section = "Client",
): { user: string; password: string } | null {
  for (const { options } of config.get(section) ?? []) {
    const user = options.get("username");
    if (user !== undefined) return { user, password: options.get("password") ?? "" };
  }
  return null;
}

function parseModule(tokens: TokenStream): JaasModule {
  const className = tokens.word("a login module's class").text;
  const flag = tokens.word("required, requisite, sufficient or optional");
  if (!FLAGS.has(flag.text.toLowerCase())) throw tokens.wrong(flag, "required, requisite, sufficient or optional");
  const options = new Map<string, string>();
  while (!tokens.takeIf(";")) {
    const key = tokens.word("an option's name").text;
    tokens.symbol("=");
    options.set(key, tokens.word(`the value of ${key}`).text);
  }
  return { className, flag: flag.text.toLowerCase(), options };
}

class TokenStream {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  #at = 0;

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens;
    this.#file = file;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  word(wanted: string): Token {
    const token = this.peek();
    if (token === undefined || isSymbol(token)) throw this.wrong(token, wanted);
    this.#at++;
    return token;
  }

  symbol(wanted: string): void {
    if (!this.takeIf(wanted)) throw this.wrong(this.peek(), `"${wanted}"`);
  }

  takeIf(symbol: string): boolean {
    const token = this.peek();
    if (token === undefined || token.quoted || token.text !== symbol) return false;
    this.#at++;
    return true;
  }

  wrong(token: Token | undefined, wanted: string): SaslError {
    const found = token === undefined ? "the end of the file" : `"${token.text}"`;
    const line = (token ?? this.#tokens.at(-1))?.line ?? 1;
    return new SaslError("jaas", `Cannot read ${this.#file}:${line}: found ${found}, must be ${wanted}`);
  }
}

function isSymbol(token: Token): boolean {
  return !token.quoted && ["{", "}", ";", "="].includes(token.text);
}

/** Blanks and comments; then a quoted string, a symbol, or a run of anything else. The last alternative catches what is left open. */
const TOKEN =
  /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'|([{};=])|((?:[^\s{};="'/]|\/(?![/*]))+)|([\s\S])/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", a: "\x07", v: "\v" };

function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [whole, doubleQuoted, singleQuoted, symbol, word, open] = match;
    const quoted = doubleQuoted ?? singleQuoted;
    if (quoted !== undefined) tokens.push({ text: unescape(quoted), line, quoted: true });
    else if (symbol !== undefined || word !== undefined) tokens.push({ text: (symbol ?? word)!, line, quoted: false });
    else if (open !== undefined) {
      throw new SaslError("jaas", `Cannot read ${file}:${line}: what ${open} opens must be closed`);
    }
    for (const character of whole) if (character === "\n") line++;
  }
  return tokens;
}

function unescape(text: string): string {
  return text.replace(/\\([0-3]?[0-7]{1,2}|[\s\S])/g, (_, escape: string) =>
    /^[0-7]/.test(escape) ? String.fromCharCode(Number.parseInt(escape, 8)) : (ESCAPES[escape] ?? escape),
  );
}
