import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BrantaError } from "./branta-error.ts";
import { LocalServer, type StartedServer } from "./local-server.ts";
import { freePortsFrom, HOST } from "./ports.ts";

const QUORUM_PORT = 2888;
const ELECTION_PORT = 3888;
const ELECTION_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** One of the servers, and how it runs. */
export interface StartedMember extends StartedServer {
  readonly id: number;
  readonly server: LocalServer;
  readonly port: number;
  /** `leader` or `follower`. */
  readonly mode: string;
}

/** Several servers of this machine, each with a folder `1`, `2`, … of its own. */
export class LocalEnsemble {
  readonly dataDir: string;
  /** By id, beginning with 1. */
  readonly servers: readonly LocalServer[];

  private constructor(dataDir: string, count: number) {
    this.dataDir = resolve(dataDir);
    this.servers = Array.from({ length: count }, (_, at) => new LocalServer(join(dataDir, String(at + 1))));
  }

  /** The ensemble that was started in a folder, null when none ever was. */
  static find(dataDir: string): LocalEnsemble | null {
    const count = countOf(dataDir);
    return count === 0 ? null : new LocalEnsemble(dataDir, count);
  }

  /**
   * The ensemble that a folder has or is to have.
   *
   * @throws BrantaError badArgument when it has one of another size, whose majority is another
   */
  static of(dataDir: string, count: number): LocalEnsemble {
    const before = countOf(dataDir);
    if (before === 0 || before === count) return new LocalEnsemble(dataDir, count);
    throw new BrantaError(
      "badArgument",
      `Cannot use --servers ${count}: ${resolve(dataDir)} has an ensemble of ${before}; take that number, or another folder with --data`,
    );
  }

  /** The servers that run. */
  get running(): readonly LocalServer[] {
    return this.servers.filter((server) => server.pid !== null);
  }

  /**
   * Starts all servers and waits until each serves clients.
   *
   * @param firstPort where to look for client ports that are free, one a server and in a row
   * @throws BrantaError portTaken or notStarted
   */
  async start(firstPort: number): Promise<readonly StartedMember[]> {
    const count = this.servers.length;
    const ports = await freePortsFrom(firstPort, count);
    const quorumPorts = await freePortsFrom(QUORUM_PORT, count);
    const electionPorts = await freePortsFrom(ELECTION_PORT, count);
    const lines = [
      "initLimit=10",
      "syncLimit=5",
      ...this.servers.map((_, at) => `server.${at + 1}=${HOST}:${quorumPorts + at}:${electionPorts + at}`),
    ];
    try {
      const started = await Promise.all(
        this.servers.map((server, at) => server.start(ports + at, { id: at + 1, lines })),
      );
      const modes = await Promise.all(this.servers.map((server) => electedMode(server)));
      return started.map((one, at) => ({
        ...one,
        id: at + 1,
        server: this.servers[at]!,
        port: ports + at,
        mode: modes[at]!,
      }));
    } catch (error) {
      await this.stop().catch(() => {});
      throw error;
    }
  }

  /** Asks those that run to end, and waits for them. @throws BrantaError notStopped */
  async stop(): Promise<void> {
    await Promise.all(this.running.map((server) => server.stop()));
  }
}

/** Folders with a configuration, counted from 1 on. */
function countOf(dataDir: string): number {
  if (!existsSync(dataDir)) return 0;
  const names = new Set(readdirSync(dataDir));
  let count = 0;
  while (names.has(String(count + 1)) && existsSync(join(dataDir, String(count + 1), "zoo.cfg"))) count++;
  return count;
}

async function electedMode(server: LocalServer): Promise<string> {
  for (let waitedMs = 0; waitedMs < ELECTION_TIMEOUT_MS; waitedMs += POLL_MS) {
    const mode = await server.mode();
    if (mode !== null) return mode;
    await sleep(POLL_MS);
  }
  throw new BrantaError(
    "notStarted",
    `Cannot start the ensemble: the server of ${server.dataDir} does not serve after ${ELECTION_TIMEOUT_MS / 1000} s, see ${server.logFile}`,
  );
}
