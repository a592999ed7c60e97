import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { nearestWord } from "@branta/foundation-config";
import { ArcusToolError } from "../arcus-tool-error.ts";
import type { JsonObject } from "./python-json.ts";

/** What runs as cache nodes: Branta's own, or arcus-memcached, which is there already. */
type Engine = "branta" | "arcus-memcached";

/** One cache node, the general settings filled in. Numbers are texts, as they are kept. */
export interface CacheNode {
  readonly ip: string;
  readonly hostname: string;
  /** `ip:port` */
  readonly address: string;
  readonly port: string;
  readonly threads: string;
  /** MB */
  readonly memlimit: string;
  readonly connections: string;
  /** arcus-memcached's program, where that is to run; null: Branta's node. */
  readonly program: string | null;
}

/** A cloud as its file describes it, and as ZooKeeper keeps it. */
export interface ClusterConfig {
  readonly serviceCode: string;
  readonly nodes: readonly CacheNode[];
  /** The folder of a ZooKeeper on every host; null: the one that comes along. */
  readonly zookeeper: string | null;
  /** All that the file says, with the node settings as texts: what is registered. */
  readonly source: JsonObject;
}

const NODE_KEYS = ["port", "threads", "memlimit", "connections"] as const;
type NodeKey = (typeof NODE_KEYS)[number];
type NodeSettings = Partial<Record<NodeKey, string>>;

/** A node as the file has it. */
interface Server {
  readonly ip: string;
  readonly hostname: string;
  readonly config: NodeSettings;
  readonly source: JsonObject;
}

const LIMITS = { port: 65_535, threads: 1_000, memlimit: 16_777_216, connections: 10_000_000 } as const;
const KEYS = ["serviceCode", "servers", "config", "engine", "memcached", "zookeeper", "created", "modified"];
const SERVER_KEYS = ["hostname", "ip", "config", "engine", "memcached"];
const SERVICE_CODE_LENGTH_MAX = 128;

/** Reads a configuration file. @throws ArcusToolError badConfiguration: file, key and what was expected */
export function readClusterConfig(file: string): ClusterConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error && error.code === "ENOENT" ? "no such file" : `${error}`;
    throw new ArcusToolError("badConfiguration", `Cannot read the configuration "${file}": ${reason}`, {
      cause: error,
    });
  }
  return parseClusterConfig(text, file);
}

/** Reads the text of a configuration. @param label the file, or the znode, for messages @throws ArcusToolError badConfiguration */
export function parseClusterConfig(text: string, label: string): ClusterConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArcusToolError("badConfiguration", `${label}: is no JSON: ${reason}`, { cause: error });
  }
  return new ConfigReader(label).read(value);
}

class ConfigReader {
  readonly #label: string;

  constructor(label: string) {
    this.#label = label;
  }

  read(value: unknown): ClusterConfig {
    const source = this.#object(value, "the whole", KEYS);
    const general = this.#settings(source["config"], "config");
    const servers = this.#servers(source["servers"]);
    const nodes = servers.map((server, at) => this.#node(server, general, source, `servers[${at}]`));
    this.#refuseTwins(nodes);
    this.#refuseUnused(source, nodes);
    return {
      serviceCode: this.#serviceCode(source["serviceCode"]),
      nodes,
      zookeeper: source["zookeeper"] === undefined ? null : this.#path(source["zookeeper"], "zookeeper"),
      source: {
        ...source,
        ...(source["config"] === undefined ? {} : { config: general }),
        servers: servers.map((server) => ({ ...server.source, config: server.config })),
      },
    };
  }

  #servers(value: unknown): readonly Server[] {
    if (!Array.isArray(value) || value.length === 0) throw this.#wrong("servers", value, "a list of cache nodes");
    return value.map((each: unknown, at) => {
      const key = `servers[${at}]`;
      const source = this.#object(each, key, SERVER_KEYS);
      const { ip, hostname = "" } = source;
      if (typeof ip !== "string" || !/^[\w.-]+$/.test(ip))
        throw this.#wrong(`${key}.ip`, ip, "an address such as 10.0.0.1");
      if (typeof hostname !== "string") throw this.#wrong(`${key}.hostname`, hostname, "a name");
      return { ip, hostname, config: this.#settings(source["config"], `${key}.config`), source };
    });
  }

  #node(server: Server, general: NodeSettings, cloud: JsonObject, key: string): CacheNode {
    const { ip, hostname, source } = server;
    const merged = { ...general, ...server.config };
    const need = (name: NodeKey): string => {
      const value = merged[name];
      if (value === undefined) throw this.#wrong(`${key}.config.${name}`, value, "given there or in config");
      return value;
    };
    const engine = this.#engine(cloud["engine"], "engine");
    const own = source["engine"] === undefined ? engine : this.#engine(source["engine"], `${key}.engine`);
    const path = source["memcached"] === undefined ? "memcached" : `${key}.memcached`;
    const port = need("port");
    return {
      ip,
      hostname,
      address: `${ip}:${port}`,
      port,
      threads: need("threads"),
      memlimit: need("memlimit"),
      connections: need("connections"),
      program: own === "branta" ? null : this.#path(source["memcached"] ?? cloud["memcached"], path),
    };
  }

