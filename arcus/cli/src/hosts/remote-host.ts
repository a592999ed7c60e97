import ssh2, { type AuthMethod, type Client, type ClientChannel, type ParsedKey } from "ssh2";
import { ArcusToolError } from "../arcus-tool-error.ts";
import type { Credentials } from "./credentials.ts";
import type { Host, ScriptOptions, ScriptResult } from "./host.ts";
import type { KnownHosts } from "./known-hosts.ts";
import { quoted } from "./shell-words.ts";

/** How to reach a host. */
export interface RemoteOptions {
  readonly port: number;
  readonly credentials: Credentials;
  readonly knownHosts: KnownHosts;
  /** Until the host's key is checked; people may then take their time to find the password, ms. */
  readonly connectTimeoutMs: number;
}

/** A host that says nothing for three of these is gone. */
const KEEPALIVE_MS = 5_000;
/** How long output may come after a script's end: what it started may keep the channel for ever. */
const DRAIN_MS = 300;

/** Another machine, through SSH. */
export class RemoteHost implements Host {
  readonly name: string;
  readonly isLocal = false;
  readonly #client: Client;
  #failure: Error | null = null;

  private constructor(name: string, client: Client) {
    this.name = name;
    this.#client = client;
    client.on("error", (error: Error) => (this.#failure ??= error));
  }

  /** @throws ArcusToolError hostUnreachable, loginRefused */
  static async connect(name: string, options: RemoteOptions): Promise<RemoteHost> {
    const client = new ssh2.Client();
    const host = new RemoteHost(name, client);
    try {
      await new Promise<void>((resolve, reject) => {
        const { connectTimeoutMs } = options;
        const limit = setTimeout(() => {
          reject(
            new ArcusToolError(
              "hostUnreachable",
              `${name}: no SSH server answers within ${connectTimeoutMs / 1_000} s`,
            ),
          );
        }, connectTimeoutMs);
        client.once("handshake", () => clearTimeout(limit));
        client.once("ready", resolve);
        client.on("error", (error: Error & { readonly level?: string }) => {
          // An agent that cannot be asked is no reason not to try keys.
          if (error.level === "agent") return;
          clearTimeout(limit);
          reject(error);
        });
        client.once("close", () => {
          clearTimeout(limit);
          reject(new ArcusToolError("hostUnreachable", `${name}: the SSH server closed the connection`));
        });
        client.connect(connectConfig(name, options, reject));
      });
      return host;
    } catch (error) {
      client.destroy();
      throw error instanceof ArcusToolError ? error : unreachable(name, options, error);
    }
  }

  run(script: string, { timeoutMs, input = "" }: ScriptOptions): Promise<ScriptResult> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#broken());
      this.#client.exec(`/bin/sh -c ${quoted(script)}`, (error, channel) => {
        if (error !== undefined) return reject(this.#broken(error));
        const limit = setTimeout(() => {
          channel.close();
          reject(new ArcusToolError("outOfTime", `${this.name}: a command took longer than ${timeoutMs / 1_000} s`));
        }, timeoutMs);
        void ended(channel).then((result) => {
          clearTimeout(limit);
          if (result === null) reject(this.#broken());
          else resolve(result);
        });
        channel.on("error", () => {});
        if (typeof input === "string") channel.end(input);
        else input.pipe(channel);
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.end();
  }

  #broken(cause: Error | null = this.#failure): ArcusToolError {
    const reason = cause === null ? "" : `: ${cause.message}`;
    return new ArcusToolError("hostUnreachable", `${this.name}: the SSH connection broke${reason}`, { cause });
  }
}

/** Reads a private key: null if it is none, `locked` if it needs another passphrase, or one. */
export function parsePrivateKey(data: Buffer, passphrase?: string): ParsedKey | "locked" | null {
  const parsed = ssh2.utils.parseKey(data, passphrase);
  if (parsed instanceof Error) return /passphrase|decrypt|integrity/i.test(parsed.message) ? "locked" : null;
  const keys = "isPrivateKey" in parsed ? [parsed] : parsed;
  return keys.find((key) => key.isPrivateKey()) ?? null;
}

function connectConfig(host: string, options: RemoteOptions, fail: (error: ArcusToolError) => void) {
  const { port, credentials, knownHosts } = options;
  const methods = credentials.methods(host);
  const known = knownHosts.keyTypes(host, port);
  return {
    host,
    port,
    username: credentials.user,
    readyTimeout: 0,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
    ...(known.length === 0 ? {} : { algorithms: { serverHostKey: known.flatMap(signaturesOf) } }),
    hostVerifier: (key: Buffer): boolean => {
      const verdict = knownHosts.judge(host, port, key);
      if (verdict === "unknown") knownHosts.add(host, port, key);
      if (verdict === "changed" || verdict === "revoked") fail(notTheSame(host, verdict, knownHosts.file));
      return verdict === "known" || verdict === "unknown";
    },
    authHandler: (
      left: readonly string[] | null,
      _partial: boolean | null,
      next: (method: AuthMethod | false) => void,
    ) => {
      methods.next(left ?? []).then(
        ({ value }) => next(value ?? false),
        (error: unknown) => {
          if (error instanceof ArcusToolError) fail(error);
          next(false);
        },
      );
    },
  };
}

/** A key of type ssh-rsa signs in several ways. */
function signaturesOf(type: string): readonly string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];
}

function notTheSame(host: string, verdict: "changed" | "revoked", file: string): ArcusToolError {
  const why = verdict === "changed" ? "its key is not the one of" : "its key is revoked in";
  const advice = verdict === "changed" ? `; if the host was set up anew: ssh-keygen -R ${host}` : "";
  return new ArcusToolError("loginRefused", `${host}: not logging in, ${why} ${file}${advice}`);
}

function unreachable(host: string, { port, credentials }: RemoteOptions, cause: unknown): ArcusToolError {
  const { message, level } = cause as Error & { readonly level?: string };
  if (level === "client-authentication") {
    const who = `${credentials.user}@${host}`;
    const wanted = "wanted is a key that it takes, in ssh-agent or ~/.ssh, or a password at a terminal";
    return new ArcusToolError("loginRefused", `${host}: cannot log in as ${who}: ${wanted}`, { cause });
  }
  return new ArcusToolError(
    "hostUnreachable",
    `${host}: cannot connect to its SSH server at port ${port}: ${message}`,
    {
      cause,
    },
  );
}

/** What a command said; null: the connection broke before its end. */
function ended(channel: ClientChannel): Promise<ScriptResult | null> {
  const out: Buffer[] = [];
  const error: Buffer[] = [];
  channel.on("data", (chunk: Buffer) => out.push(chunk));
  channel.stderr.on("data", (chunk: Buffer) => error.push(chunk));
  return new Promise((resolve) => {
    let exit: { readonly code: number | null } | null = null;
    const settle = (): void => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve(exit === null ? null : { stdout: text(out), stderr: text(error), exitCode: exit.code });
    };
    channel.once("exit", (code: number | null) => {
      exit = { code };
      setTimeout(() => {
        settle();
        channel.close();
      }, DRAIN_MS).unref();
    });
    channel.once("close", settle);
  });
}
