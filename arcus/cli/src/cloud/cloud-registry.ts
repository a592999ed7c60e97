import {
  ARCUS_ROOT,
  CACHE_LIST,
  CACHE_SERVER_LOG,
  CACHE_SERVER_MAPPING,
  cacheListPath,
  CLIENT_LIST,
  clientListPath,
  formatServerMapping,
  serverMappingPath,
  serviceCodeOfMapping,
} from "@branta/arcus-protocol";
import { isZooKeeperError, type Transaction, ZooKeeper } from "@branta/zookeeper-client";
import { ArcusToolError } from "../arcus-tool-error.ts";
import { type ClusterConfig, parseClusterConfig } from "../configuration/cluster-config.ts";
import { pythonJson } from "../configuration/python-json.ts";
import { type CloudStatus, cloudStatus } from "./cloud-status.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const STRUCTURE = [ARCUS_ROOT, CACHE_LIST, CLIENT_LIST, CACHE_SERVER_MAPPING, CACHE_SERVER_LOG];

/** What a transaction changed, in its order. */
export interface Change {
  readonly what: "created" | "updated" | "deleted";
  readonly path: string;
}

/** Which nodes are registered: address → service code. */
type Mappings = ReadonlyMap<string, string>;

/** The clouds that an ensemble knows. */
export class CloudRegistry implements AsyncDisposable {
  readonly #zk: ZooKeeper;
  readonly #zkList: string;

  private constructor(zk: ZooKeeper, zkList: string) {
    this.#zk = zk;
    this.#zkList = zkList;
  }

