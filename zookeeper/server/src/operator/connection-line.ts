import { formatSocketAddress, hexOfLong } from "./java-format.ts";
import type { ConnectionView } from "./server-view.ts";

/** A connection as `stat` (brief) and `cons` show it, without the line's end. */
export function connectionLine(connection: ConnectionView, brief: boolean): string {
  const { stats, sessionId } = connection;
  const address = formatSocketAddress(connection.remoteAddress, connection.remotePort);
  const head = ` ${address}[${connection.interestOps.toString(16)}](queued=${stats.outstanding},recved=${stats.packetsReceived},sent=${stats.packetsSent}`;
  if (brief || sessionId === 0n) return `${head})`;
  const session = [
    `sid=0x${hexOfLong(sessionId)}`,
    `lop=${stats.lastOperation}`,
    `est=${stats.establishedAtMs}`,
    `to=${connection.sessionTimeoutMs}`,
    ...(stats.lastCxid >= 0 ? [`lcxid=0x${stats.lastCxid.toString(16)}`] : []),
    `lzxid=0x${hexOfLong(stats.lastZxid)}`,
    `lresp=${stats.lastResponseAtMs}`,
    `llat=${stats.lastLatencyMs}`,
    `minlat=${stats.minLatencyMs}`,
    `avglat=${stats.averageLatencyMs}`,
    `maxlat=${stats.maxLatencyMs}`,
  ];
  return `${head},${session.join(",")})`;
}
