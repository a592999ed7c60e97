import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type HostCommandOptions, type HostPlan, type TestHost, TestNetwork } from "@branta/tests-kit";
import { type CommandResult, runCommand } from "./run-command.ts";
import { Terminal } from "./terminal.ts";

export const REPOSITORY = resolve(import.meta.dirname, "../../..");
const CACHE = process.env["BRANTA_CACHE"] ?? join(homedir(), ".cache", "branta");
const SETUP = join(REPOSITORY, "tests", "walkthroughs", "setup.sh");

/** Where setup.sh leaves Debian's packages, and how it says that all are there. */
const PACKAGES = join(CACHE, "walkthrough-packages");
const FETCHED = join(CACHE, ".done", "walkthrough-packages");

/** What a host gets on its first day: the packages, homes for accounts and no account of the documents yet, this machine's Node, an SSH server. */
const FIRST_DAY = `set -e
for package in ${PACKAGES}/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory /; done
ldconfig
command -v nc >/dev/null || ln -s /bin/nc.openbsd /usr/local/bin/nc
if runuser -u nobody -- test -x '${process.execPath}'; then take="ln -sf"; else take=cp; fi
$take '${process.execPath}' /usr/local/bin/node
echo 'CREATE_HOME yes' >>/etc/login.defs
for account in zookeeper hadoop arcus; do userdel --force $account; groupdel $account; done >/dev/null 2>&1 || true
mkdir -p /run/sshd
id sshd >/dev/null 2>&1 || useradd --system --no-create-home --home-dir /run/sshd --shell /usr/sbin/nologin sshd
rm -f /etc/ssh/ssh_host_*
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
printf '%s\\n' 'UsePAM no' 'PasswordAuthentication yes' 'Subsystem sftp /usr/lib/openssh/sftp-server' >/etc/ssh/sshd_config
/usr/sbin/sshd`;

/**
 * Hosts with SSH servers, on which a document's commands run as on the machines that it was written on: as CentOS has
 * it, a new account has a home and bash.
 */
export class SshHosts implements AsyncDisposable {
  readonly network: TestNetwork;

  private constructor(network: TestNetwork) {
    this.network = network;
  }

  /**
   * Why the documents' hosts are not made in this run, or null. Where CI is set, what is not installed is: a machine
   * that refuses root or namespaces is a reason, a missing package is none.
   */
  static async missing(): Promise<string | null> {
    if (!process.env["WALKTHROUGH_HOSTS"]) return "they take a minute: tests/walkthroughs/ci.sh runs them";
    const missing = await TestNetwork.missing();
    if (missing !== null) return missing;
    if (existsSync(FETCHED) && readdirSync(PACKAGES).length > 0) return null;
    const setUp = spawnSync(SETUP, { encoding: "utf8" });
    if (setUp.status === 0) return null;
    if (process.env["CI"]) throw new Error(`Cannot set up test hosts with ${SETUP}: ${setUp.stderr}`);
    return `${SETUP} failed: ${setUp.stderr.trim()}`;
  }

  /** Makes hosts that have the files of some folders of this machine, at the same paths. */
  static async create(plans: readonly HostPlan[], folders: readonly string[] = []): Promise<SshHosts> {
    const shared = [REPOSITORY, CACHE, dirname(process.execPath), ...folders];
    const hosts = new SshHosts(await TestNetwork.create(plans, { shared }));
    try {
      await Promise.all(plans.map(({ name }) => hosts.on(name).done(FIRST_DAY)));
      return hosts;
    } catch (error) {
      await hosts[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Somebody at the keyboard of a host. */
  on(name: string, user = "root"): Operator {
    return new Operator(this.network.host(name), { user });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.network[Symbol.asyncDispose]();
  }
}

/** Somebody who is logged in on a host, in a folder. */
export class Operator {
  readonly #host: TestHost;
  readonly #who: HostCommandOptions;
  readonly #folder: string | null;

  constructor(host: TestHost, who: HostCommandOptions, folder: string | null = null) {
    this.#host = host;
    this.#who = who;
    this.#folder = folder;
  }

  /** The same in another folder, relative to the home. */
  in(folder: string): Operator {
    return new Operator(this.#host, this.#who, folder);
  }

  /** Runs a line to its end. */
  run(line: string, input = ""): Promise<CommandResult> {
    const { file, args } = this.#command(line);
    return runCommand(file, args, { cwd: "/", input });
  }

  /** Runs a line that has to succeed. @throws Error with all that it said, when it does not */
  async done(line: string, input = ""): Promise<CommandResult> {
    const result = await this.run(line, input);
    if (result.exitCode === 0) return result;
    const words = `${result.stdout}${result.stderr}`;
    throw new Error(`Cannot run "${line}" on ${this.#host.name}: exit code ${result.exitCode}, must be 0:\n${words}`);
  }

  /** Runs a line in a terminal, where it may ask. */
  terminal(line: string): Terminal {
    const { file, args } = this.#command(line);
    return Terminal.run([file, ...args].map(quoted).join(" "), "/");
  }

  #command(line: string) {
    return this.#host.shell(this.#folder === null ? line : `cd ${quoted(this.#folder)} && ${line}`, this.#who);
  }
}

/** A word as a shell reads it back. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
