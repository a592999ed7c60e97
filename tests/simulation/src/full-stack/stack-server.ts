import { silentLogger } from "@branta/foundation-observe";
import type { Clock, Random, SimulatedNetwork } from "@branta/foundation-runtime";
import { SimulatedDisk } from "@branta/foundation-runtime";
import {
  exampleView,
  parseServerConfig,
  Replica,
  type ServerConfig,
  ServerConnection,
} from "@branta/zookeeper-server/testing";
import { KillableDisk } from "./killable-disk.ts";
import { LinkSocket } from "./link-socket.ts";

export const CLIENT_PORT = 2181;

export interface StackServerOptions {
  readonly id: number;
  /** Lines of zoo.cfg. */
  readonly lines: readonly string[];
  readonly clock: Clock;
  readonly network: SimulatedNetwork;
  readonly random: Random;
  /** How long a disk operation takes, milliseconds. */
  diskDelayMs(): number;
  /** It says that it cannot go on. A process would end. */
  onFatal(server: StackServer, error: Error): void;
  onLog(server: StackServer, message: string): void;
}

/** One real server on a simulated machine: its replica and its clients' port, for as long as the process lives. */
export class StackServer {
  readonly id: number;
  readonly name: string;
  readonly #options: StackServerOptions;
  readonly #config: ServerConfig;
  readonly #disk: SimulatedDisk;
  #process: KillableDisk | null = null;
  /** What earlier processes may still be doing to the disk. */
  #ended: KillableDisk[] = [];
  #replica: Replica | null = null;
  #lives = 0;

  constructor(options: StackServerOptions) {
    this.id = options.id;
    this.name = `s${options.id}`;
    this.#options = options;
    this.#disk = new SimulatedDisk({
      random: options.random.fork(`disk ${options.id}`),
      delay: () => new Promise((resolve) => void options.clock.after(options.diskDelayMs(), resolve)),
    });
    this.#config = parseServerConfig({
      text: ["dataDir=/data", `clientPort=${CLIENT_PORT}`, "preAllocSize=16", ...options.lines].join("\n"),
      readText: (file) => (file.endsWith("myid") ? String(options.id) : null),
    });
  }

  /** Whether there is a process. */
  get isUp(): boolean {
    return this.#process !== null;
  }

  /** Null until it has read its disk. */
  get replica(): Replica | null {
    return this.#replica;
  }

  get disk(): SimulatedDisk {
    return this.#disk;
  }

  /** Starts a process on what the disk has. */
  async boot(): Promise<void> {
    if (this.isUp) return;
    const process = new KillableDisk(this.#disk);
    this.#process = process;
    const { clock, network, random, onFatal, onLog } = this.#options;
    network.switchOn(this.name);
    while (!this.#ended.every((ended) => ended.isIdle)) await new Promise<void>((next) => void clock.after(0.1, next));
    this.#ended = [];
    const isAlive = () => this.#process === process;
    if (!isAlive()) return;
    const connections = new Set<ServerConnection>();
    const log = (message: string) => isAlive() && onLog(this, message);
    const fatal = (error: Error) => isAlive() && onFatal(this, error);
    try {
      const replica = await Replica.open({
        config: this.#config,
        logger: { ...silentLogger, info: log, warn: log, error: log },
        disk: process,
        clock,
        random: random.fork(`process ${this.id}-${this.#lives++}`),
        network: network.host(this.name),
        connections: () => connections,
        onConnectionClosed: (connection) => void connections.delete(connection),
        view: () => exampleView(),
        onFatal: fatal,
      });
      if (!isAlive()) return;
      await network.host(this.name).listen({
        host: null,
        port: CLIENT_PORT,
        onLink: (link) => {
          const socket = new LinkSocket(link) as unknown as ConstructorParameters<typeof ServerConnection>[1];
          connections.add(new ServerConnection(replica.core, socket, { isSecure: false, ids: [] }));
        },
      });
      this.#replica = replica;
      await replica.start();
    } catch (error) {
      fatal(error as Error);
    }
  }

  /** kill -9: what was written stays, synced or not. */
  kill(): void {
    this.#options.network.kill(this.name);
    this.#endProcess();
  }

  /** The machine loses its power, and what was not synced. Nobody is told. */
  switchOff(): void {
    this.#options.network.switchOff(this.name);
    this.#endProcess();
    this.#disk.crash();
  }

  #endProcess(): void {
    if (this.#process === null) return;
    this.#process.kill();
    this.#ended.push(this.#process);
    this.#process = null;
    const replica = this.#replica;
    this.#replica = null;
    // It stops its timers. Its disk never answers, so it does not come to an end.
    void replica?.[Symbol.asyncDispose]().catch(() => undefined);
  }
}
