import { ArcusProtocolError } from "../protocol-error.ts";

/** Below it lies everything of all clouds that share an ensemble. */
export const ARCUS_ROOT = "/arcus";
/** A child for each cloud, with a child for each cache node that is up. */
export const CACHE_LIST = "/arcus/cache_list";
/** A child for each client connected, below a child for each cloud. */
export const CLIENT_LIST = "/arcus/client_list";
/** A child for each address at which a cache node may run, with the cloud that it belongs to as its only child. */
export const CACHE_SERVER_MAPPING = "/arcus/cache_server_mapping";
/** Where nodes leave a note when they join, a child a day. Nobody has to create it; without it there are no notes. */
export const CACHE_SERVER_LOG = "/arcus/cache_server_log";
/** The enterprise edition's list. A client looks here first; of a community cloud it must not exist. */
export const REPLICATED_CACHE_LIST = "/arcus_repl/cache_list";

const SERVICE_CODE_LENGTH_MAX = 128;

/** Where the nodes of a cloud are listed; the data is the cloud's configuration. */
export function cacheListPath(serviceCode: string): string {
  return `${CACHE_LIST}/${validServiceCode(serviceCode)}`;
}

/** Where the clients of a cloud are listed. */
export function clientListPath(serviceCode: string): string {
  return `${CLIENT_LIST}/${validServiceCode(serviceCode)}`;
}

/** Which cloud the cache node at an address belongs to. @param address `ip:port`, `host:port`, or an IP alone */
export function serverMappingPath(address: string, serviceCode?: string): string {
  const path = `${CACHE_SERVER_MAPPING}/${address}`;
  return serviceCode === undefined ? path : `${path}/${validServiceCode(serviceCode)}`;
}

/** The cloud that a child of a mapping names: what precedes the first "^". (The enterprise edition adds more there.) */
export function serviceCodeOfMapping(child: string): string {
  return validServiceCode(child.split("^", 1)[0]!);
}

/** @throws ArcusProtocolError "invalidServiceCode" */
function validServiceCode(serviceCode: string): string {
  if (serviceCode.length > 0 && serviceCode.length <= SERVICE_CODE_LENGTH_MAX && !/[/^]/.test(serviceCode)) {
    return serviceCode;
  }
  throw new ArcusProtocolError(
    "invalidServiceCode",
    `Cannot use the service code "${serviceCode}": wanted are 1 to ${SERVICE_CODE_LENGTH_MAX} characters without "/" and "^"`,
  );
}
