export { parseServerConfig } from "../config/parse-server-config.ts";
export type { ServerConfig } from "../config/server-config.ts";
export { ServerConnection } from "../connection/server-connection.ts";
export { Replica } from "../ensemble/replica.ts";
export { exampleView } from "../operator/example-view.ts";
