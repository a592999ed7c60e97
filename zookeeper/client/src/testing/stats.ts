import { encodeToBuffer } from "@branta/foundation-bytes";
import { existsResponse, getDataResponse, type Stat } from "@branta/zookeeper-protocol";

/** A stat for replies of fake servers. */
export function statOf(fields: Partial<Stat> = {}): Stat {
  return {
    czxid: 1,
    mzxid: 1,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: 0,
    numChildren: 0,
    pzxid: 1,
    ...fields,
  };
}

/** The body of a getData reply. */
export function dataBody(data: string | null, stat: Partial<Stat> = {}): Buffer {
  return encodeToBuffer(getDataResponse, { data: data === null ? null : Buffer.from(data), stat: statOf(stat) });
}

/** The body of an exists or setData reply. */
export function statBody(stat: Partial<Stat> = {}): Buffer {
  return encodeToBuffer(existsResponse, { stat: statOf(stat) });
}
