import type { Codec } from "@branta/foundation-bytes";

/** What clients may know of a node besides its data. */
export interface Stat {
  /** zxid of the create. */
  readonly czxid: number;
  /** zxid of the last change of the data. */
  readonly mzxid: number;
  /** Time of the create, ms since the epoch. */
  readonly ctime: number;
  /** Time of the last change of the data, ms since the epoch. */
  readonly mtime: number;
  /** Changes of the data. */
  readonly version: number;
  /** Changes of the child list. */
  readonly cversion: number;
  /** Changes of the ACL. */
  readonly aversion: number;
  /** Session that owns the node if it is ephemeral, else 0n. */
  readonly ephemeralOwner: bigint;
  /** Bytes of data. */
  readonly dataLength: number;
  readonly numChildren: number;
  /** zxid of the last change of the child list. */
  readonly pzxid: number;
}

/** Bytes of a Stat on the wire. */
export const STAT_BYTES = 68;

/**
 * `Stat => czxid:long mzxid:long ctime:long mtime:long version:int cversion:int aversion:int ephemeralOwner:long
 *  dataLength:int numChildren:int pzxid:long`
 */
export const statCodec: Codec<Stat> = {
  name: "Stat",
  encode(writer, stat) {
    writer.longNumber(stat.czxid);
    writer.longNumber(stat.mzxid);
    writer.longNumber(stat.ctime);
    writer.longNumber(stat.mtime);
    writer.int(stat.version);
    writer.int(stat.cversion);
    writer.int(stat.aversion);
    writer.long(stat.ephemeralOwner);
    writer.int(stat.dataLength);
    writer.int(stat.numChildren);
    writer.longNumber(stat.pzxid);
  },
  decode(reader) {
    return {
      czxid: reader.longNumber(),
      mzxid: reader.longNumber(),
      ctime: reader.longNumber(),
      mtime: reader.longNumber(),
      version: reader.int(),
      cversion: reader.int(),
      aversion: reader.int(),
      ephemeralOwner: reader.long(),
      dataLength: reader.int(),
      numChildren: reader.int(),
      pzxid: reader.longNumber(),
    };
  },
};
