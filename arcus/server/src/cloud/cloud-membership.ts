import { cacheListPath, KetamaRing, parseCacheNodeName } from "@branta/arcus-protocol";
import { isZooKeeperError, type SessionState, type ZooKeeper } from "@branta/zookeeper-client";
import { ExitCode } from "../node/exit-code.ts";
import type { NodeLog } from "../node/node-log.ts";
import { ArcusServerError } from "../server-error.ts";
import type { CloudControl } from "./cloud-control.ts";
import { noteActivity, openSession, showNode } from "./cloud-session.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LIBRARY_VERSION, SESSION_TIMEOUT_MS } from "./no-cloud.ts";
import { identifyNode, type NodeIdentity } from "./node-identity.ts";
import { findServiceCode } from "./service-code.ts";

/** What a node needs to belong to a cloud. */
export interface MembershipOptions {
  /** `host:port,host:port…` */
  readonly ensemble: string;
  /** -o, s; values out of range count as not given. */
  readonly sessionTimeoutSeconds: number | null;
  readonly memoryLimitBytes: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: NodeLog;
  /** Begins to remove keys that other nodes own. */
  readonly scrubStale: () => void;
  /** Ends the process: the cloud has gone on without this node, or it no longer serves. */
  readonly stop: (code: ExitCode) => void;
}

const SESSION_TIMEOUT_SECONDS_MIN = 10;
const SESSION_TIMEOUT_SECONDS_MAX = 2_000;
const RELOAD_RETRY_MS = 1_000;

/**
 * A node's place in its cloud: an ephemeral znode for clients to see, and the ring of all nodes. A lost connection is
 * waited out; without the session or the znode the node stops, or pauses until it is told to join again.
 */
