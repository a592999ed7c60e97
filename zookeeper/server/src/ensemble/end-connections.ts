import type { ServerConnection } from "../connection/server-connection.ts";

/** A role is over: its clients have to find another server, or this one in another role. Operators still get their answers. */
export function endConnections(connections: Iterable<ServerConnection>): void {
  for (const connection of connections) if (!connection.isAnswering) connection.destroy();
}
