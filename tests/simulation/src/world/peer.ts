import type {
  DurableState,
  Effect,
  EnsembleConfiguration,
  Input,
  RoleStatus,
  ZabOptions,
} from "@branta/zookeeper-engine";

/** What the simulation needs of a core. */
export interface Peer {
  step(input: Input, nowMs: number): readonly Effect[];
  readonly nextDeadlineMs: number;
  readonly status: RoleStatus;
  /** Whether a leader's followers are enough for this configuration. */
  isReadyFor(configuration: EnsembleConfiguration): boolean;
}

/** Makes a core for a server that starts. */
export type NewPeer = (options: ZabOptions, durable: DurableState) => Peer;