export class CloudMembership implements CloudControl, AsyncDisposable {
  readonly isConfigured = true;
  readonly libraryVersion = LIBRARY_VERSION;
  readonly heartbeat: Heartbeat;
  failStops = true;
  readonly #options: MembershipOptions;
  readonly #log: NodeLog;
  #sessionTimeoutMs: number;
  #ensemble: string;
  #zk: ZooKeeper | null = null;
  #isPaused = false;
  #node: NodeIdentity | null = null;
  #serviceCode = "";
  #ring = KetamaRing.EMPTY;
  #scrubTimer: NodeJS.Timeout | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#ensemble = options.ensemble;
    this.heartbeat = new Heartbeat(options.log);
    const seconds = options.sessionTimeoutSeconds ?? 0;
    const isUsable = seconds >= SESSION_TIMEOUT_SECONDS_MIN && seconds <= SESSION_TIMEOUT_SECONDS_MAX;
    this.#sessionTimeoutMs = isUsable ? seconds * 1000 : SESSION_TIMEOUT_MS;
  }

  get sessionTimeoutMs(): number {
    return this.#sessionTimeoutMs;
  }

  get isConnected(): boolean {
    return this.#zk !== null;
  }

  get isReady(): boolean {
    return this.#zk !== null && this.#serviceCode !== "" && !this.#isPaused;
  }

  /** Whether this node owns a key. Before it has joined, it owns all. */
  owns(key: string | Uint8Array): boolean {
    return this.#node === null || this.#ring.size === 0 || this.#ring.owner(key) === this.#node.address;
  }

  /**
   * Enters the cloud that the node's address is registered for.
   *
   * @param port where clients reach the node
   * @throws ArcusServerError cannotNameNode or cannotJoin
   */
  async join(port: number): Promise<void> {
    const began = performance.now();
    this.heartbeat.start(port, () => {
      this.#log.warn("This node has not served for too long: shutting down");
      this.#options.stop(ExitCode.ok);
    });
    const hosts = this.#ensemble.split(",").map((server) => server.trim().replace(/:\d*$/, ""));
    this.#node = await identifyNode(hosts, port, this.#options.environment);
    const zk = await openSession(this.#ensemble, this.#sessionTimeoutMs, this.#log);
    try {
      this.#serviceCode = await findServiceCode(zk, this.#node);
      this.#log.warn(`Found the valid server mapping. service_code=${this.#serviceCode}`);
      await this.#enter(zk, "join");
    } catch (error) {
      await zk.close();
      if (!isZooKeeperError(error)) throw error;
      throw new ArcusServerError("cannotJoin", `Cannot join the cloud: ${error.message}`, { cause: error });
    }
    const tookUs = Math.round((performance.now() - began) * 1000);
    this.#log.info(`Memcached joined Arcus cache cloud for "${this.#serviceCode}" service (took ${tookUs} microsec)`);
  }

  ensemble(): string | null {
    return this.#zk === null ? null : this.#zk.servers.map((server) => `${server} `).join("");
  }

  setEnsemble(list: string): boolean {
    try {
      this.#zk?.updateServerList(list);
    } catch (error) {
      this.#log.warn(`Cannot change the ensemble to "${list}": ${String(error)}`);
      return false;
    }
    if (this.#zk === null) return false;
    this.#ensemble = list;
    this.#log.warn(`Changed the ensemble to "${list}"`);
    return true;
  }

  async rejoin(): Promise<boolean> {
    if (this.#zk !== null || this.#serviceCode === "") return false;
    let zk: ZooKeeper | null = null;
    try {
      zk = await openSession(this.#ensemble, this.#sessionTimeoutMs, this.#log);
      await this.#enter(zk, "rejoin");
      this.#log.info(`Memcached rejoined Arcus cache cloud for "${this.#serviceCode}" service`);
      return true;
    } catch (error) {
      this.#log.warn(`Cannot join again: ${String(error)}`);
      await zk?.close();
      return false;
    }
  }

  /** Leaves the cloud at once: clients go elsewhere. */
  async leave(): Promise<void> {
    this.heartbeat.stop();
    await this.#closeSession();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  get #cloudPath(): string {
    return cacheListPath(this.#serviceCode);
  }

  async #enter(zk: ZooKeeper, activity: "join" | "rejoin"): Promise<void> {
    const nodeName = this.#node!.name;
    const memoryMegabytes = Math.floor(this.#options.memoryLimitBytes / 1024 / 1024);
    this.#sessionTimeoutMs = zk.sessionTimeoutMs;
    await showNode(zk, { cloudPath: this.#cloudPath, nodeName, memoryMegabytes });
    this.#log.info(`Joined Arcus cloud at ${this.#cloudPath}/${nodeName}(ver=0)`);
    try {
      await noteActivity(zk, nodeName, activity, new Date());
    } catch (error) {
      this.#log.debug(`Left no note of the ${activity}: ${String(error)}`);
    }
    const { children } = await zk.children(this.#cloudPath);
    this.#ring = this.#ringOf(children);
    this.#zk = zk;
    this.#isPaused = false;
    const heed = (state: SessionState): void => {
      if (zk !== this.#zk) return;
      if (state === "suspended") this.#log.warn("ZOO_SESSION_EVENT Connecting.");
      else if (state === "expired") this.#lose("Expired", ExitCode.temporaryFailure);
      else if (state === "authFailed") this.#lose("Auth failed", ExitCode.noPermission);
    };
    zk.onState(heed);
    heed(zk.state);
    this.#log.warn(`Memcached is watching Arcus cache cloud for "${this.#cloudPath}"`);
    // Read once more, now with a watch: somebody may have come meanwhile.
    void this.#reload(zk);
  }

  /** The session is over, and with it the znode: clients have gone elsewhere, and what is here grows stale. */
  #lose(how: string, code: ExitCode): void {
    if (this.failStops || code === ExitCode.noPermission) {
      this.#log.warn(`ZOO_SESSION_EVENT ${how}. shutting down`);
      this.#options.stop(code);
    } else {
      this.#log.warn(`ZOO_SESSION_EVENT ${how}. pausing memcached (zk_failstop: off)`);
      this.#pause();
    }
  }

  #pause(): void {
    this.#isPaused = true;
    clearTimeout(this.#scrubTimer);
    void this.#closeSession();
    this.#log.warn("zk connection closed by mc_pause.");
  }

  async #closeSession(): Promise<void> {
    clearTimeout(this.#scrubTimer);
    const zk = this.#zk;
    this.#zk = null;
    await zk?.close();
  }

  /** Follows the list of nodes. Each call leaves the watch that makes the next. */
  async #reload(zk: ZooKeeper): Promise<void> {
    if (zk !== this.#zk) return;
    try {
      const { children } = await zk.children(this.#cloudPath, {
        watch: ({ type }) => {
          if (type !== "lost") void this.#reload(zk);
        },
      });
      if (zk === this.#zk) this.#follow(children);
    } catch (error) {
      if (zk !== this.#zk) return;
      this.#log.warn(`Cannot read ${this.#cloudPath}: ${String(error)}`);
      if (isZooKeeperError(error, "NoNode")) this.#nodeIsGone();
      else setTimeout(() => void this.#reload(zk), RELOAD_RETRY_MS).unref();
    }
  }

  #follow(children: readonly string[]): void {
    const before = new Set(this.#ring.names);
    this.#ring = this.#ringOf(children);
    this.#log.info(`update cluster config. (count=${children.length})`);
    for (const [at, child] of children.entries()) this.#log.info(`server[${at}] = ${child}`);
    if (!this.#ring.names.includes(this.#node!.address)) this.#nodeIsGone();
    else if (this.#ring.names.some((name) => !before.has(name))) this.#scrubLater();
  }

  #nodeIsGone(): void {
    this.#log.warn("My ephemeral znode in cache_list is deleted. Please check and rejoin.");
    this.#pause();
  }

  /** Clients take a while to learn of a new node; only then nobody asks here for the keys that are its now. */
  #scrubLater(): void {
    clearTimeout(this.#scrubTimer);
    this.#scrubTimer = setTimeout(() => this.#options.scrubStale(), this.#sessionTimeoutMs).unref();
  }

  #ringOf(children: readonly string[]): KetamaRing {
    const names: string[] = [];
    for (const child of children) {
      try {
        names.push(parseCacheNodeName(child).address);
      } catch (error) {
        this.#log.warn(`Left out of the ring: ${String(error)}`);
      }
    }
    return new KetamaRing(names);
  }
}
