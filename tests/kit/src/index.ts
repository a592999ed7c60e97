export { CacheNodeProcess, type CacheNodeOptions } from "./cache-node-process.ts";
export { Ensemble, type EnsembleOptions, type ServerPorts } from "./ensemble.ts";
export { endWithThisProcess } from "./end-with-this-process.ts";
export { freePort } from "./free-port.ts";
export { freePorts } from "./free-ports.ts";
export { type ConnectAnswer, type ConnectFields, connectBody, handshake, parseConnectAnswer } from "./handshake.ts";
export { type HostCommand, type HostCommandOptions, type HostPlan, TestHost } from "./hosts/test-host.ts";
export { type NetworkOptions, TestNetwork } from "./hosts/test-network.ts";
export { KitError, type KitErrorCode } from "./kit-error.ts";
export { modeOf } from "./mode-of.ts";
export { probeServer } from "./probe-server.ts";
export { Random } from "./random.ts";
export {
  type AclEntry,
  authBody,
  createBody,
  createTtlBody,
  multiBody,
  type MultiPart,
  OPEN,
  pathBody,
  pathKindBody,
  pathVersionBody,
  pathWatchBody,
  reconfigBody,
  requestFrame,
  setAclBody,
  setDataBody,
  setWatchesBody,
} from "./request-bodies.ts";
export {
  parseServerKind,
  type ServerCommand,
  serverCommand,
  type ServerKind,
  type SystemProperties,
} from "./server-command.ts";
export { type ServerOptions, ServerProcess } from "./server-process.ts";
export { WireConnection } from "./wire-connection.ts";
export { type Arrival, WireSession } from "./wire-session.ts";
