import { silentLogger } from "@branta/foundation-observe";
import { ManualClock, SeededRandom, SimulatedDisk, SimulatedNetwork } from "@branta/foundation-runtime";
import { NO_NODE, snapshotPieces } from "@branta/zookeeper-engine";
import { OPEN_ACL, OpCode } from "@branta/zookeeper-protocol";

import { parseServerConfig } from "../config/parse-server-config.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { LeaderCore } from "../ensemble/leader-core.ts";
import { Replica } from "../ensemble/replica.ts";
import { exampleView } from "../operator/example-view.ts";
import { SnapshotStore } from "../storage/index.ts";

/** Simulated milliseconds that anything may take. */
const LIMIT_MS = 60_000;

/** In whose name nodes are created; it outlives every test. */
const SESSION_ID = 0x77n;
const SESSION_MS = 1_000_000_000;

export interface SimulatedReplicasOptions {
  readonly count?: number;
  /** Of zoo.cfg, besides members and folder. */
  readonly lines?: readonly string[];
  /** How long things are on their way: at least, at most. */
  readonly delaysMs?: readonly [min: number, max: number];
}

interface Host {
  readonly name: string;
  readonly config: ServerConfig;
  disk: SimulatedDisk;
  /** Null while it is down. */
  replica: Replica | null;
}

/** An ensemble without clients: real replicas, on disks and a network in memory, in time that the test moves on. */
export class SimulatedReplicas {
  readonly clock = new ManualClock(1_800_000_000_000);
  readonly network: SimulatedNetwork;
  readonly fatal: Error[] = [];
  readonly #random: SeededRandom;
  readonly #hosts: Host[];

