import { createHmac } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** What a file of known hosts says about the key that a host shows. */
export type Verdict = "known" | "unknown" | "changed" | "revoked";

const SSH_PORT = 22;

interface Entry {
  readonly marker: string | null;
  readonly pattern: string;
  readonly type: string;
  readonly key: string;
}

/**
 * OpenSSH's ~/.ssh/known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). A host that is not in it is taken at its word
 * and written into it; one whose key has changed is refused. That is OpenSSH's `StrictHostKeyChecking accept-new`.
 */
export class KnownHosts {
  readonly file: string;
  #entries: Entry[];

  constructor(file: string) {
    this.file = file;
    this.#entries = parseEntries(readOrEmpty(file));
  }

  /** What the file says. @param key as the host shows it, SSH's wire format */
  judge(host: string, port: number, key: Buffer): Verdict {
    const text = key.toString("base64");
    const entries = this.#of(host, port);
    const same = entries.filter((entry) => entry.key === text);
    if (same.some(({ marker }) => marker === "@revoked")) return "revoked";
    if (same.some(({ marker }) => marker === null)) return "known";
    return entries.some(({ marker }) => marker === null) ? "changed" : "unknown";
  }

  /** The types of key under which a host is known: others must not be asked for, since nothing vouches for them. */
  keyTypes(host: string, port: number): readonly string[] {
    const entries = this.#of(host, port).filter(({ marker }) => marker === null);
    return [...new Set(entries.map(({ type }) => type))];
  }

  /** Writes a host down. */
  add(host: string, port: number, key: Buffer): void {
    const type = key.toString("latin1", 4, 4 + key.readUInt32BE(0));
    const entry = { marker: null, pattern: nameIn(host, port), type, key: key.toString("base64") };
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const before = readOrEmpty(this.file);
    const separator = before === "" || before.endsWith("\n") ? "" : "\n";
    appendFileSync(this.file, `${separator}${entry.pattern} ${entry.type} ${entry.key}\n`, { mode: 0o600 });
    this.#entries.push(entry);
  }

  #of(host: string, port: number): Entry[] {
    const name = nameIn(host, port);
    return this.#entries.filter(({ pattern }) => matches(pattern, name));
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function parseEntries(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = line.trim().startsWith("@") ? words.shift()! : null;
    const [pattern, type, key] = words;
    if (pattern === undefined || pattern.startsWith("#") || type === undefined || key === undefined) return [];
    return [{ marker, pattern, type, key }];
  });
}

/** The name of a host in the file: with its port in brackets, unless it is SSH's own. */
function nameIn(host: string, port: number): string {
  return port === SSH_PORT ? host : `[${host}]:${port}`;
}

function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith("|1|")) {
    const [salt = "", hash] = patterns.slice(3).split("|");
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
  }
  const each = patterns.split(",");
  const denied = each.some((pattern) => pattern.startsWith("!") && matchesWildcards(pattern.slice(1), name));
  return !denied && each.some((pattern) => matchesWildcards(pattern, name));
}

function matchesWildcards(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i").test(name);
}