  /** @throws ArcusToolError noZooKeeper, after ten seconds or `patienceMs`, whichever is less */
  static async connect(zkList: string, patienceMs: number): Promise<CloudRegistry> {
    const timeoutMs = Math.min(CONNECT_TIMEOUT_MS, patienceMs);
    const zk = ZooKeeper.open(zkList, { sessionTimeoutMs: 15_000, connectTimeoutMs: 3_000 });
    try {
      await zk.connected({ timeoutMs });
      return new CloudRegistry(zk, zkList);
    } catch (cause) {
      // Without a connection there is no session to wait for.
      void zk.close().catch(() => {});
      const advice = "are they started (zookeeper start), and is the list right (zklist, -z)?";
      const message = `No ZooKeeper server of ${zkList} takes a session within ${timeoutMs / 1_000} s: ${advice}`;
      throw new ArcusToolError("noZooKeeper", message, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#zk.close();
  }

  /** Makes the znodes below which clouds are registered, those that there are not yet, all or none. */
  async createStructure(): Promise<readonly Change[]> {
    const there = await Promise.all(STRUCTURE.map((path) => this.#zk.exists(path)));
    const missing = STRUCTURE.filter((_, at) => there[at] === null);
    let transaction: Transaction<readonly unknown[]> = this.#zk.transaction();
    for (const path of missing) transaction = transaction.create(path, "");
    if (missing.length > 0) await transaction.commit();
    return missing.map((path) => ({ what: "created", path }));
  }

  /** The children of /arcus. */
  async structure(): Promise<readonly string[]> {
    return (await this.#zk.children(ARCUS_ROOT)).children.map((child) => `${ARCUS_ROOT}/${child}`);
  }

  /**
   * Registers a cloud, or changes what is registered of it, in one transaction; before it, what {@link createStructure}
   * would make. Nodes that run go on.
   *
   * @param now `YYYY-MM-DD HH:MM:SS.ffffff`
   * @throws ArcusToolError conflict for an address of another cloud
   */
  async register(config: ClusterConfig, now: string): Promise<readonly Change[]> {
    const structure = await this.createStructure();
    const { serviceCode } = config;
    const mappings = await this.#mappings();
    this.#refuseTaken(config, mappings);
    const before = await this.#find(serviceCode);
    const source =
      before === null
        ? { ...config.source, created: now }
        : { ...config.source, created: before["created"] ?? null, modified: now };
    const changes: (Change & { readonly data?: string })[] = [
      { what: before === null ? "created" : "updated", path: cacheListPath(serviceCode), data: pythonJson(source) },
    ];
    if ((await this.#zk.exists(clientListPath(serviceCode))) === null) {
      changes.push({ what: "created", path: clientListPath(serviceCode), data: "" });
    }
    changes.push(...deletions(addressesOf(serviceCode, mappings), serviceCode));
    for (const node of config.nodes) {
      changes.push({ what: "created", path: serverMappingPath(node.address), data: formatServerMapping(node) });
      changes.push({ what: "created", path: serverMappingPath(node.address, serviceCode), data: "" });
    }
    await this.#commit(changes, `register "${serviceCode}"`);
    return [...structure, ...changes];
  }

  /** @throws ArcusToolError notRegistered, conflict while nodes run or clients are connected */
  async unregister(serviceCode: string): Promise<readonly Change[]> {
    await this.config(serviceCode);
    const nodes = (await this.#zk.children(cacheListPath(serviceCode))).children;
    if (nodes.length > 0) {
      const message = `Cannot unregister "${serviceCode}": ${nodes.length} of its nodes run (${nodes.join(", ")}); stop them first: memcached stop ${serviceCode}`;
      throw new ArcusToolError("conflict", message);
    }
    const clientList = clientListPath(serviceCode);
    const hasClientList = (await this.#zk.exists(clientList)) !== null;
    const clients = hasClientList ? (await this.#zk.children(clientList)).children : [];
    if (clients.length > 0) {
      const message = `Cannot unregister "${serviceCode}": ${clients.length} clients are connected (${clients.join(", ")}); end them first`;
      throw new ArcusToolError("conflict", message);
    }
    const changes: Change[] = [{ what: "deleted", path: cacheListPath(serviceCode) }];
    if (hasClientList) changes.push({ what: "deleted", path: clientList });
    changes.push(...deletions(addressesOf(serviceCode, await this.#mappings()), serviceCode));
    await this.#commit(changes, `unregister "${serviceCode}"`);
    return changes;
  }

  /** What is registered of a cloud. @throws ArcusToolError notRegistered, badConfiguration */
  async config(serviceCode: string): Promise<ClusterConfig> {
    const path = cacheListPath(serviceCode);
    const text = await this.#text(path);
    if (text !== null) return parseClusterConfig(text, path);
    const known = await this.#serviceCodes();
    const which = known.length === 0 ? "no cloud is" : `registered are ${known.map((code) => `"${code}"`).join(", ")}`;
    throw new ArcusToolError("notRegistered", `There is no cloud "${serviceCode}" at ${this.#zkList}: ${which}`);
  }

  /** How a cloud is. @throws ArcusToolError notRegistered */
  async status(serviceCode: string): Promise<CloudStatus> {
    const [status] = await this.#statusOf([serviceCode]);
    // Says that there is none, and which there are.
    if (status === undefined) await this.config(serviceCode);
    return status!;
  }

  /** How all clouds are. */
  async all(): Promise<readonly CloudStatus[]> {
    return this.#statusOf((await this.#serviceCodes()).toSorted());
  }

  /** The znodes of the nodes that are there, `ip:port-host`. */
  async present(serviceCode: string): Promise<readonly string[]> {
    return (await this.#zk.children(cacheListPath(serviceCode))).children;
  }

  async #statusOf(serviceCodes: readonly string[]): Promise<readonly CloudStatus[]> {
    const mappings = await this.#mappings();
    const found = await Promise.all(
      serviceCodes.map(async (serviceCode) => {
        const source = await this.#find(serviceCode);
        if (source === null) return [];
        const registered = addressesOf(serviceCode, mappings);
        const present = await this.present(serviceCode);
        const facts = {
          serviceCode,
          registered,
          present,
          created: textIn(source, "created"),
          modified: textIn(source, "modified"),
        };
        return [cloudStatus(facts)];
      }),
    );
    return found.flat();
  }

  #refuseTaken({ serviceCode, nodes }: ClusterConfig, mappings: Mappings): void {
    for (const { address } of nodes) {
      const owner = mappings.get(address);
      if (owner === undefined || owner === serviceCode) continue;
      throw new ArcusToolError("conflict", `Cannot register "${serviceCode}": ${address} is a node of "${owner}"`);
    }
  }

  async #serviceCodes(): Promise<readonly string[]> {
    if ((await this.#zk.exists(CACHE_LIST)) === null) return [];
    return (await this.#zk.children(CACHE_LIST)).children;
  }

  async #mappings(): Promise<Mappings> {
    if ((await this.#zk.exists(CACHE_SERVER_MAPPING)) === null) return new Map();
    const addresses = (await this.#zk.children(CACHE_SERVER_MAPPING)).children;
    const owners = await Promise.all(
      addresses.map(async (address) => (await this.#zk.children(serverMappingPath(address))).children[0]),
    );
    const pairs = addresses.map((address, at) => [address, owners[at]] as const);
    return new Map(
      pairs.flatMap(([address, owner]) => (owner === undefined ? [] : [[address, serviceCodeOfMapping(owner)]])),
    );
  }

  /** The members of a cloud's znode, whatever they are; null: there is none. */
  async #find(serviceCode: string): Promise<Readonly<Record<string, unknown>> | null> {
    const text = await this.#text(cacheListPath(serviceCode));
    if (text === null) return null;
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === "object" && value !== null ? { ...value } : {};
    } catch {
      // Other tools, and people, write here as well: the cloud is there all the same.
      return {};
    }
  }

  async #text(path: string): Promise<string | null> {
    try {
      return (await this.#zk.get(path)).data?.toString("utf8") ?? "";
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return null;
      throw error;
    }
  }

  async #commit(changes: readonly (Change & { readonly data?: string })[], attempt: string): Promise<void> {
    let transaction: Transaction<readonly unknown[]> = this.#zk.transaction();
    for (const { what, path, data = "" } of changes) {
      if (what === "created") transaction = transaction.create(path, data);
      else if (what === "updated") transaction = transaction.set(path, data);
      else transaction = transaction.delete(path);
    }
    try {
      await transaction.commit();
    } catch (cause) {
      if (!isZooKeeperError(cause, "NotEmpty", "NodeExists", "NoNode")) throw cause;
      const message = `Cannot ${attempt}, and nothing was changed: it changed meanwhile: ${cause.message}`;
      throw new ArcusToolError("conflict", message, { cause });
    }
  }
}

function addressesOf(serviceCode: string, mappings: Mappings): readonly string[] {
  return [...mappings].flatMap(([address, owner]) => (owner === serviceCode ? [address] : []));
}

function deletions(addresses: readonly string[], serviceCode: string): readonly Change[] {
  return addresses.flatMap((address) => [
    { what: "deleted", path: serverMappingPath(address, serviceCode) } as const,
    { what: "deleted", path: serverMappingPath(address) } as const,
  ]);
}

function textIn(source: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = source[key];
  return typeof value === "string" ? value : null;
}
