/** Everything that a command line and the environment say about a cache node, after all defaults. */
export interface NodeOptions extends ListenOptions, CacheOptions, ProcessOptions {
  /** -t, as `stats` repeats it; one event loop serves all connections. */
  readonly threads: number;
  /** -R: commands of one connection in a row, before others have their turn. */
  readonly requestsPerEventMax: number;
  /** -v, -vv, -vvv; 0 to 3. */
  readonly verbosity: number;
  /** -B. Only ASCII is spoken; with `binary` every connection is closed at its first byte. */
  readonly protocol: "auto" | "ascii" | "binary";
  /** -X: names of the modules without folder, ending and configuration, such as `ascii_scrub`. */
  readonly extensions: readonly string[];
  /** -z, null for a node that belongs to no cloud. */
  readonly ensemble: string | null;
  /** -o, s; null for the default. */
  readonly sessionTimeoutSeconds: number | null;
  /** MEMCACHED_TOP_KEYS, 0 for none. */
  readonly topKeys: number;
  /** ARCUS_METRICS_ADDRESS: where Prometheus may ask; null for nowhere. */
  readonly metricsAddress: { readonly host: string; readonly port: number } | null;
}

/** Where it listens. */
export interface ListenOptions {
  /** -p; 0 is off, {@link ANY_PORT} any that is free. */
  readonly port: number;
  /** -U; no UDP port is opened, whatever it says. */
  readonly udpPort: number;
  /** -l; null for all interfaces. */
  readonly listenAddress: string | null;
  /** -s: then there is no TCP port. */
  readonly unixSocketPath: string | null;
  /** -a, the mode of the socket's file. */
  readonly unixSocketMode: number;
  /** -b */
  readonly backlog: number;
  /** -c */
  readonly connectionsMax: number;
}

/** What the cache may do. */
export interface CacheOptions {
  /** -m, bytes. */
  readonly memoryLimitBytes: number;
  /** -g, bytes. */
  readonly stickyLimitBytes: number;
  /** Not -M: old items make room for new ones. */
  readonly evicts: boolean;
  /** Not -C. */
  readonly usesCas: boolean;
  /** -D, one character. */
  readonly prefixDelimiter: string;
  /** Statistics of prefixes are gathered from the start: -D was given. */
  readonly detailEnabled: boolean;
  /** Not -q: clients may switch them on and off. */
  readonly detailAllowed: boolean;
  /** -I, bytes. */
  readonly itemSizeMax: number;
  /** -f; slabs here have their own sizes, `stats settings` repeats it. */
  readonly growthFactor: number;
  /** -n, bytes; as -f. */
  readonly chunkSize: number;
  readonly listSizeMax: number;
  readonly setSizeMax: number;
  readonly mapSizeMax: number;
  readonly btreeSizeMax: number;
  /** Bytes of an element's value, with its CRLF. */
  readonly elementBytesMax: number;
  /** Items that a scrub looks at in one go. */
  readonly scrubCount: number;
}

/** How it runs as a process. */
export interface ProcessOptions {
  /** -d */
  readonly isDaemon: boolean;
  /** -P; null for none. */
  readonly pidFile: string | null;
  /** -u; null if not given. */
  readonly user: string | null;
  /** MEMCACHED_PORT_FILENAME: a file that is to tell the port. */
  readonly portFile: string | null;
}

/** A port that is for the system to choose. */
export const ANY_PORT = -1;

const MIB = 1024 * 1024;

/** A node that was told nothing. */
export const DEFAULT_NODE_OPTIONS: NodeOptions = {
  port: 11_211,
  udpPort: 0,
  listenAddress: null,
  unixSocketPath: null,
  unixSocketMode: 0o700,
  backlog: 1024,
  connectionsMax: 1024,
  memoryLimitBytes: 64 * MIB,
  stickyLimitBytes: 0,
  evicts: true,
  usesCas: true,
  prefixDelimiter: ":",
  detailEnabled: false,
  detailAllowed: true,
  itemSizeMax: MIB,
  growthFactor: 1.25,
  chunkSize: 48,
  listSizeMax: 50_000,
  setSizeMax: 50_000,
  mapSizeMax: 50_000,
  btreeSizeMax: 50_000,
  elementBytesMax: 16 * 1024,
  scrubCount: 96,
  isDaemon: false,
  pidFile: null,
  user: null,
  portFile: null,
  threads: 4,
  requestsPerEventMax: 20,
  verbosity: 0,
  protocol: "auto",
  extensions: [],
  ensemble: null,
  sessionTimeoutSeconds: null,
  topKeys: 0,
  metricsAddress: null,
};
