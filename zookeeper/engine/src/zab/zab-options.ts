import type { LogEntry, PersistToken, ServerId } from "./effects.ts";
import type { EnsembleConfiguration } from "./quorum/quorum-verifier.ts";

/** Whom an observer follows, and when. */
export interface ObservingOptions {
  /** In which order voters are tried at their observerMasterPort; null: observers follow the leader. */
  readonly orderMasters: ((voters: readonly ServerId[]) => readonly ServerId[]) | null;
  /** How long to wait before the leader is dialled, or the first of the masters again: so that not all come at once. */
  readonly reconnectDelayMs: () => number;
}

/** How a core is set up; times are milliseconds. */
export interface ZabOptions {
  readonly serverId: ServerId;
  readonly configuration: EnsembleConfiguration;
  readonly tickMs: number;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
  /** First and longest wait for votes. */
  readonly minNotificationMs: number;
  readonly maxNotificationMs: number;
  /** How long a decided election waits for something better (200 in Apache). */
  readonly finalizeWaitMs: number;
  /**
   * Reads a configuration as it stands in transactions, votes and NEWLEADER. Left out where configurations do not change
   * (reconfigEnabled=false): then those of others are passed over, as Apache does.
   */
  readonly readConfiguration?: (text: string) => EnsembleConfiguration | null;
  /** Whether an oracle decides where one of two voters is lost; it says no until the input `oracle` says yes. */
  readonly hasOracle?: boolean;
  /** Left out: observers follow the leader, at once. */
  readonly observing?: ObservingOptions;
  /** Committed transactions kept in memory for learners that are a little behind (500 in Apache). */
  readonly windowEntries: number;
}

/** What was found on disk at the start, all of it durable. */
export interface DurableState {
  /** -1 where there is no file yet. */
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  /** The last transactions of the log, oldest first, contiguous to the end; the tree contains them all. */
  readonly recent: readonly LogEntry[];
  /** Last zxid of snapshot and log, 0 for a new database, -1 for one that is empty though it should not be and must not vote. */
  readonly lastZxid: number;
  /** Where the oldest snapshot stands that can be gone back to; 0 where the log goes back to the beginning. */
  readonly oldestZxid: number;
  /** One that was proposed and, for all this server knows, not committed. */
  readonly nextConfiguration?: EnsembleConfiguration | null;
  /** Stands for everything that was found. */
  readonly token: PersistToken;
}
