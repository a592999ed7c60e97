import { childPath, nodeName } from "@branta/zookeeper-protocol";
import { randomUUID } from "node:crypto";
import { ChildrenCache } from "../caches/children-cache.ts";
import type { CachedNode } from "../caches/cached-node.ts";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { EphemeralNode } from "./ephemeral-node.ts";
import { guaranteedCreate, guaranteedDelete, insist } from "./guaranteed.ts";
import { decodeInstance, encodeInstance, type ServiceInstance } from "./service-instance.ts";

/** What to register; the other fields have defaults. */
export type NewInstance<Payload> = Pick<ServiceInstance<Payload>, "name"> & Partial<ServiceInstance<Payload>>;

/** An instance that others can find until this is disposed of. */
export interface Registration<Payload> extends AsyncDisposable {
  readonly instance: ServiceInstance<Payload>;
  /** Changes what others find. */
  update(changes: Partial<Omit<ServiceInstance<Payload>, "name" | "id" | "serviceType">>): Promise<void>;
}

/**
 * Who offers what, and where: `<base>/<service>/<instance id>`, each instance as JSON. Java programs with Curator's
 * discovery find what is registered here, and the other way round.
 */
export class ServiceDiscovery<Payload = unknown> {
  readonly path: string;
  readonly #zk: ZooKeeper;

  constructor(zk: ZooKeeper, path: string) {
    this.#zk = zk;
    this.path = path;
  }

  /** Registers an instance; unless it is STATIC, only for as long as the session, and again in each new one. */
  async register(fields: NewInstance<Payload>): Promise<Registration<Payload>> {
    let instance: ServiceInstance<Payload> = {
      id: randomUUID(),
      address: null,
      port: null,
      sslPort: null,
      payload: null,
      registrationTimeUTC: Date.now(),
      serviceType: "DYNAMIC",
      uriSpec: null,
      ...fields,
    };
    const path = childPath(childPath(this.path, instance.name), instance.id);
    if (instance.serviceType === "DYNAMIC_SEQUENTIAL") {
      throw failure("InvalidArgument", "register", path, { detail: 'serviceType must be "DYNAMIC" or "STATIC"' });
    }
    const node =
      instance.serviceType === "DYNAMIC"
        ? await EphemeralNode.open(this.#zk, path, encodeInstance(instance))
        : undefined;
    if (node === undefined) await guaranteedCreate(this.#zk, path, encodeInstance(instance));
    const write = async (data: Buffer): Promise<void> => {
      if (node === undefined) await this.#zk.set(path, data);
      else await node.setData(data);
    };
    return {
      get instance() {
        return instance;
      },
      update(changes) {
        instance = { ...instance, ...changes };
        return write(encodeInstance(instance));
      },
      [Symbol.asyncDispose]: () => node?.[Symbol.asyncDispose]() ?? guaranteedDelete(this.#zk, path),
    };
  }

  /** The names of all services, those without instances among them. */
  names(): Promise<readonly string[]> {
    return this.#childrenOf(this.path);
  }

  /** The instances of a service. @throws ZooKeeperError CorruptData */
  async instances(name: string): Promise<readonly ServiceInstance<Payload>[]> {
    const parent = childPath(this.path, name);
    const ids = await this.#childrenOf(parent);
    const found = await Promise.all(ids.map((id) => this.instance(name, id)));
    return found.filter((instance) => instance !== undefined);
  }

  /** One instance; undefined if it is not there. @throws ZooKeeperError CorruptData */
  async instance(name: string, id: string): Promise<ServiceInstance<Payload> | undefined> {
    const path = childPath(childPath(this.path, name), id);
    try {
      const { data } = await insist(() => this.#zk.get(path));
      return decodeInstance<Payload>(data, path);
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return undefined;
      throw error;
    }
  }

  /** A copy of a service's instances that follows the changes. */
  async follow(name: string, options: CallOptions = {}): Promise<ServiceCache<Payload>> {
    return new ServiceCache(await ChildrenCache.open(this.#zk, childPath(this.path, name), options));
  }

  async #childrenOf(path: string): Promise<readonly string[]> {
    try {
      return (await insist(() => this.#zk.children(path))).children;
    } catch (error) {
      if (isZooKeeperError(error, "NoNode")) return [];
      throw error;
    }
  }
}

/** A copy of a service's instances that follows the changes. */
export class ServiceCache<Payload> implements AsyncDisposable {
  readonly #cache: ChildrenCache;
  #turn = 0;

  constructor(cache: ChildrenCache) {
    this.#cache = cache;
  }

  /** The instances now, by id; nodes that hold no instance are left out. */
  get instances(): ReadonlyMap<string, ServiceInstance<Payload>> {
    const found = new Map<string, ServiceInstance<Payload>>();
    for (const node of this.#cache.children.values()) {
      const instance = decodeIfPossible<Payload>(node);
      if (instance !== undefined) found.set(nodeName(node.path), instance);
    }
    return found;
  }

  /** One of the enabled instances, each in its turn; undefined if there is none. */
  next(): ServiceInstance<Payload> | undefined {
    const enabled = [...this.instances.values()].filter((instance) => instance.enabled !== false);
    return enabled[this.#turn++ % Math.max(1, enabled.length)];
  }

  /** The instances now, and after each change. */
  async *changes(): AsyncGenerator<ReadonlyMap<string, ServiceInstance<Payload>>, undefined> {
    const changes = this.#cache.changes();
    yield this.instances;
    for await (const _ of changes) yield this.instances;
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cache[Symbol.asyncDispose]();
  }
}

function decodeIfPossible<Payload>({ data, path }: CachedNode): ServiceInstance<Payload> | undefined {
  try {
    return decodeInstance<Payload>(data, path);
  } catch {
    return undefined;
  }
}