  /** Also what nobody reads is kept, but a likely slip is said: it would start nodes otherwise than meant. */
  #settings(value: unknown, key: string): NodeSettings {
    if (value === undefined) return {};
    const source = this.#object(value, key, NODE_KEYS);
    const settings: Record<string, string> = {};
    for (const [name, content] of Object.entries(source)) {
      const limit = NODE_KEYS.find((known) => known === name);
      settings[name] = limit === undefined ? String(content) : this.#number(content, `${key}.${name}`, LIMITS[limit]);
    }
    return settings;
  }

  #number(value: unknown, key: string, max: number): string {
    const text = typeof value === "number" ? String(value) : value;
    const isNumber = typeof text === "string" && /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max;
    if (!isNumber) throw this.#wrong(key, value, `a number from 1 to ${max}, such as "${Math.min(max, 100)}"`);
    return text;
  }

  #serviceCode(value: unknown): string {
    const isCode = typeof value === "string" && value.length <= SERVICE_CODE_LENGTH_MAX && /^[^/^\s]+$/.test(value);
    if (isCode) return value;
    throw this.#wrong(
      "serviceCode",
      value,
      `a name of at most ${SERVICE_CODE_LENGTH_MAX} characters without "/" and "^"`,
    );
  }

  #engine(value: unknown, key: string): Engine {
    if (value === undefined) return "branta";
    if (value === "branta" || value === "arcus-memcached") return value;
    throw this.#wrong(key, value, '"branta" or "arcus-memcached"');
  }

  #path(value: unknown, key: string): string {
    if (typeof value === "string" && isAbsolute(value)) return value;
    throw this.#wrong(key, value, "an absolute path, the same on every host");
  }

  #object(value: unknown, key: string, known: readonly string[]): JsonObject {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.#wrong(key, value, "an object in braces");
    }
    const source = { ...value } as JsonObject;
    for (const name of Object.keys(source)) {
      if (known.includes(name)) continue;
      const meant = nearestWord(name, known);
      if (meant !== null) throw this.#refuse(`has an unknown key "${name}" in ${key}: is "${meant}" meant?`);
    }
    return source;
  }

  #refuseTwins(nodes: readonly CacheNode[]): void {
    const seen = new Map<string, number>();
    for (const [at, { address }] of nodes.entries()) {
      const first = seen.get(address);
      if (first !== undefined)
        throw this.#refuse(`servers[${first}] and servers[${at}] are both ${address}; wanted is one node an address`);
      seen.set(address, at);
    }
  }

  /** A program that nothing runs is a slip: the engine was forgotten. */
  #refuseUnused({ memcached }: JsonObject, nodes: readonly CacheNode[]): void {
    if (memcached === undefined || nodes.some(({ program }) => program !== null)) return;
    throw this.#wrong("memcached", memcached, 'left out, or "engine" set to "arcus-memcached"');
  }

  #wrong(key: string, value: unknown, wanted: string): ArcusToolError {
    const is = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
    return this.#refuse(`${key} ${is}; wanted is ${wanted}`);
  }

  #refuse(problem: string): ArcusToolError {
    return new ArcusToolError("badConfiguration", `${this.#label}: ${problem}`);
  }
}
