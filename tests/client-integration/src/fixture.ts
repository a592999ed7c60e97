import { parseServerKind, type ServerOptions, ServerProcess } from "@branta/tests-kit";
import { type ConnectOptions, isZooKeeperError, ZooKeeper } from "@branta/zookeeper-client";

/** Short, so that what waits for an expiry does not wait long. */
const TICK_MS = 200;

/**
 * A server of its own and clients that are closed with it. The server is Branta's, or the one that BRANTA_TEST_SERVER
 * names: "apache-3.9.5", "apache-3.8.0", …
 */
export class Fixture implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly #clients: ZooKeeper[] = [];
  #sandboxes = 0;

  private constructor(server: ServerProcess) {
    this.server = server;
  }

  static async start(more: Pick<ServerOptions, "config" | "properties"> = {}): Promise<Fixture> {
    const kind = parseServerKind(process.env["BRANTA_TEST_SERVER"] ?? "branta");
    const config = { tickTime: TICK_MS, maxSessionTimeout: 40_000, maxClientCnxns: 0, ...more.config };
    const properties = {
      "zookeeper.extendedTypesEnabled": "true",
      "znode.container.checkIntervalMs": 200,
      ...more.properties,
    };
    return new Fixture(await ServerProcess.start({ kind, config, properties, heapMb: 256 }));
  }

  get address(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  /** A connected client; below `chroot` if one is given. */
  async client(chroot = "", options: ConnectOptions = {}): Promise<ZooKeeper> {
    const zk = await ZooKeeper.connect(this.address + chroot, {
      sessionTimeoutMs: 4_000,
      backoff: { initialDelayMs: 10, maxDelayMs: 100 },
      timeoutMs: 20_000,
      oldServer: this.server.kind.startsWith("apache-3.4"),
      ...options,
    });
    this.#clients.push(zk);
    return zk;
  }

  /** A node of its own for one test, to be used as chroot. */
  async sandbox(): Promise<string> {
    const oldServer = this.server.kind.startsWith("apache-3.4");
    await using zk = await ZooKeeper.connect(this.address, { sessionTimeoutMs: 4_000, oldServer });
    return (await zk.create(`/test-${this.#sandboxes++}`)).path;
  }

  /** Several connected clients below a new sandbox. */
  async clients<const Count extends number>(count: Count, options: ConnectOptions = {}): Promise<ZooKeeper[]> {
    const chroot = await this.sandbox();
    return Promise.all(Array.from({ length: count }, () => this.client(chroot, options)));
  }

  /** One client below a new sandbox. */
  async alone(options: ConnectOptions = {}): Promise<ZooKeeper> {
    return this.client(await this.sandbox(), options);
  }

  /** Ends a client's session by closing it from another connection, over and over until the server knows it no more. */
  async expire({ session }: ZooKeeper): Promise<void> {
    if (session === undefined) throw new Error("Cannot expire a client: it has no session");
    for (;;) {
      try {
        // The client may take its session back before we close it.
        await using _ = await ZooKeeper.connect(this.address, { session, sessionTimeoutMs: 4_000 });
      } catch (error) {
        if (isZooKeeperError(error, "SessionExpired")) return;
        throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((zk) => zk.close()));
    await this.server[Symbol.asyncDispose]();
  }
}

/** Waits until `condition` holds, looking now and then. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
