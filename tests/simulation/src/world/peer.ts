import type { DurableState, Effect, Input, RoleStatus, ZabOptions } from "@branta/zookeeper-engine";

/** What the simulation needs of a core. */
export interface Peer {
  step(input: Input, nowMs: number): readonly Effect[];
  readonly nextDeadlineMs: number;
  readonly status: RoleStatus;
}

/** Makes a core for a server that starts. */
export type NewPeer = (options: ZabOptions, durable: DurableState) => Peer;
