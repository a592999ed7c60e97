import type { ServerId } from "../effects.ts";

/** What majority means in one configuration of an ensemble. */
export interface QuorumVerifier {
  readonly voters: ReadonlySet<ServerId>;
  /** Whether these servers are enough to decide; those without a vote do not count. */
  isQuorum(servers: ReadonlySet<ServerId>): boolean;
  /** How many voters are enough, whichever they are; null where some count more than others. */
  readonly majority: number | null;
  /** Votes of a server: 1 in plain majorities, 0 for who has none. */
  weightOf(server: ServerId): number;
}

/** Who belongs to an ensemble, as one version of its configuration says. */
export interface EnsembleConfiguration {
  /** The zxid of the reconfiguration that brought it, 0 for one from the configuration file. */
  readonly version: number;
  readonly quorum: QuorumVerifier;
  readonly observers: ReadonlySet<ServerId>;
  /** Where each member leads from, as its line says: a leader whose address changes does not stay leader. */
  readonly addresses: ReadonlyMap<ServerId, string>;
  /** `server.N=…` lines and `version=<hex>`, as it travels in votes and NEWLEADER. */
  readonly text: string;
}
