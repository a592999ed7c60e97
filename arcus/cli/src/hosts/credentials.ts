import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthMethod, ParsedKey } from "ssh2";
import { ArcusToolError } from "../arcus-tool-error.ts";

/** Where credentials come from. */
export interface CredentialSources {
  readonly user: string;
  /** The user's ~/.ssh. */
  readonly folder: string;
  /** A key that was named on the command line. */
  readonly keyFile: string | null;
  /** SSH_AUTH_SOCK */
  readonly agent: string | undefined;
  readonly ask: (question: string) => Promise<string | null>;
  readonly parseKey: (data: Buffer, passphrase?: string) => ParsedKey | "locked" | null;
}

const KEY_FILES = ["id_ed25519", "id_ecdsa", "id_rsa"];
const PASSWORD_ATTEMPTS_MAX = 3;

/** What shows a host who its user is; the same for all hosts, so that nobody is asked twice. */
export class Credentials {
  readonly user: string;
  readonly #sources: CredentialSources;
  readonly #locked = new Map<string, Promise<ParsedKey | null>>();
  #password: string | null = null;
  /** One question at a time, though hosts log in side by side. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(sources: CredentialSources) {
    this.user = sources.user;
    this.#sources = sources;
  }

  /**
   * The ways to log in at a host, one after the other until one is taken: the agent, keys, keys behind a passphrase, a
   * password. `next(methodsLeft)` answers the next one.
   */
  async *methods(host: string): AsyncGenerator<AuthMethod, void, readonly string[]> {
    const username = this.user;
    // Only to learn what the server takes.
    let left = yield { type: "none", username };
    if (left.includes("publickey")) {
      const { agent } = this.#sources;
      if (agent !== undefined) left = yield { type: "agent", username, agent };
      for await (const key of this.#keys()) left = yield { type: "publickey", username, key };
    }
    const tried = new Set<string>();
    while (tried.size < PASSWORD_ATTEMPTS_MAX) {
      const isPassword = left.includes("password");
      if (!isPassword && !left.includes("keyboard-interactive")) return;
      const password = await this.#nextPassword(host, tried);
      if (password === null) return;
      tried.add(password);
      left = yield isPassword
        ? { type: "password", username, password }
        : {
            type: "keyboard-interactive",
            username,
            prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
          };
    }
  }

  async *#keys(): AsyncGenerator<ParsedKey, void, undefined> {
    const locked: { readonly file: string; readonly data: Buffer }[] = [];
    const { keyFile, folder } = this.#sources;
    const files = [...(keyFile === null ? [] : [keyFile]), ...KEY_FILES.map((name) => join(folder, name))];
    for (const file of files) {
      const data = readKeyFile(file, file === keyFile);
      const key = data === null ? null : this.#sources.parseKey(data);
      if (key === "locked") locked.push({ file, data: data! });
      else if (key !== null) yield key;
    }
    for (const { file, data } of locked) {
      const key = await this.#unlock(file, data);
      if (key !== null) yield key;
    }
  }

  #unlock(file: string, data: Buffer): Promise<ParsedKey | null> {
    const before = this.#locked.get(file);
    if (before !== undefined) return before;
    const key = this.#inTurn(async () => {
      const passphrase = await this.#sources.ask(`Passphrase for the key ${file}: `);
      if (passphrase === null || passphrase === "") return null;
      const parsed = this.#sources.parseKey(data, passphrase);
      return parsed === "locked" ? null : parsed;
    });
    this.#locked.set(file, key);
    return key;
  }

  /** The password that another host took, unless this one refused it; else a new one. */
  #nextPassword(host: string, tried: ReadonlySet<string>): Promise<string | null> {
    return this.#inTurn(async () => {
      if (this.#password !== null && !tried.has(this.#password)) return this.#password;
      const answer = await this.#sources.ask(`Password for ${this.user}@${host}: `);
      if (answer !== null) this.#password = answer;
      return answer;
    });
  }

  #inTurn<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#turn.then(question);
    this.#turn = answer.catch(() => {});
    return answer;
  }
}

function readKeyFile(file: string, isNamed: boolean): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!isNamed) return null;
    throw new ArcusToolError("badArgument", `Cannot read the key "${file}": ${String(error)}`, { cause: error });
  }
}
