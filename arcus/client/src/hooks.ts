import type { ArcusError, ArcusErrorCode } from "./arcus-error.ts";

/** An operation on one node that is over. A bulk operation is one a node and chunk. */
export interface OperationEvent {
  /** The first word of the command, and the second of a collection's: `get`, `bop smget`. */
  readonly command: string;
  /** `ip:port` */
  readonly node: string;
  readonly durationMs: number;
  readonly outcome: "ok" | ArcusErrorCode;
}

/** A node's connections changed. */
export interface NodeEvent {
  /** `ip:port` */
  readonly node: string;
  /** up: at least one connection; down: none, and operations fail until there is one again. */
  readonly state: "up" | "down";
  readonly error: ArcusError | null;
}

/** The cloud has other nodes, so keys have other owners. */
export interface RingEvent {
  readonly nodes: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** For metrics and logs. What a hook throws is thrown where nobody catches it: a hook must not. */
export interface Hooks {
  operation?(event: OperationEvent): void;
  node?(event: NodeEvent): void;
  ring?(event: RingEvent): void;
  /** Something the client goes on without: the ensemble cannot be asked, its entry among the clients cannot be made. */
  warning?(error: unknown): void;
}
