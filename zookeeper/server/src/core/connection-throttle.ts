import type { Clock, Random } from "@branta/foundation-runtime";

import type { ServerConfig } from "../config/server-config.ts";

const TWO_32 = 0x1_0000_0000;

/**
 * Decides which clients get a session when too many ask at once (Apache's BlueThrottle, `connection_throttle_*`): a
 * bucket of tokens that fills with time and, if `freeze_time` is set, a probability of refusal that rises while the
 * bucket is empty, so that it is not always the same clients that come too late.
 */
export class ConnectionThrottle {
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #random: Random;
  #tokens: number;
  #filledAtMs: number;
  #adjustedAtMs: number;
  #dropProbability = 0;

  constructor(config: ServerConfig, clock: Clock, random: Random) {
    this.#config = config;
    this.#clock = clock;
    this.#random = random;
    this.#tokens = config.connectionThrottleTokens;
    this.#filledAtMs = clock.nowMs();
    this.#adjustedAtMs = this.#filledAtMs - config.connectionThrottleFreezeTimeMs;
  }

  get dropProbability(): number {
    return this.#dropProbability;
  }

  /** Tokens that are gone. */
  get deficit(): number {
    return this.#config.connectionThrottleTokens - this.#tokens;
  }

  /** Takes the tokens of one new or renewed session; false: this client is to be sent away. */
  admit(isRenewal: boolean): boolean {
    const { connectionThrottleTokens: capacity, connectionThrottleFreezeTimeMs: freezeTimeMs } = this.#config;
    if (capacity === 0) return true;
    const nowMs = this.#clock.nowMs();
    this.#fill(nowMs, capacity);
    if (freezeTimeMs !== -1 && this.#isDropped(nowMs, capacity, freezeTimeMs)) return false;
    const need = this.#tokensNeeded(isRenewal);
    if (this.#tokens < need) return false;
    this.#tokens -= need;
    return true;
  }

  #fill(nowMs: number, capacity: number): void {
    const { connectionThrottleFillTimeMs: fillTimeMs, connectionThrottleFillCount: fillCount } = this.#config;
    const passedMs = nowMs - this.#filledAtMs;
    if (passedMs <= fillTimeMs) return;
    this.#tokens = Math.min(this.#tokens + Math.floor((passedMs * fillCount) / fillTimeMs), capacity);
    this.#filledAtMs = nowMs;
  }

  #isDropped(nowMs: number, capacity: number, freezeTimeMs: number): boolean {
    const { connectionThrottleDropIncrease: up, connectionThrottleDropDecrease: down } = this.#config;
    if (nowMs - this.#adjustedAtMs > freezeTimeMs) {
      const calm = Math.round(capacity * this.#config.connectionThrottleDecreaseRatio);
      if (this.#tokens === 0) this.#dropProbability = Math.min(this.#dropProbability + up, 1);
      else if (this.deficit <= calm) this.#dropProbability = Math.max(this.#dropProbability - down, 0);
      this.#adjustedAtMs = nowMs;
    }
    return this.#random.u32() / TWO_32 < this.#dropProbability;
  }

  #tokensNeeded(isRenewal: boolean): number {
    const config = this.#config;
    if (!config.connectionThrottleWeightEnabled) return 1;
    if (isRenewal) return config.connectionThrottleRenewSessionWeight;
    const isLocal = config.localSessionsEnabled && config.isDistributed;
    return isLocal ? config.connectionThrottleLocalSessionWeight : config.connectionThrottleGlobalSessionWeight;
  }
}
