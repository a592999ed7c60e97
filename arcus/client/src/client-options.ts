import type { Hooks } from "./hooks.ts";
import type { BackoffOptions, NodeOptions } from "./node/node-options.ts";
import type { JavaValue } from "./values/java-values.ts";
import type { Transcoder } from "./values/transcoder.ts";
import { ArcusError } from "./arcus-error.ts";

/** How to deal with a cloud. Everything has a default. */
export interface ClientOptions {
  /** How long a call waits for its answer, ms, unless it says otherwise. 700. */
  readonly timeoutMs?: number | undefined;
  /** Connections to each node. One is enough for most: requests do not wait for each other's answers. 1. */
  readonly poolSize?: number | undefined;
  /** How long a node may take to accept a connection and to answer on it, ms. 3 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Operations that may wait for answers on one connection; more fail with queueFull. 16 384. */
  readonly maxPending?: number | undefined;
  /** Operations in a row without an answer in time after which a connection counts as broken … 10. */
  readonly timeoutsMax?: number | undefined;
  /** … if that has gone on for this long, ms. 1 600. */
  readonly timeoutsForMs?: number | undefined;
  /** Waits between attempts to reach a node that is down: 100 ms at first, 2 000 ms at last. */
  readonly backoff?: Partial<BackoffOptions> | undefined;
  /** Session timeout to ask the ensemble for, ms. 15 000. */
  readonly sessionTimeoutMs?: number | undefined;
  /** How values become bytes where a call does not say. That of the Java client. */
  readonly transcoder?: Transcoder<JavaValue> | undefined;
  /** For metrics and logs. */
  readonly hooks?: Hooks | undefined;
  /** Draws numbers from [0, 1), for tests that must repeat. Math.random. */
  readonly random?: (() => number) | undefined;
}

const DEFAULT_BACKOFF: BackoffOptions = { initialDelayMs: 100, maxDelayMs: 2_000 };

/** @throws ArcusError invalidArgument */
export function nodeOptionsOf(options: ClientOptions): NodeOptions {
  const { poolSize = 1 } = options;
  if (!Number.isInteger(poolSize) || poolSize < 1) {
    throw new ArcusError(
      "invalidArgument",
      `Cannot use the pool size "${poolSize}": wanted is a whole number from 1 on`,
    );
  }
  return {
    poolSize,
    connectTimeoutMs: options.connectTimeoutMs ?? 3_000,
    maxPending: options.maxPending ?? 16_384,
    timeoutsMax: options.timeoutsMax ?? 10,
    timeoutsForMs: options.timeoutsForMs ?? 1_600,
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    random: options.random ?? Math.random,
  };
}
