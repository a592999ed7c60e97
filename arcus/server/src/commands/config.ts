import { openFileLimit } from "@branta/foundation-observe";

import type { Request } from "../connection/request.ts";
import type { NodeContext } from "../node/node-context.ts";
import type { Command } from "./command.ts";
import { INT32_MAX, UINT32_MAX } from "./numbers.ts";

const MIB = 1024 * 1024;
const VERBOSITY_MAX = 2;
/** Files that are no clients: the listening socket and its like, the coordination service, the operator's way in. */
const FILES_RESERVED = 15;
const CONNECTIONS_MAX = 1_000_000;
const COLLECTION_SIZE_MAX = 1_000_000;
const ELEMENT_BYTES = { min: 1024, max: 32 * 1024 } as const;
const SCRUB_COUNT = { min: 16, max: 320 } as const;

const DONE = "END";
const BAD_FORMAT = "CLIENT_ERROR bad command line format";
const BAD_VALUE = "CLIENT_ERROR bad value";

/** What may be asked for and changed while a node runs. */
interface Setting {
  readonly read: (node: NodeContext) => string | number;
  /** Changes it to the request's word 2. @returns the reply */
  readonly change: (node: NodeContext, request: Request) => string;
}

/** A number without sign that a rule accepts or not. */
function unsigned(change: (node: NodeContext, value: number) => boolean): Setting["change"] {
  return (node, request) => {
    const value = request.uint(2);
    if (value < 0 || value > UINT32_MAX) return BAD_FORMAT;
    return change(node, value) ? DONE : BAD_VALUE;
  };
}

/** A collection's size may only grow; a negative one is the largest. */
function collectionSize(name: "listSizeMax" | "setSizeMax" | "mapSizeMax" | "btreeSizeMax"): Setting {
  return {
    read: ({ cache }) => cache.limits[name],
    change({ cache }, request) {
      const value = request.int(2);
      if (!(Math.abs(value) <= INT32_MAX)) return BAD_FORMAT;
      const size = value < 0 || value > COLLECTION_SIZE_MAX ? COLLECTION_SIZE_MAX : value;
      if (size <= cache.limits[name]) return BAD_VALUE;
      cache.limits[name] = size;
      return DONE;
    },
  };
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  verbosity: {
    read: ({ settings }) => settings.verbosity,
    change({ settings }, request) {
      const value = request.uint(2);
      if (value < 0 || value > UINT32_MAX) return BAD_FORMAT;
      if (value > VERBOSITY_MAX) return "SERVER_ERROR cannot change the verbosity over the limit";
      settings.verbosity = value;
      return DONE;
    },
  },
  memlimit: {
    read: ({ cache }) => Math.floor(cache.limitBytes / MIB),
    change: unsigned(changeMemoryLimit),
  },
  sticky_limit: {
    read: ({ cache }) => Math.floor(cache.limits.stickyBytesMax / MIB),
    change: unsigned(({ cache }, value) => {
      if (value * MIB < cache.statistics.stickyBytes || value * MIB > cache.limitBytes) return false;
      cache.limits.stickyBytesMax = value * MIB;
      return true;
    }),
  },
  maxconns: { read: ({ settings }) => settings.connectionsMax, change: changeConnectionsMax },
  max_list_size: collectionSize("listSizeMax"),
  max_set_size: collectionSize("setSizeMax"),
  max_map_size: collectionSize("mapSizeMax"),
  max_btree_size: collectionSize("btreeSizeMax"),
  max_element_bytes: {
    read: ({ cache }) => cache.limits.elementBytesMax,
    change: unsigned(({ cache }, value) => {
      if (value < ELEMENT_BYTES.min || value > ELEMENT_BYTES.max) return false;
      cache.limits.elementBytesMax = value;
      return true;
    }),
  },
  scrub_count: {
    read: ({ scrubber }) => scrubber.countPerSlice,
    change: unsigned(({ scrubber }, value) => {
      if (value < SCRUB_COUNT.min || value > SCRUB_COUNT.max) return false;
      scrubber.countPerSlice = value;
      return true;
    }),
  },
  max_stats_prefixes: {
    read: ({ settings }) => settings.statsPrefixesMax,
    change: unsigned(({ settings }, value) => {
      settings.statsPrefixesMax = value;
      return true;
    }),
  },
  hbtimeout: {
    read: ({ cloud }) => cloud.heartbeat.timeoutMs,
    change: unsigned(({ cloud }, value) => cloud.heartbeat.setTimeoutMs(value)),
  },
  hbfailstop: {
    read: ({ cloud }) => cloud.heartbeat.failStopMs,
    change: unsigned(({ cloud }, value) => cloud.heartbeat.setFailStopMs(value)),
  },
  zkfailstop: {
    read: ({ cloud }) => (cloud.failStops ? "on" : "off"),
    change({ cloud }, request) {
      if (!request.is(2, "on") && !request.is(2, "off")) return BAD_VALUE;
      cloud.failStops = request.is(2, "on");
      return DONE;
    },
  },
};

/**
 * `config <name>` answers `<name> <value>` and END; `config <name> <value>` changes it and answers END. The settings
 * of persistence are unknown, as in a server that was built without.
 */
export const configCommand: Command = {
  mayBeLong: true,
  run(request, session) {
    const name = request.text(1);
    if (!Object.hasOwn(SETTINGS, name) || request.count > 3) {
      session.reply(BAD_FORMAT);
      return;
    }
    const setting = SETTINGS[name]!;
    const { node } = session;
    if (request.count === 3) session.reply(setting.change(node, request));
    else session.reply(`${name} ${setting.read(node)}\r\nEND`);
  },
};

/** The limit may not come too near to the memory that items have taken: it is not given back. */
function changeMemoryLimit({ cache }: NodeContext, megabytes: number): boolean {
  const bytes = megabytes * MIB;
  if (bytes < (cache.touchedBytes + cache.limits.itemBytesMax) * 1.1) return false;
  return cache.setLimitBytes(bytes) === "ok";
}

function changeConnectionsMax({ settings, traffic }: NodeContext, request: Request): string {
  const value = request.int(2);
  if (!(Math.abs(value) <= INT32_MAX)) return BAD_FORMAT;
  const files = value + FILES_RESERVED;
  if (files < traffic.connections * 1.1 || files > CONNECTIONS_MAX) return "CLIENT_ERROR the value is out of range";
  const limit = openFileLimit();
  if (limit >= 0 && files > limit) return "SERVER_ERROR cannot change to the maxconns over the soft limit";
  settings.connectionsMax = value;
  return DONE;
}
