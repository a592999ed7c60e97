import { serverMappingPath } from "@branta/arcus-protocol";
import { freePorts, ServerProcess } from "@branta/tests-kit";
import { ZooKeeper } from "@branta/zookeeper-client";
import { CacheNodeProcess } from "./cache-node-process.ts";

const CACHE_LIST = "/arcus/cache_list";
/** Short, so that the death of a node is soon known: sessions end after two to twenty ticks. */
const TICK_MS = 200;
const SESSION_TIMEOUT_MS_MAX = 4_000;

/**
 * A cloud of real processes on loopback: one ZooKeeper server and cache nodes that join it. The nodes are Branta's, or whatever
 * the command ARCUS_MEMCACHED starts.
 */
export class CacheCloud implements AsyncDisposable {
  readonly serviceCode = "test";
  readonly server: ServerProcess;
  readonly zk: ZooKeeper;
  readonly nodes: readonly CacheNodeProcess[];

  private constructor(server: ServerProcess, zk: ZooKeeper, nodes: readonly CacheNodeProcess[]) {
    this.server = server;
    this.zk = zk;
    this.nodes = nodes;
  }

  /** Starts everything, and waits until all nodes have joined. */
  static async start(size: number): Promise<CacheCloud> {
    const config = { tickTime: TICK_MS, maxSessionTimeout: SESSION_TIMEOUT_MS_MAX, maxClientCnxns: 0 };
    const server = await ServerProcess.start({ kind: "branta", config });
    const ensemble = `127.0.0.1:${server.port}`;
    const zk = await ZooKeeper.connect(ensemble, { sessionTimeoutMs: SESSION_TIMEOUT_MS_MAX });
    const ports = await freePorts(size);
    const cloud = new CacheCloud(
      server,
      zk,
      ports.map((port) => new CacheNodeProcess(port, ensemble)),
    );
    try {
      await cloud.#register();
      for (const node of cloud.nodes) node.start();
      await cloud.joined(size);
      return cloud;
    } catch (error) {
      await cloud[Symbol.asyncDispose]();
      throw error;
    }
  }

  get ensemble(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  /** The node with an address `ip:port`. */
  node(address: string): CacheNodeProcess {
    const node = this.nodes.find((each) => each.address === address);
    if (node === undefined) throw new Error(`Cannot find the node "${address}" among those of the cloud`);
    return node;
  }

  /** Waits until so many nodes are in the cloud. @throws Error, if a process has ended meanwhile */
  async joined(count: number): Promise<void> {
    for (;;) {
      const { children } = await this.zk.children(`${CACHE_LIST}/${this.serviceCode}`);
      if (children.length === count) return;
      const dead = this.nodes.find((node) => node.hasEnded);
      if (dead !== undefined && children.length < count) {
        throw new Error(`Cannot wait for node "${dead.address}": its process has ended:\n${dead.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.zk.close();
    await this.server[Symbol.asyncDispose]();
  }

  async #register(): Promise<void> {
    for (const list of ["cache_list", "client_list"]) await this.zk.ensurePath(`/arcus/${list}/${this.serviceCode}`);
    for (const { address } of this.nodes) await this.zk.ensurePath(serverMappingPath(address, this.serviceCode));
  }
}
