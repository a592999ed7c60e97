import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { SshSettings } from "../command-line/command-line.ts";
import { askSecret } from "./ask-secret.ts";
import { Credentials } from "./credentials.ts";
import type { Host } from "./host.ts";
import { isLocal, thisMachine } from "./is-local.ts";
import { KnownHosts } from "./known-hosts.ts";
import { LocalHost } from "./local-host.ts";
import type { parsePrivateKey, RemoteOptions } from "./remote-host.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/** The hosts of one command: each is connected to once, when it is first needed. */
export class HostPool implements AsyncDisposable {
  readonly #ssh: SshSettings;
  readonly #machine = thisMachine();
  readonly #hosts = new Map<string, Promise<Host>>();
  #remoteOptions: Promise<RemoteOptions> | null = null;

  constructor(ssh: SshSettings) {
    this.#ssh = ssh;
  }

  /** Whether a host is this machine. */
  isLocal(name: string): Promise<boolean> {
    return isLocal(name, this.#machine);
  }

  /** @throws ArcusToolError hostUnreachable, loginRefused: the same, at once, when asked again */
  get(name: string): Promise<Host> {
    const before = this.#hosts.get(name);
    if (before !== undefined) return before;
    const host = this.#open(name);
    this.#hosts.set(name, host);
    return host;
  }

  /** Closes all connections; answers to which hosts there were some. */
  async close(): Promise<readonly string[]> {
    const settled = await Promise.allSettled(this.#hosts.values());
    this.#hosts.clear();
    const open = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    await Promise.all(open.map((host) => host[Symbol.asyncDispose]()));
    return open.filter((host) => !host.isLocal).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open(name: string): Promise<Host> {
    if (await this.isLocal(name)) return new LocalHost(name);
    // Loaded when it is wanted: a cloud on one machine needs no SSH.
    const { parsePrivateKey, RemoteHost } = await import("./remote-host.ts");
    this.#remoteOptions ??= this.#prepare(parsePrivateKey);
    return RemoteHost.connect(name, await this.#remoteOptions);
  }

  async #prepare(parseKey: typeof parsePrivateKey): Promise<RemoteOptions> {
    const folder = join(homedir(), ".ssh");
    const credentials = new Credentials({
      user: this.#ssh.user ?? userInfo().username,
      folder,
      keyFile: this.#ssh.keyFile,
      agent: process.env["SSH_AUTH_SOCK"],
      ask: askSecret,
      parseKey,
    });
    const knownHosts = new KnownHosts(join(folder, "known_hosts"));
    return { port: this.#ssh.port, credentials, knownHosts, connectTimeoutMs: CONNECT_TIMEOUT_MS };
  }
}
