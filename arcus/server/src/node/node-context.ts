import type { Cache } from "@branta/arcus-engine";

import type { CommandLog } from "../admin/command-log.ts";
import type { KeyDump } from "../admin/key-dump.ts";
import type { LongQueries } from "../admin/long-queries.ts";
import type { OwnsKey, Scrubber } from "../admin/scrubber.ts";
import type { CloudControl } from "../cloud/cloud-control.ts";
import type { OperationCounters } from "../stats/operation-counters.ts";
import type { NodeLog } from "./node-log.ts";
import type { NodeOptions } from "./node-options.ts";

/** What a node is part of: its process and its cloud. */
export interface NodeSurroundings {
  readonly cloud: CloudControl;
  readonly log: NodeLog;
  /** Whether the cloud places this key here. */
  readonly owns: OwnsKey;
  /** A clock that never goes back, by which the turns of connections are measured. */
  readonly nowMs: () => number;
  /** Ends the process after it has served for so many seconds more. */
  stop(delaySeconds: number): void;
}

/** What clients have sent and been sent. */
export interface Traffic {
  /** Open now. */
  connections: number;
  totalConnections: number;
  /** Turned away for want of room. */
  rejected: number;
  /** Ended by `quit`. */
  quits: number;
  bytesRead: number;
  bytesWritten: number;
  /**
   * Times that a connection had had as many requests in a row as -R says. It goes on all the same: its turn ends when it
   * has been long, or with what it sent in one read, and answering that in one write is what is fast.
   */
  yields: number;
}

/** What `config` may change of the server; the cache has its own limits. */
export interface NodeSettings {
  connectionsMax: number;
  /** 0 to 3. */
  verbosity: number;
  /** `stats prefixes` refuses to list more. */
  statsPrefixesMax: number;
}

/** All that commands have to do with. */
export interface NodeContext {
  readonly cache: Cache;
  readonly options: NodeOptions;
  /** Where it listens; 0 for a socket in the file system. */
  readonly port: number;
  readonly cloud: CloudControl;
  readonly counters: OperationCounters;
  readonly traffic: Traffic;
  readonly settings: NodeSettings;
  readonly scrubber: Scrubber;
  readonly longQueries: LongQueries;
  readonly commandLog: CommandLog;
  readonly keyDump: KeyDump;
  readonly log: NodeLog;
  /** A stop has been asked for. */
  readonly isStopping: boolean;
  stop(delaySeconds: number): void;
  uptimeSeconds(): number;
  /** An integer from 0 to below. */
  random(below: number): number;
}
