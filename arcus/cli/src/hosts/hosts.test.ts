import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthMethod, ParsedKey } from "ssh2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Credentials, type CredentialSources } from "./credentials.ts";
import { isLocal, type Machine } from "./is-local.ts";
import { KnownHosts } from "./known-hosts.ts";
import { LocalHost } from "./local-host.ts";
import { commandText } from "./shell-words.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "branta-arcus-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("this machine", () => {
  const TIMEOUT = { timeoutMs: 20_000 };

  test("runs scripts, and gives them what they read", async () => {
    const host = new LocalHost("127.0.0.1");
    const words = commandText(["printf", "%s|", "a b", "it's", "$HOME"]);
    expect(await host.run(`${words}; cat; echo oh >&2; exit 3`, { ...TIMEOUT, input: "in" })).toEqual({
      stdout: "a b|it's|$HOME|in",
      stderr: "oh\n",
      exitCode: 3,
    });
  });

  test("waits for no program that a script leaves behind, and for no script longer than its limit", async () => {
    const host = new LocalHost("127.0.0.1");
    const left = await host.run("sleep 60 & echo $!", TIMEOUT);
    process.kill(Number(left.stdout), "SIGKILL");
    await expect(host.run("exec sleep 60", { timeoutMs: 50 })).rejects.toMatchObject({ code: "outOfTime" });
  });

  test("is known by its name and its addresses", async () => {
    const addresses: Record<string, string[]> = { "cache001.arcus": ["10.0.0.1"], here: ["127.0.1.1"] };
    const machine: Machine = {
      hostname: "here",
      addresses: ["127.0.0.1", "10.0.0.1"],
      lookup: async (name) => addresses[name] ?? Promise.reject(new Error("ENOTFOUND")),
    };
    for (const name of ["127.0.0.1", "localhost", "here", "10.0.0.1", "cache001.arcus"]) {
      expect(await isLocal(name, machine), name).toBe(true);
    }
    for (const name of ["10.0.0.2", "cache002.arcus"]) expect(await isLocal(name, machine), name).toBe(false);
  });
});

describe("known hosts", () => {
  const keyOf = (type: string, text: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(type.length);
    return Buffer.concat([length, Buffer.from(type + text)]);
  };
  const A = keyOf("ssh-ed25519", "a");
  const B = keyOf("ssh-ed25519", "b");

  test("a new host is written down; then its key is known, and another key is refused", () => {
    const file = join(folder, ".ssh", "known_hosts");
    const hosts = new KnownHosts(file);
    expect(hosts.judge("10.0.0.2", 22, A)).toBe("unknown");
    hosts.add("10.0.0.2", 22, A);
    hosts.add("10.0.0.2", 2_222, B);
    const lines = [
      `10.0.0.2 ssh-ed25519 ${A.toString("base64")}`,
      `[10.0.0.2]:2222 ssh-ed25519 ${B.toString("base64")}`,
    ];
    expect(readFileSync(file, "utf8")).toBe(`${lines.join("\n")}\n`);
    for (const each of [hosts, new KnownHosts(file)]) {
      expect(each.judge("10.0.0.2", 22, A)).toBe("known");
      expect(each.judge("10.0.0.2", 22, B)).toBe("changed");
      expect(each.judge("10.0.0.2", 2_222, B)).toBe("known");
      expect(each.keyTypes("10.0.0.2", 22)).toEqual(["ssh-ed25519"]);
    }
  });

  test("lists, wildcards, hashed names, comments and markers are read", () => {
    const salt = Buffer.from("01234567890123456789");
    const hash = createHmac("sha1", salt).update("secret.arcus").digest("base64");
    const key = A.toString("base64");
    const lines = [
      "# of last year",
      `cache00?.arcus,10.0.0.*,!10.0.0.9 ssh-ed25519 ${key} a comment`,
      `|1|${salt.toString("base64")}|${hash} ssh-ed25519 ${key}`,
      `@revoked 10.0.0.7 ssh-ed25519 ${key}`,
      `@cert-authority *.other ssh-ed25519 ${key}`,
    ];
    const file = join(folder, "known_hosts");
    writeFileSync(file, lines.join("\n"));
    const hosts = new KnownHosts(file);
    const judged = (name: string): string => hosts.judge(name, 22, A);
    expect(["cache001.arcus", "10.0.0.5", "secret.arcus"].map(judged)).toEqual(["known", "known", "known"]);
    expect(["10.0.0.9", "a.other", "10.0.0.7"].map(judged)).toEqual(["unknown", "unknown", "revoked"]);
    hosts.add("new", 22, B);
    expect(readFileSync(file, "utf8")).toBe(`${lines.join("\n")}\nnew ssh-ed25519 ${B.toString("base64")}\n`);
  });
});

describe("logging in", () => {
  const LEFT = ["publickey", "password"];
  const key = (type: string): ParsedKey => ({ type, isPrivateKey: () => true });
  let questions: string[];
  let answers: (string | null)[];
  const credentials = (more: Partial<CredentialSources> = {}): Credentials => {
    return new Credentials({
      user: "arcus",
      folder,
      keyFile: null,
      agent: undefined,
      ask: async (question) => {
        questions.push(question);
        return answers.shift() ?? null;
      },
      parseKey: (data, passphrase) => {
        const text = data.toString();
        return text.startsWith("locked") && passphrase !== "open" ? "locked" : key(text);
      },
      ...more,
    });
  };
  /** What is tried when nothing is taken. */
  const tried = async (of: Credentials, left: readonly string[] = LEFT): Promise<string[]> => {
    const methods = of.methods("10.0.0.2");
    const words: string[] = [];
    for (let next = await methods.next([]); next.value !== undefined; next = await methods.next(left)) {
      words.push(wordsOf(next.value));
    }
    return words;
  };
  const wordsOf = (method: AuthMethod): string => {
    if (method.type === "publickey") return method.key.type;
    return method.type === "password" ? method.password : method.type;
  };
  beforeEach(() => {
    questions = [];
    answers = [];
  });

  test("agent, keys, locked keys, then passwords until there is none", async () => {
    writeFileSync(join(folder, "id_ed25519"), "locked-ed25519");
    writeFileSync(join(folder, "id_rsa"), "rsa");
    writeFileSync(join(folder, "own"), "own");
    answers = ["open", "first", "second"];
    const of = credentials({ agent: "/run/agent", keyFile: join(folder, "own") });
    expect(await tried(of)).toEqual(["none", "agent", "own", "rsa", "locked-ed25519", "first", "second"]);
    expect(questions).toEqual([
      `Passphrase for the key ${join(folder, "id_ed25519")}: `,
      "Password for arcus@10.0.0.2: ",
      "Password for arcus@10.0.0.2: ",
      "Password for arcus@10.0.0.2: ",
    ]);
    // Another host: the passphrase is known, and the last password is tried unasked.
    answers = [];
    expect(await tried(of)).toEqual(["none", "agent", "own", "rsa", "locked-ed25519", "second"]);
    expect(questions).toHaveLength(5);
  });

  test("hosts that log in side by side ask once", async () => {
    answers = ["only"];
    const of = credentials();
    const all = await Promise.all([tried(of, ["keyboard-interactive"]), tried(of, ["keyboard-interactive"])]);
    expect(all).toEqual([
      ["none", "keyboard-interactive"],
      ["none", "keyboard-interactive"],
    ]);
  });

  test("a key that was named and is not there is said", async () => {
    await expect(tried(credentials({ keyFile: "/no/key" }))).rejects.toThrow('Cannot read the key "/no/key"');
  });
});
