import { resolve } from "node:path";
import type { CloudMembership } from "../cloud/cloud-membership.ts";
import { NoCloud } from "../cloud/no-cloud.ts";
import { ArcusServerError } from "../server-error.ts";
import { reportToStarter } from "./daemon.ts";
import { ExitCode } from "./exit-code.ts";
import { createNodeLog, type NodeLog } from "./node-log.ts";
import type { NodeOptions } from "./node-options.ts";
import { removePidFile, writePidFile, writePortFile } from "./run-files.ts";
import { type CacheNode, startCacheNode } from "./start-cache-node.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a node that stops at once may take to leave its cloud. */
const LEAVE_TIMEOUT_MS = 1_000;
const KEEP_ALIVE_MS = 1 << 30;

/** One node as a process: from its start to its exit code. */
export class NodeProcess {
  readonly #options: NodeOptions;
  readonly #log: NodeLog;
  readonly #environment: Environment;
  #cloud: CloudMembership | NoCloud;
  readonly #pidFile: string | null;
  #node: CacheNode | null = null;

  constructor(options: NodeOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    this.#log = createNodeLog(
      () => this.#node?.node.settings.verbosity ?? options.verbosity,
      (line) => process.stderr.write(line),
    );
    this.#pidFile = options.isDaemon && options.pidFile !== null ? resolve(options.pidFile) : null;
    this.#cloud = new NoCloud(this.#log);
  }

  async run(): Promise<void> {
    this.#obeySignals();
    // One that listens nowhere stays, too.
    setInterval(() => {}, KEEP_ALIVE_MS);
    const { ensemble } = this.#options;
    const membership = ensemble === null ? null : await this.#membership(ensemble);
    if (membership !== null) this.#cloud = membership;
    const node = await startCacheNode(this.#options, {
      nowMs: () => performance.now(),
      cloud: this.#cloud,
      log: this.#log,
      owns: (bytes, start, end) => this.#cloud.owns(bytes.subarray(start, end)),
      stop: (delaySeconds) => void this.#shutDown(delaySeconds),
    });
    this.#node = node;
    if (this.#options.portFile !== null) writePortFile(this.#options.portFile, node.port, this.#log);
    if (this.#options.metricsAddress !== null) await this.#serveMetrics(node, this.#options.metricsAddress);
    await membership?.join(node.port);
    if (this.#pidFile !== null) writePidFile(this.#pidFile, this.#log);
    await reportToStarter({ problem: null });
  }

  /** Loaded when it is wanted: without a cloud a node starts in half the time. */
  async #membership(ensemble: string): Promise<CloudMembership> {
    const { CloudMembership } = await import("../cloud/cloud-membership.ts");
    return new CloudMembership({
      ensemble,
      sessionTimeoutSeconds: this.#options.sessionTimeoutSeconds,
      memoryLimitBytes: this.#options.memoryLimitBytes,
      environment: this.#environment,
      log: this.#log,
      scrubStale: () => this.#node?.scrubStale(),
      stop: (code) => void this.#abort(code),
    });
  }

  async #serveMetrics(node: CacheNode, address: { readonly host: string; readonly port: number }): Promise<void> {
    try {
      const { startNodeMetrics } = await import("../stats/prometheus.ts");
      const { port } = await startNodeMetrics(node.node, address);
      this.#log.info(`Metrics at http://${address.host}:${port}/metrics`);
    } catch (error) {
      const where = `${address.host}:${address.port}`;
      throw new ArcusServerError("cannotListen", `Cannot serve metrics at ${where}: wanted is a free address`, {
        cause: error,
      });
    }
  }

  #obeySignals(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        this.#log.info(`memcached shutdown by signal(${signal})`);
        void this.#shutDown(0);
      });
    }
    // The terminal that it was started from may go.
    if (this.#options.isDaemon) process.on("SIGHUP", () => {});
  }

  /** Leaves the cloud before it stops serving, so that clients find another node first. */
  async #shutDown(delaySeconds: number): Promise<void> {
    this.#log.info("Initiating arcus memcached shutdown...");
    if (this.#pidFile !== null) removePidFile(this.#pidFile);
    await within(LEAVE_TIMEOUT_MS, this.#cloud.leave());
    await this.#node?.close(delaySeconds);
    this.#log.info("Arcus memcached terminated.");
    process.exit(ExitCode.ok);
  }

  /** The cloud has gone on without this node: whoever still asks here must learn that at once. */
  async #abort(code: ExitCode): Promise<void> {
    if (this.#pidFile !== null) removePidFile(this.#pidFile);
    await within(LEAVE_TIMEOUT_MS, this.#cloud.leave());
    process.exit(code);
  }
}

/** Waits for work, but no longer than that. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
  const timer = setTimeout(giveUp, timeoutMs);
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}
