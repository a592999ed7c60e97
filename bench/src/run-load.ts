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
  /** Of the server, within the measured window. */
  serverCpuSeconds: number;
  /** Microseconds of the generator's CPU for each operation. */
  generatorUsPerOperation: number;
  serverResidentBytes: number;
}

/** Runs the load generator as a process of its own and watches the server meanwhile. */
export async function runLoad(server: ServerProcess, options: Omit<LoadOptions, "port">): Promise<Measurement> {
  const child = fork(
    resolve(import.meta.dirname, "load-main.ts"),
    [JSON.stringify({ ...options, port: server.port })],
    {
      execArgv: ["--conditions=source"],
    },
  );
  let cpuBefore = 0;
  let cpuAfter = 0;
  let result: LoadResult | null = null;
  child.on("message", (message: "measuring" | "measured" | LoadResult) => {
    if (message === "measuring") cpuBefore = cpuSeconds(server.pid);
    else if (message === "measured") cpuAfter = cpuSeconds(server.pid);
    else result = message;
  });
  await new Promise((done) => child.once("exit", done));
  if (result === null)
    throw new Error(
      `Cannot measure "${options.workload}" on "${server.kind}": the generator ended early\n${server.output}`,
    );
  return measurementOf(result, cpuAfter - cpuBefore, residentBytes(server.pid));
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
