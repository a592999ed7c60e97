import { fork } from "node:child_process";
import { resolve } from "node:path";
import { Histogram } from "../histogram.ts";
import { cpuSeconds } from "../process-usage.ts";
import type { CacheServer } from "./cache-server.ts";

/** What the generator is told. */
export interface CacheLoadOptions {
  readonly port: number;
  /** A name of CACHE_WORKLOADS. */
  readonly workload: string;
  readonly valueBytes: number;
  readonly connections: number;
  /** Requests that each connection sends together. */
  readonly pipeline: number;
  /** 0 for as many as there can be. */
  readonly operationsPerSecond: number;
  readonly isPreloading: boolean;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly seed: number;
}

/** What the generator answers. */
export interface CacheLoadResult {
  readonly operations: number;
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly latencyUsMax: number;
  readonly generatorCpuSeconds: number;
}

/** One run of the generator beside the server it loaded. */
export interface CacheMeasurement {
  readonly operationsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Microseconds of the server's CPU for each operation. */
  readonly serverUs: number;
  /** Microseconds of the generator's CPU for each operation: it shares the machine. */
  readonly generatorUs: number;
}

/** Runs the generator as a process of its own and watches the server meanwhile. */
export async function runCacheLoad(
  server: CacheServer,
  options: Omit<CacheLoadOptions, "port">,
): Promise<CacheMeasurement> {
  const told = JSON.stringify({ ...options, port: server.port } satisfies CacheLoadOptions);
  const child = fork(resolve(import.meta.dirname, "cache-load-main.ts"), [told], { execArgv: ["--conditions=source"] });
  let cpuBefore = 0;
  let cpuAfter = 0;
  let result: CacheLoadResult | null = null;
  child.on("message", (message: "measuring" | "measured" | CacheLoadResult) => {
    if (message === "measuring") cpuBefore = cpuSeconds(server.pid);
    else if (message === "measured") cpuAfter = cpuSeconds(server.pid);
    else result = message;
  });
  await new Promise((done) => child.once("exit", done));
  if (result === null)
    throw new Error(`Cannot measure "${options.workload}" on ${server.name}: the generator ended early`);
  const { operations, seconds, latencies, generatorCpuSeconds } = result as CacheLoadResult;
  const histogram = new Histogram(latencies);
  return {
    operationsPerSecond: operations / seconds,
    p50Us: histogram.percentile(0.5),
    p99Us: histogram.percentile(0.99),
    serverUs: ((cpuAfter - cpuBefore) * 1e6) / operations,
    generatorUs: (generatorCpuSeconds * 1e6) / operations,
  };
}
