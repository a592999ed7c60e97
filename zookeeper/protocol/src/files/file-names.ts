const LOG_PREFIX = "log.";
const SNAPSHOT_PREFIX = "snapshot.";
const HEX = /^[0-9a-f]{1,16}$/i;

/** Name of the log whose first transaction is `zxid`: "log.100000001". */
export function logFileName(zxid: number): string {
  return LOG_PREFIX + zxid.toString(16);
}

/** Name of the snapshot that holds at least everything up to `zxid`; `extension` is "", ".gz" or ".snappy". */
export function snapshotFileName(zxid: number, extension = ""): string {
  return SNAPSHOT_PREFIX + zxid.toString(16) + extension;
}

/** The zxid in the name of a log, or null if the name is not that of a log. */
export function logFileZxid(name: string): number | null {
  return name.startsWith(LOG_PREFIX) ? parseHex(name.slice(LOG_PREFIX.length)) : null;
}

/** The zxid in the name of a snapshot, whatever its extension, or null if the name is not that of a snapshot. */
export function snapshotFileZxid(name: string): number | null {
  return name.startsWith(SNAPSHOT_PREFIX) ? parseHex(name.slice(SNAPSHOT_PREFIX.length).split(".", 1)[0]) : null;
}

function parseHex(text: string): number | null {
  return HEX.test(text) ? Number.parseInt(text, 16) : null;
}
