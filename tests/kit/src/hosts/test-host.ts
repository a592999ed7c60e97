import type { Holder } from "./holder.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A host to make: how it is called, and its address in 10.0.0.0/24. */
export interface HostPlan {
  readonly name: string;
  readonly address: string;
}

/** A program and its arguments, for `spawn`. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** Who runs a command on a host: root unless given, with the environment of a fresh login. */
export interface HostCommandOptions {
  readonly user?: string;
}

/**
 * One machine of a test network: a host name, a network card, processes and files of its own. It has this machine's
 * programs; what is written on it stays in memory and goes with it.
 */
export class TestHost {
  readonly name: string;
  readonly address: string;
  readonly #holder: Holder;

  constructor({ name, address }: HostPlan, holder: Holder) {
    this.name = name;
    this.address = address;
    this.#holder = holder;
  }

  /**
   * The command that runs a line on this host, as a shell reads it after a login. What it leaves running in the
   * background ends with the host. Its process is `nsenter`, which has the exit code of the line, but passes no signal on.
   */
  shell(line: string, { user = "root" }: HostCommandOptions = {}): HostCommand {
    // Not a login of root's: that would read the profile of this machine's administrator.
    const login =
      user === "root"
        ? ["HOME=/root", "USER=root", "LOGNAME=root", "sh", "-c", line]
        : ["runuser", "--login", user, "--session-command", line];
    const inside = this.#enter("--pid", "--mount", "--uts", "--ipc");
    return { file: "nsenter", args: [...inside, "env", "--chdir=/", "--ignore-environment", `PATH=${PATH}`, ...login] };
  }

  /**
   * The command that runs a program with this host's network and name, but among the processes and files of this
   * machine: its process is the program itself, so that signals reach it.
   */
  networkOnly(file: string, args: readonly string[]): HostCommand {
    return { file: "nsenter", args: [...this.#enter("--uts"), file, ...args] };
  }

  /** A process in this host's network namespace, by this machine's count; for `ip link … netns` and `nsenter --target`. */
  get networkNamespace(): number {
    return this.#holder.pid;
  }

  #enter(...namespaces: readonly string[]): string[] {
    return [`--target=${this.#holder.pid}`, "--net", ...namespaces];
  }
}
