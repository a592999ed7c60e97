/** A client as the name of its znode in the client list tells it. */
export interface ClientEntry {
  readonly hostName: string;
  readonly ip: string;
  /** Connections to each cache node. */
  readonly poolSize: number;
  /** `java`, `c`, `node`, … */
  readonly language: string;
  readonly version: string;
  /** When it connected, its local time: `yyyyMMddHHmmss`. */
  readonly since: string;
  /** Its ZooKeeper session: decimal digits from Java, hex digits from C. */
  readonly session: string;
  /** What the client adds, such as `jre=17.0.15`; "" if nothing. */
  readonly extra: string;
}

/** `web01_10.0.0.9_1_java_1.13.2_20261121042821_72057728370016278_jre=17.0.15`. A "/" in a part becomes "-". */
export function formatClientEntry(entry: ClientEntry): string {
  const { hostName, ip, poolSize, language, version, since, session, extra } = entry;
  const parts = [hostName, ip, poolSize, language, version, since, session, ...(extra === "" ? [] : [extra])];
  return parts.join("_").replaceAll("/", "-");
}

// The host's name may itself have "_": the other parts are found from the right.
const ENTRY = /^(.*)_([^_]+)_(\d+)_([^_\d][^_]*)_([^_]*)_(\d{12,17})_([0-9a-fA-F]+)(?:_(.*))?$/;

/** Reads the name that any of the known clients gives itself; null if it is none. */
export function parseClientEntry(name: string): ClientEntry | null {
  const match = ENTRY.exec(name);
  if (match === null) return null;
  const [, hostName = "", ip = "", poolSize, language = "", version = "", since = "", session = "", extra = ""] = match;
  return { hostName, ip, poolSize: Number(poolSize), language, version, since, session, extra };
}