  private constructor(seed: number | string, { count = 3, lines = [], delaysMs = [0.1, 1] }: SimulatedReplicasOptions) {
    this.#random = new SeededRandom(seed);
    const [minDelayMs, maxDelayMs] = delaysMs;
    const random = this.#random.fork("network");
    this.network = new SimulatedNetwork({ clock: this.clock, random, minDelayMs, maxDelayMs });
    const ids = Array.from({ length: count }, (_, at) => at + 1);
    const members = ids.map((id) => `server.${id}=s${id}:2888:3888`);
    const base = ["dataDir=/data", "clientPort=0", "tickTime=500", "initLimit=10", "syncLimit=5"];
    this.#hosts = ids.map((id) => ({
      name: `s${id}`,
      config: parseServerConfig({
        text: [...base, ...members, ...lines].join("\n"),
        readText: (file) => (file.endsWith("myid") ? String(id) : null),
      }),
      disk: this.#newDisk(id),
      replica: null,
    }));
  }

  /** Starts all servers. */
  static async start(seed: number | string, options: SimulatedReplicasOptions = {}): Promise<SimulatedReplicas> {
    const replicas = new SimulatedReplicas(seed, options);
    for (let id = 1; id <= replicas.#hosts.length; id++) await replicas.boot(id);
    return replicas;
  }

  get running(): Replica[] {
    return this.#hosts.flatMap(({ replica }) => replica ?? []);
  }

  replica(id: number): Replica {
    const { replica, name } = this.#host(id);
    if (replica === null) throw new Error(`${name} is down`);
    return replica;
  }

  disk(id: number): SimulatedDisk {
    return this.#host(id).disk;
  }

  /** Starts a server on what its disk has. @param changes of its configuration */
  async boot(id: number, changes: Partial<ServerConfig> = {}): Promise<void> {
    const host = this.#host(id);
    const disk = host.disk;
    const network = this.network.host(host.name);
    this.network.switchOn(host.name);
    const replica = await Replica.open({
      config: { ...host.config, ...changes },
      logger: silentLogger,
      disk,
      clock: this.clock,
      random: this.#random.fork(`replica ${id}`),
      network,
      connections: () => [],
      onConnectionClosed() {},
      view: () => exampleView(),
      onFatal: (error) => {
        // Of one that has lost its power nobody hears.
        if (host.replica === replica) this.fatal.push(error);
      },
    });
    host.replica = replica;
    await replica.start();
  }

  /** The server's power fails; what was not synced is lost as disks lose it. */
  crash(id: number): void {
    const host = this.#host(id);
    const { replica } = host;
    host.replica = null;
    this.network.switchOff(host.name);
    host.disk.crash();
    replica?.[Symbol.asyncDispose]().catch(() => undefined);
  }

  /** The server gets a new disk. It must be down. */
  wipe(id: number): void {
    this.#host(id).disk = this.#newDisk(id);
  }

  /**
   * Gives a server that is down a snapshot of the leader's tree that calls itself older than it is.
   * @param change what becomes of the data of the node "/first"
   */
  async snapshot(id: number, zxid: number, change: (data: Buffer | null) => Buffer | null): Promise<void> {
    const { tree } = this.replica(this.leader!).core;
    const pieces = snapshotPieces(tree, { digestEnabled: true, lastProcessedZxid: true });
    const store = new SnapshotStore({ disk: this.disk(id), directory: "/data/version-2" });
    const nodes = [...pieces.nodes()].map((node) =>
      node.path === "/first" ? { ...node, data: change(node.data) } : node,
    );
    await store.write(zxid, { ...pieces, nodes: () => nodes });
  }

  /** The id of the server that leads and serves, null if there is none or more than one claims to. */
  get leader(): number | null {
    const leaders = this.#hosts.filter(({ replica }) => replica?.core instanceof LeaderCore && replica.core.isServing);
    return leaders.length === 1 ? leaders[0]!.config.serverId : null;
  }

  /** Lets this leader create a node, and answers without waiting for it. */
  propose(id: number, path: string, data = Buffer.from(path)): void {
    const { core } = this.replica(id);
    if (!(core instanceof LeaderCore)) throw new Error(`server ${id} must lead to create "${path}"`);
    const request = { type: OpCode.create, path, data, acl: [...OPEN_ACL], flags: 0 } as const;
    const session = core.sessions.track(SESSION_ID, SESSION_MS, this.clock.nowMs());
    core.pipeline.submitRemote(request, { sessionId: SESSION_ID, session, cxid: 0, authInfo: [] });
  }

  /** Creates a node through whoever leads, and waits until every server that runs and serves shows it. */
  async create(path: string): Promise<void> {
    await this.until(() => this.leader !== null);
    this.propose(this.leader!, path);
    await this.until(() => this.running.every((replica) => !replica.core.isServing || has(replica, path)));
  }

  /** Waits until all servers that run serve, with the same history and the same tree. */
  async agree(): Promise<void> {
    await this.until(() => {
      const states = this.running.map(({ core }) => `${core.isServing} ${core.tree.lastProcessedZxid}`);
      return this.leader !== null && new Set(states).size === 1 && states[0]!.startsWith("true");
    });
    const digests = new Set(this.running.map(({ core }) => core.tree.znodes.digest.toBigInt()));
    if (digests.size > 1) throw new Error(`the trees differ: ${[...digests].join(", ")}`);
    const alarms = this.running.map(({ metrics }) => metrics.digestMismatchesCount.value);
    if (alarms.some((count) => count > 0)) throw new Error(`digests were not as foretold: ${alarms.join(", ")}`);
  }

  /** Moves the time on until it is so. */
  async until(isSo: () => boolean): Promise<void> {
    for (const endMs = this.clock.nowMs() + LIMIT_MS; !isSo();) {
      if (this.fatal.length > 0) throw this.fatal[0]!;
      if (this.clock.nowMs() > endMs) throw new Error(`it did not come true within ${LIMIT_MS} ms: ${isSo.toString()}`);
      await this.pass(1);
    }
  }

  /** Lets time pass. */
  async pass(elapsedMs: number): Promise<void> {
    for (let leftMs = elapsedMs; leftMs > 0; leftMs--) {
      // Everything that is under way in memory and on the disks comes first.
      await new Promise((resolve) => void setImmediate(resolve));
      this.clock.advance(1);
    }
  }

  #newDisk(id: number): SimulatedDisk {
    return new SimulatedDisk({ random: this.#random.fork(`disk ${id}`) });
  }

  #host(id: number): Host {
    const host = this.#hosts[id - 1];
    if (host === undefined) throw new Error(`there is no server ${id}`);
    return host;
  }
}

/** Whether a server shows a node. */
export function has({ core }: Replica, path: string): boolean {
  return core.tree.znodes.find(path) !== NO_NODE;
}
