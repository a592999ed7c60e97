import { ConfigError } from "@branta/foundation-config";
import type { Logger } from "@branta/foundation-observe";
import { type Clock, type Disk, NodeDisk, type Random, SystemClock, SystemRandom } from "@branta/foundation-runtime";
import type { SaslServer } from "@branta/zookeeper-engine";
import { SERVER_ID_MAX_WITH_TTL } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import type { AuditLog } from "../operator/audit-log.ts";
import type { PortGuards } from "./client-ports.ts";
import type { SystemPorts } from "./server-storage.ts";

/** What a server is made of besides its configuration; what is left out is the system's own. */
export interface ServerOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** A write or fsync failed, and nothing that was promised since can be kept: the process must end. */
  readonly onFatal: (error: Error) => void;
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly guards?: PortGuards;
  readonly newSaslServer?: () => SaslServer | null;
  /** Told of every write; null where auditing is off. */
  readonly audit?: AuditLog | null;
}

/** What is left out of the options is the system's own. */
export function systemOf(options: ServerOptions): SystemPorts {
  return {
    disk: options.disk ?? new NodeDisk(),
    clock: options.clock ?? new SystemClock(),
    random: options.random ?? new SystemRandom(),
  };
}

/** The owners of TTL nodes need the top byte that session ids take from the server's number. @throws ConfigError */
export function checkServerId(config: ServerConfig): void {
  if (!config.extendedTypesEnabled || config.serverId <= SERVER_ID_MAX_WITH_TTL) return;
  throw new ConfigError("conflict", `myid is "${config.serverId}"; with extendedTypesEnabled it must be at most 254`);
}
