/** What is counted about one client connection. Plain fields: the server bumps them at every packet. */
export class ConnectionStats {
  packetsReceived = 0;
  packetsSent = 0;
  /** Requests taken in and not yet answered. */
  outstanding = 0;
  /** Xid of the last request with a positive one, -1 before. */
  lastCxid = -1;
  /** Zxid in the last reply's header, -1 before. */
  lastZxid = -1;
  /** Apache's four-letter tag of the last operation, such as `GETD`. */
  lastOperation = "NA";
  /** When the last reply left, on the clock that the server measures with, milliseconds. */
  lastResponseAtMs = 0;
  lastLatencyMs = 0;
  /** When the connection was opened, milliseconds since 1970. */
  readonly establishedAtMs: number;
  #responses = 0;
  #latencySumMs = 0;
  #latencyMinMs = Infinity;
  #latencyMaxMs = 0;

  constructor(establishedAtMs: number) {
    this.establishedAtMs = establishedAtMs;
  }

  get minLatencyMs(): number {
    return this.#responses === 0 ? 0 : this.#latencyMinMs;
  }

  /** Whole milliseconds. */
  get averageLatencyMs(): number {
    return this.#responses === 0 ? 0 : Math.trunc(this.#latencySumMs / this.#responses);
  }

  get maxLatencyMs(): number {
    return this.#latencyMaxMs;
  }

  /**
   * Notes a reply. `cxid` is the request's xid; negative ones (pings, auth, setWatches) leave the last one in place.
   * Both times are of one clock; whole milliseconds count.
   */
  recordResponse(cxid: number, zxid: number, lastOperation: string, startedAtMs: number, endedAtMs: number): void {
    if (cxid >= 0) this.lastCxid = cxid;
    this.lastZxid = zxid;
    this.lastOperation = lastOperation;
    this.lastResponseAtMs = Math.trunc(endedAtMs);
    const latencyMs = Math.trunc(endedAtMs - startedAtMs);
    this.lastLatencyMs = latencyMs;
    this.#responses++;
    this.#latencySumMs += latencyMs;
    if (latencyMs < this.#latencyMinMs) this.#latencyMinMs = latencyMs;
    if (latencyMs > this.#latencyMaxMs) this.#latencyMaxMs = latencyMs;
  }

  /** Back to the state of a new connection, but for `outstanding` (`crst`). */
  resetStats(): void {
    this.packetsReceived = 0;
    this.packetsSent = 0;
    this.lastCxid = -1;
    this.lastZxid = -1;
    this.lastOperation = "NA";
    this.lastResponseAtMs = 0;
    this.lastLatencyMs = 0;
    this.#responses = 0;
    this.#latencySumMs = 0;
    this.#latencyMinMs = Infinity;
    this.#latencyMaxMs = 0;
  }
}
