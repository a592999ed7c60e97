import { parseCacheNodeName } from "@branta/arcus-protocol";

/** How a cloud is: no node is there, some are not where they should be, or all is well. */
export type CloudState = "OK" | "SOME_DOWN" | "DOWN";

/** A cloud as its znodes tell it. Addresses are `ip:port`, in order. */
export interface CloudStatus {
  readonly serviceCode: string;
  readonly status: CloudState;
  /** Nodes that are registered. */
  readonly total: number;
  /** Registered and there. */
  readonly online: readonly string[];
  /** Registered and not there. */
  readonly offline: readonly string[];
  /** There and not registered. */
  readonly undefined: readonly string[];
  readonly created: string | null;
  readonly modified: string | null;
}

/** What a cloud's znodes hold. */
export interface CloudFacts {
  readonly serviceCode: string;
  /** Addresses of the mappings that name the cloud. */
  readonly registered: readonly string[];
  /** Children of the cloud's znode. */
  readonly present: readonly string[];
  readonly created: string | null;
  readonly modified: string | null;
}

const byNumber = new Intl.Collator("en", { numeric: true }).compare;

/**
 * Compares what is registered with what is there. Upstream's rule says DOWN also for a cloud some of whose nodes are
 * there, when as many others are there unregistered; here DOWN means that none is.
 */
export function cloudStatus({ serviceCode, registered, present, created, modified }: CloudFacts): CloudStatus {
  const there = new Set(present.map(addressOf));
  const known = new Set(registered);
  const online = [...known].filter((address) => there.has(address)).toSorted(byNumber);
  const offline = [...known].filter((address) => !there.has(address)).toSorted(byNumber);
  const undefinedNodes = [...there].filter((address) => !known.has(address)).toSorted(byNumber);
  const isWhole = offline.length === 0 && undefinedNodes.length === 0;
  const status = online.length === 0 ? "DOWN" : isWhole ? "OK" : "SOME_DOWN";
  return { serviceCode, status, total: known.size, online, offline, undefined: undefinedNodes, created, modified };
}

function addressOf(name: string): string {
  try {
    return parseCacheNodeName(name).address;
  } catch {
    return name;
  }
}
