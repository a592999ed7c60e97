import { connect } from "node:net";
import type { NodeLog } from "../node/node-log.ts";
import type { HeartbeatSettings } from "./cloud-control.ts";

const PERIOD_MS = 3_000;
const TIMEOUT_MS_MIN = 50;
const TIMEOUT_MS_DEFAULT = 10_000;
const FAIL_STOP_MS_MIN = 3_000;
const FAIL_STOP_MS_DEFAULT = 60_000;
const MS_MAX = 300_000;
/** A beat is given up a little after its timeout, so that it counts as failed. */
const GIVE_UP_AFTER_MS = 50;
/** Loopback: clients elsewhere do not compete for it. */
const HOST = "127.0.0.1";
const COMMAND = "set arcus:zk-ping 1 0 1\r\n1\r\n";

/**
 * The node asks itself, as a client would, whether it still serves. One that has not for a minute had better leave its
 * cloud: clients wait for it as long as it is in. A beat that cannot even connect is no proof of that.
 */
export class Heartbeat implements HeartbeatSettings {
  timeoutMs = 0;
  failStopMs = 0;
  count = 0;
  latencyMs = 0;
  readonly #log: NodeLog;
  readonly #periodMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: NodeLog, periodMs = PERIOD_MS) {
    this.#log = log;
    this.#periodMs = periodMs;
  }

  setTimeoutMs(value: number): boolean {
    if (!(value >= TIMEOUT_MS_MIN && value <= MS_MAX)) return false;
    if (this.failStopMs > 0 && value > this.failStopMs) return false;
    this.timeoutMs = value;
    return true;
  }

  setFailStopMs(value: number): boolean {
    if (value !== 0 && !(value >= FAIL_STOP_MS_MIN && value <= MS_MAX)) return false;
    if (value > 0 && value < this.timeoutMs) return false;
    this.failStopMs = value;
    return true;
  }

  /** Beats from now on. @param onFailure called once, when failed beats have added up */
  start(port: number, onFailure: () => void): void {
    this.timeoutMs = TIMEOUT_MS_DEFAULT;
    this.failStopMs = FAIL_STOP_MS_DEFAULT;
    let failedMs = 0;
    const beat = async (): Promise<void> => {
      const limitMs = this.timeoutMs;
      const began = performance.now();
      await this.#ask(port, limitMs + GIVE_UP_AFTER_MS);
      const tookMs = Math.floor(performance.now() - began);
      this.count++;
      this.latencyMs += tookMs;
      if (tookMs < limitMs || this.failStopMs === 0) failedMs = 0;
      else failedMs += tookMs;
      if (tookMs >= limitMs) this.#log.warn(`Heartbeat failed: it took ${tookMs} ms, all failed ones ${failedMs} ms`);
      if (failedMs > this.failStopMs) onFailure();
      // After a failure the next one follows at once.
      else if (this.#timer !== undefined)
        this.#timer = setTimeout(() => void beat(), failedMs > 0 ? 0 : this.#periodMs);
    };
    this.#timer = setTimeout(() => void beat(), this.#periodMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Resolves with the first bytes of an answer, or when there will be none. */
  #ask(port: number, timeoutMs: number): Promise<void> {
    return new Promise((done) => {
      const socket = connect({ host: HOST, port, noDelay: true });
      const giveUp = setTimeout(() => finish(), timeoutMs);
      const finish = (problem?: string): void => {
        clearTimeout(giveUp);
        if (problem !== undefined) this.#log.warn(`Heartbeat could not ask port ${port}: ${problem}`);
        // A reset leaves no port waiting behind, every three seconds.
        socket.resetAndDestroy();
        done();
      };
      socket.once("connect", () => socket.write(COMMAND));
      socket.once("data", () => finish());
      socket.once("error", ({ message }) => finish(message));
    });
  }
}
