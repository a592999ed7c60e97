import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { KitError } from "../kit-error.ts";
import { Holder } from "./holder.ts";
import { type HostPlan, TestHost } from "./test-host.ts";

const execute = promisify(execFile);
const COMMAND_TIMEOUT_MS = 20_000;

const FORWARD = "echo 1 >/proc/sys/net/ipv4/ip_forward";
/** The middle: forwards between its ports, and is kept as Holder says. Apart from its ports it knows no way anywhere. */
const MIDDLE = `${FORWARD}; echo $$; while read -r _; do :; done`;

/** No host may have it. */
const MIDDLE_ADDRESS = "10.0.0.254";

/** What to build. */
export interface NetworkOptions {
  /** Folders that hosts need although they may be on file systems of their own, such as the repository. */
  readonly shared?: readonly string[];
  /**
   * Whether this process stands in the middle and reaches every host by its address. It must have a network of its own
   * then, as under `unshare --net`: nobody's machine becomes a router.
   */
  readonly isMiddleHere?: boolean;
}

/**
 * Several machines and what connects them, made of Linux namespaces: nothing of it reaches or is reached from outside,
 * and nothing is left when it is disposed of, or when this process dies. Needs root, iproute2 and util-linux.
 *
 * In the middle stands a namespace with one port a host. To the hosts it looks like a switch, for it answers for every
 * address, but it routes: so a rule in it can make packets from one host to another vanish without a word to either.
 */
export class TestNetwork implements AsyncDisposable {
  readonly hosts: readonly TestHost[];
  /** The process whose network the middle is. */
  readonly #middle: number;
  readonly #holders: readonly Holder[];
  readonly #cuts = new Set<string>();

  private constructor(middle: number, hosts: readonly TestHost[], holders: readonly Holder[]) {
    this.#middle = middle;
    this.hosts = hosts;
    this.#holders = holders;
  }

  /** Builds it; every host knows all names. @throws KitError "exited" where this machine does not allow it */
  static async create(plans: readonly HostPlan[], options: NetworkOptions = {}): Promise<TestNetwork> {
    const { shared = [], isMiddleHere = false } = options;
    await using making = new AsyncDisposableStack();
    const holders: Holder[] = [];
    let middle = process.pid;
    if (isMiddleHere) {
      await forwardHere();
    } else {
      holders.push(making.use(await Holder.start(["--net", "bash", "-c", MIDDLE])));
      middle = holders[0]!.pid;
    }
    const names = ["127.0.0.1 localhost", ...plans.map(({ name, address }) => `${address} ${name}`)].join("\n");
    const init = join(import.meta.dirname, "host-init.sh");
    const flags = ["--net", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child"];
    const hosts: TestHost[] = [];
    for (const plan of plans) {
      const holder = making.use(await Holder.start([...flags, init, plan.name, names, ...shared]));
      holders.push(holder);
      hosts.push(new TestHost(plan, holder));
    }
    const network = new TestNetwork(middle, hosts, holders);
    for (const at of hosts.keys()) await network.#connect(at);
    making.move();
    return network;
  }

  /** Why no test network can be made on this machine, or null when it can: found out by making one. */
  static async missing(): Promise<string | null> {
    if (process.getuid?.() !== 0) return "network namespaces with hosts need root";
    try {
      await using _network = await TestNetwork.create([{ name: "probe", address: "10.0.0.1" }]);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The host of that name. @throws RangeError when there is none */
  host(name: string): TestHost {
    return this.hosts[this.#indexOf(name)]!;
  }

  /** From now on nothing that `from` sends reaches `to`; the other direction is a cut of its own. */
  async cut(from: string, to: string): Promise<void> {
    const rule = `from ${this.host(from).address} to ${this.host(to).address}`;
    if (this.#cuts.has(rule)) return;
    this.#cuts.add(rule);
    await this.#ip(`rule add ${rule} blackhole`);
  }

  /** Cuts every way between the hosts of a group and the others, as when a switch fails. */
  async part(group: readonly string[]): Promise<void> {
    for (const { name } of this.hosts) {
      if (group.includes(name)) continue;
      for (const member of group) {
        await this.cut(member, name);
        await this.cut(name, member);
      }
    }
  }

  /** Undoes all cuts and plugs every cable in. */
  async heal(): Promise<void> {
    for (const rule of this.#cuts) await this.#ip(`rule del ${rule} blackhole`);
    this.#cuts.clear();
    for (const { name } of this.hosts) await this.plug(name);
  }

  /** Pulls the host's cable out: its card has no carrier. */
  async unplug(name: string): Promise<void> {
    await this.#ip(`link set ${portOf(this.#indexOf(name))} down`);
  }

  /** Plugs the host's cable in. */
  async plug(name: string): Promise<void> {
    const at = this.#indexOf(name);
    await this.#ip(`link set ${portOf(at)} up`);
    // Linux forgets the routes of a port that goes down.
    await this.#ip(`route replace ${this.hosts[at]!.address}/32 dev ${portOf(at)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#holders.map((holder) => holder[Symbol.asyncDispose]()));
  }

  async #connect(at: number): Promise<void> {
    const { address, name, networkNamespace } = this.hosts[at]!;
    const port = portOf(at);
    await this.#ip(`link add ${port} type veth peer name eth0 netns ${networkNamespace}`);
    // Answers for all addresses, and at once; its own it needs to ask for those of the hosts.
    await this.#inMiddle(
      `echo 1 >/proc/sys/net/ipv4/conf/${port}/proxy_arp; echo 0 >/proc/sys/net/ipv4/neigh/${port}/proxy_delay`,
    );
    await this.#ip(`address add ${MIDDLE_ADDRESS}/32 dev ${port}`);
    await this.plug(name);
    await runIn(networkNamespace, `ip address add ${address}/24 dev eth0 && ip link set eth0 up`);
  }

  #indexOf(name: string): number {
    const at = this.hosts.findIndex((host) => host.name === name);
    if (at < 0) throw new RangeError(`Cannot find the host "${name}": it must be one of the network's`);
    return at;
  }

  #ip(words: string): Promise<void> {
    return this.#inMiddle(`ip ${words}`);
  }

  #inMiddle(line: string): Promise<void> {
    return runIn(this.#middle, line);
  }
}

const portOf = (at: number): string => `port${at + 1}`;

/** Makes this process's network the middle. @throws KitError "exited" if it has a card: that would be a machine's */
async function forwardHere(): Promise<void> {
  await runIn(process.pid, `[ "$(ip -o link | grep -vc ' lo:')" = 0 ] && ip link set lo up && ${FORWARD}`);
}

/** Runs a shell's line in the network namespace of a process. */
async function runIn(pid: number, line: string): Promise<void> {
  try {
    await execute("nsenter", [`--target=${pid}`, "--net", "sh", "-ec", line], {
      cwd: "/",
      timeout: COMMAND_TIMEOUT_MS,
    });
  } catch (cause) {
    throw new KitError("exited", `Cannot run "${line}" in a test network: it must succeed`, { cause });
  }
}
