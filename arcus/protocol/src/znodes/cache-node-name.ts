import { ArcusProtocolError } from "../protocol-error.ts";

/** A cache node as its znode's name tells it. */
export interface CacheNodeName {
  readonly host: string;
  readonly port: number;
  /** `host:port`: the node's name on the ring. */
  readonly address: string;
  /** What the machine calls itself; only people read it. "" if the name has none. */
  readonly hostName: string;
}

/** `10.0.0.1:11211-cache001.arcus` */
export function formatCacheNodeName(host: string, port: number, hostName: string): string {
  return `${host}:${port}-${hostName}`;
}

/** @throws ArcusProtocolError "invalidNodeName" if it is not `ip:port-hostname` */
export function parseCacheNodeName(name: string): CacheNodeName {
  const dash = name.indexOf("-");
  const address = dash < 0 ? name : name.slice(0, dash);
  const colon = address.lastIndexOf(":");
  const port = /^\d{1,5}$/.test(address.slice(colon + 1)) ? Number(address.slice(colon + 1)) : 0;
  if (colon <= 0 || port < 1 || port > 65_535) {
    throw new ArcusProtocolError(
      "invalidNodeName",
      `Cannot read the cache node name "${name}": wanted is "ip:port-hostname"`,
    );
  }
  return { host: address.slice(0, colon), port, address, hostName: dash < 0 ? "" : name.slice(dash + 1) };
}

/** What a cache node's znode holds: the memory it may use. `100MB` */
export function formatMemoryLimit(megabytes: number): string {
  return `${megabytes}MB`;
}
