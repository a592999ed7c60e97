import type { Workload } from "./request-ring.ts";

/** What a generator process shall do. */
export interface LoadOptions {
  /** Of the servers; connections are spread over them. */
  ports: readonly number[];
  workload: Workload;
  connections: number;
  /** Requests in flight on each connection. */
  inFlight: number;
  valueBytes: number;
  warmUpSeconds: number;
  seconds: number;
  /** Distinguishes runs on the same server: part of the names of created nodes. */
  run: string;
}

/** What it measured. */
export interface LoadResult {
  operations: number;
  seconds: number;
  errors: number;
  /** Operations a second, second by second. */
  perSecond: number[];
  /** Counts of a Histogram of microseconds. */
  latencies: number[];
  latencyUsMax: number;
  generatorCpuSeconds: number;
}
