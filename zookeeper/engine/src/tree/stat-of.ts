import type { Writer } from "@branta/foundation-bytes";
import { clientOwner, type OwnerRules, type Stat } from "@branta/zookeeper-protocol";

import type { ZnodeId } from "./znode-records.ts";
import type { ZnodeReader } from "./znode-reader.ts";

/** A node's stat as clients see it: counts of children changed, and an owner only for ephemeral nodes. */
export function statOf(znodes: ZnodeReader, id: ZnodeId, rules: OwnerRules): Stat {
  const numChildren = znodes.childCount(id);
  return {
    czxid: znodes.czxid(id),
    mzxid: znodes.mzxid(id),
    ctime: znodes.ctime(id),
    mtime: znodes.mtime(id),
    version: znodes.version(id),
    cversion: clientCversion(znodes.cversion(id), numChildren),
    aversion: znodes.aversion(id),
    ephemeralOwner: clientOwner(znodes.ephemeralOwner(id), rules),
    dataLength: Math.max(znodes.dataLength(id), 0),
    numChildren,
    pzxid: znodes.pzxid(id),
  };
}

/** Writes the same straight to the wire, without an object: the last part of most replies. */
export function writeStat(znodes: ZnodeReader, id: ZnodeId, rules: OwnerRules, writer: Writer): void {
  const numChildren = znodes.childCount(id);
  writer.longNumber(znodes.czxid(id));
  writer.longNumber(znodes.mzxid(id));
  writer.longNumber(znodes.ctime(id));
  writer.longNumber(znodes.mtime(id));
  writer.int(znodes.version(id));
  writer.int(clientCversion(znodes.cversion(id), numChildren));
  writer.int(znodes.aversion(id));
  if (znodes.hasOwner(id)) writer.long(clientOwner(znodes.ephemeralOwner(id), rules));
  else writer.longNumber(0);
  writer.int(Math.max(znodes.dataLength(id), 0));
  writer.int(numChildren);
  writer.longNumber(znodes.pzxid(id));
}

/** Creations and deletions together: each child created counts one, each one no longer there another. */
function clientCversion(created: number, numChildren: number): number {
  return (created * 2 - numChildren) | 0;
}
