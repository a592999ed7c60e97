import type { Codec } from "@branta/foundation-bytes";

/** What servers keep of a node besides its data: in snapshots, and under the tree digest. */
export interface StatPersisted {
  readonly czxid: number;
  readonly mzxid: number;
  /** ms since the epoch. */
  readonly ctime: number;
  /** ms since the epoch. */
  readonly mtime: number;
  readonly version: number;
  /** Children ever created: unlike Stat.cversion it does not count removals. */
  readonly cversion: number;
  readonly aversion: number;
  /** Owning session, or the mark of a container or TTL node; 0n for plain nodes. See ephemeral-owner.ts. */
  readonly ephemeralOwner: bigint;
  readonly pzxid: number;
}

/** Bytes of a StatPersisted on disk. */
export const STAT_PERSISTED_BYTES = 60;

/**
 * `StatPersisted => czxid:long mzxid:long ctime:long mtime:long version:int cversion:int aversion:int
 *  ephemeralOwner:long pzxid:long`
 */
export const statPersistedCodec: Codec<StatPersisted> = {
  name: "StatPersisted",
  encode(writer, stat) {
    writer.longNumber(stat.czxid);
    writer.longNumber(stat.mzxid);
    writer.longNumber(stat.ctime);
    writer.longNumber(stat.mtime);
    writer.int(stat.version);
    writer.int(stat.cversion);
    writer.int(stat.aversion);
    writer.long(stat.ephemeralOwner);
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
      pzxid: reader.longNumber(),
    };
  },
};
