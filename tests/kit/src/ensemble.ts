import { freePorts } from "./free-ports.ts";
import type { ServerKind } from "./server-command.ts";
import { ServerProcess, type ServerOptions } from "./server-process.ts";

/** What to start: the options of each server, and how many of them. */
export interface EnsembleOptions extends Omit<ServerOptions, "port" | "serverId" | "kind"> {
  /** What runs: the same for all, or one for each server. */
  kind: ServerKind | readonly ServerKind[];
  /** How many servers of one kind. */
  count?: number;
  /** Those that do not vote. */
  observers?: readonly number[];
  /** More lines of zoo.cfg for one server. */
  configOf?: (id: number) => NonNullable<ServerOptions["config"]>;
  /** Whether each server has an address of the loopback network for itself, 127.0.0.N, as observers' masters need. */
  ownHosts?: boolean;
  /**
   * Who reaches whom on which ports, for a network that a test can cut: the quorum and election ports by which server
   * `from` is to reach server `to`. Unless given, everybody uses the ports on which `to` listens.
   */
  route?: (from: number, to: number, listens: ServerPorts) => ServerPorts;
}

/** Where a member meets the others. */
export interface ServerPorts {
  readonly quorum: number;
  readonly election: number;
}

/** Several real server processes that make an ensemble; server N is `servers[N - 1]`. Disposing ends and removes all. */
export class Ensemble implements AsyncDisposable {
  readonly servers: readonly ServerProcess[];

  private constructor(servers: readonly ServerProcess[]) {
    this.servers = servers;
  }

  /** Starts an ensemble on fresh data and waits until each server serves clients. */
  static async start(options: EnsembleOptions): Promise<Ensemble> {
    const ensemble = await Ensemble.prepare(options);
    try {
      await ensemble.launch();
      return ensemble;
    } catch (error) {
      await ensemble[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Lays out the servers, and starts none. */
  static async prepare(options: EnsembleOptions): Promise<Ensemble> {
    const { kind, observers = [], route, ownHosts = false, config, configOf, ...others } = options;
    const count = typeof kind === "string" ? (options.count ?? 3) : kind.length;
    const ports = await freePorts(count * 3);
    const portsOf = (id: number): ServerPorts => ({
      quorum: ports[count + id - 1]!,
      election: ports[2 * count + id - 1]!,
    });
    const ids = Array.from({ length: count }, (_, at) => at + 1);
    const servers = await Promise.all(
      ids.map((id) => {
        const members = ids.map((to) => {
          const { quorum, election } = to === id || route === undefined ? portsOf(to) : route(id, to, portsOf(to));
          const role = observers.includes(to) ? ":observer" : "";
          return [`server.${to}`, `127.0.0.${ownHosts ? to : 1}:${quorum}:${election}${role}`] as const;
        });
        const peerType = observers.includes(id) ? { peerType: "observer" } : {};
        const lines = { initLimit: 10, syncLimit: 5, ...config, ...configOf?.(id), ...peerType };
        return ServerProcess.prepare({
          ...others,
          kind: typeof kind === "string" ? kind : kind[id - 1]!,
          config: { ...lines, ...Object.fromEntries(members) },
          port: ports[id - 1]!,
          serverId: id,
        });
      }),
    );
    return new Ensemble(servers);
  }

  /** Client addresses of all servers, as clients take them. */
  get connectionString(): string {
    return this.servers.map(({ port }) => `127.0.0.1:${port}`).join(",");
  }

  /** Starts those that do not run and waits until all serve. */
  async launch(): Promise<void> {
    for (const server of this.servers) if (!server.running) server.spawn();
    await Promise.all(this.servers.map((server) => server.serving()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that was stopped by a signal takes SIGKILL all the same.
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}
