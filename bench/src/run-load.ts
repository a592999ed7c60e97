import { fork } from "node:child_process";
import { resolve } from "node:path";
import type { ServerProcess } from "@branta/tests-kit";
import { Histogram } from "./histogram.ts";
import type { LoadOptions, LoadResult } from "./load-options.ts";
import { cpuSeconds, residentBytes } from "./process-usage.ts";

/** One run of the generator beside the server it loaded. */
export interface Measurement {
  operationsPerSecond: number;
  p50Us: number;
  p99Us: number;
  maxUs: number;
  perSecond: number[];
  errors: number;
  /** Of all servers, within the measured window. */
  serverCpuSeconds: number;
  /** Microseconds of the generator's CPU for each operation. */
  generatorUsPerOperation: number;
  serverResidentBytes: number;
}

/** Runs the load generator as a process of its own and watches the servers meanwhile: one, or all of an ensemble. */
export async function runLoad(
  servers: readonly ServerProcess[],
  options: Omit<LoadOptions, "ports">,
): Promise<Measurement> {
  const usedCpuSeconds = (): number => servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const ports = servers.map(({ port }) => port);
  const child = fork(resolve(import.meta.dirname, "load-main.ts"), [JSON.stringify({ ...options, ports })], {
    execArgv: ["--conditions=source"],
  });
  let cpuBefore = 0;
  let cpuAfter = 0;
  let result: LoadResult | null = null;
  child.on("message", (message: "measuring" | "measured" | LoadResult) => {
    if (message === "measuring") cpuBefore = usedCpuSeconds();
    else if (message === "measured") cpuAfter = usedCpuSeconds();
    else result = message;
  });
  await new Promise((done) => child.once("exit", done));
  if (result === null) {
    const outputs = servers.map(({ kind, output }) => `${kind}: ${output}`).join("\n");
    throw new Error(`Cannot measure "${options.workload}": the generator ended early\n${outputs}`);
  }
  const resident = servers.reduce((sum, { pid }) => sum + residentBytes(pid), 0);
  return measurementOf(result, cpuAfter - cpuBefore, resident);
}

function measurementOf(result: LoadResult, serverCpuSeconds: number, serverResidentBytes: number): Measurement {
  const histogram = new Histogram(result.latencies);
  return {
    operationsPerSecond: result.operations / result.seconds,
    p50Us: histogram.percentile(0.5),
    p99Us: histogram.percentile(0.99),
    maxUs: result.latencyUsMax,
    perSecond: result.perSecond,
    errors: result.errors,
    serverCpuSeconds,
    generatorUsPerOperation: (result.generatorCpuSeconds * 1e6) / result.operations,
    serverResidentBytes,
  };
}
