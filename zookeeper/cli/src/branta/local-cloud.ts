import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { BrantaError } from "./branta-error.ts";
import { CLOUD_TOOL } from "./checkout.ts";
import { LocalCacheNode } from "./local-cache-node.ts";
import type { StartedServer } from "./local-server.ts";
import { freePortsFrom, HOST } from "./ports.ts";

/** The port at which clients of a single cache look first. */
const FIRST_PORT = 11_211;
const CONNECTIONS = 1_000;
const REGISTER_TIMEOUT_MS = 60_000;

/** What arcus.sh registers a cloud from; all values are texts, as in its guides. */
interface CloudConfiguration {
  readonly serviceCode: string;
  readonly servers: readonly { readonly ip: string; readonly config: { readonly port: string } }[];
  readonly config: { readonly threads: string; readonly memlimit: string; readonly connections: string };
}

/** What a cloud is to be. */
export interface CloudPlan {
  readonly serviceCode: string;
  readonly nodeCount: number;
  readonly memoryMegabytes: number;
}

/** A node that serves. */
export interface StartedNode extends StartedServer {
  readonly node: LocalCacheNode;
}

/** A cache cloud of this machine, beside the coordination servers of the same folder. */
export class LocalCloud {
  readonly configFile: string;
  readonly serviceCode: string;
  readonly nodes: readonly LocalCacheNode[];
  readonly memoryMegabytes: number;

  private constructor(dataDir: string, { serviceCode, servers, config }: CloudConfiguration) {
    const folder = resolve(dataDir);
    this.configFile = configFileOf(folder);
    this.serviceCode = serviceCode;
    this.nodes = servers.map((server) => new LocalCacheNode(folder, Number(server.config.port)));
    this.memoryMegabytes = Number(config.memlimit);
  }

  /** The cloud that was started in a folder, null when none ever was. */
  static find(dataDir: string): LocalCloud | null {
    const file = configFileOf(dataDir);
    if (!existsSync(file)) return null;
    return new LocalCloud(dataDir, JSON.parse(readFileSync(file, "utf8")) as CloudConfiguration);
  }

  /** Lays out a cloud on free ports; its folder must exist. @throws BrantaError portTaken */
  static async create(dataDir: string, plan: CloudPlan): Promise<LocalCloud> {
    const first = await freePortsFrom(FIRST_PORT, plan.nodeCount);
    const configuration: CloudConfiguration = {
      serviceCode: plan.serviceCode,
      servers: Array.from({ length: plan.nodeCount }, (_, at) => ({ ip: HOST, config: { port: String(first + at) } })),
      config: { threads: "1", memlimit: String(plan.memoryMegabytes), connections: String(CONNECTIONS) },
    };
    writeFileSync(configFileOf(dataDir), `${JSON.stringify(configuration, null, 2)}\n`);
    return new LocalCloud(dataDir, configuration);
  }

  /**
   * Registers the cloud and starts its nodes; all of them serve when it resolves.
   *
   * @param ensemble `host:port,…` of the coordination servers
   * @throws BrantaError notStarted
   */
  async start(ensemble: string): Promise<readonly StartedNode[]> {
    await this.#register(ensemble);
    try {
      return await Promise.all(
        this.nodes.map(async (node) => ({ ...(await node.start(ensemble, this.memoryMegabytes)), node })),
      );
    } catch (error) {
      await this.stop().catch(() => {});
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async #register(ensemble: string): Promise<void> {
    const args = ["-z", ensemble, "memcached", "register", this.configFile];
    try {
      await promisify(execFile)(CLOUD_TOOL, args, { timeout: REGISTER_TIMEOUT_MS });
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new BrantaError("notStarted", `Cannot register the cloud of ${this.configFile}:\n${stdout}${stderr}`, {
        cause: error,
      });
    }
  }
}

function configFileOf(dataDir: string): string {
  return join(resolve(dataDir), "cloud.json");
}
