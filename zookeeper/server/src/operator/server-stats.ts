import type { ServerMetrics } from "./server-metrics.ts";

/** Size of the last, smallest and largest of a kind of message; -1 before the first. */
export class SizeStats {
  lastBytes = -1;
  minBytes = -1;
  maxBytes = -1;

  record(bytes: number): void {
    this.lastBytes = bytes;
    if (this.minBytes === -1 || bytes < this.minBytes) this.minBytes = bytes;
    if (bytes > this.maxBytes) this.maxBytes = bytes;
  }

  reset(): void {
    this.lastBytes = -1;
    this.minBytes = -1;
    this.maxBytes = -1;
  }
}

/** What `srvr` and the like show about a server. Plain fields: the server bumps them at every packet. */
export class ServerStats {
  packetsReceived = 0;
  packetsSent = 0;
  authFailedCount = 0;
  nonMtlsLocalConnectionCount = 0;
  nonMtlsRemoteConnectionCount = 0;
  fsyncThresholdExceedCount = 0;
  /** Lengths of replies. */
  readonly clientResponses = new SizeStats();
  /** When the server was made, on the clock that uptime is measured with, milliseconds. */
  readonly startedAtMs: number;
  readonly #metrics: ServerMetrics;
  #latencies = 0;
  #latencySumMs = 0;
  #latencyMinMs = Infinity;
  #latencyMaxMs = 0;

  constructor(metrics: ServerMetrics, startedAtMs: number) {
    this.#metrics = metrics;
    this.startedAtMs = startedAtMs;
  }

  get minLatencyMs(): number {
    return this.#latencies === 0 ? 0 : this.#latencyMinMs;
  }

  /** Four decimals. */
  get averageLatencyMs(): number {
    return this.#latencies === 0 ? 0 : Number((this.#latencySumMs / this.#latencies).toFixed(4));
  }

  get maxLatencyMs(): number {
    return this.#latencyMaxMs;
  }

  /** Notes how long a request took and whether it was a transaction. Whole milliseconds count, negative ones do not. */
  recordLatency(exactMs: number, isWrite: boolean): void {
    const latencyMs = Math.trunc(exactMs);
    if (latencyMs < 0) return;
    this.#latencies++;
    this.#latencySumMs += latencyMs;
    if (latencyMs < this.#latencyMinMs) this.#latencyMinMs = latencyMs;
    if (latencyMs > this.#latencyMaxMs) this.#latencyMaxMs = latencyMs;
    if (isWrite) this.#metrics.updateLatency.add(latencyMs);
    else this.#metrics.readLatency.add(latencyMs);
  }

  /** Notes a reply's length. */
  recordClientResponseSize(bytes: number): void {
    this.clientResponses.record(bytes);
  }

  /** `srst`: latencies, packets, sizes and all metrics begin anew; counts of failures stay, as in Apache. */
  reset(): void {
    this.#latencies = 0;
    this.#latencySumMs = 0;
    this.#latencyMinMs = Infinity;
    this.#latencyMaxMs = 0;
    this.packetsReceived = 0;
    this.packetsSent = 0;
    this.clientResponses.reset();
    this.#metrics.registry.reset();
  }
}
