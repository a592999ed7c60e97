import { BytesError, type Codec } from "@branta/foundation-bytes";

/** First in every file that servers keep. */
export interface FileHeader {
  /** What the file is: {@link LOG_MAGIC} or {@link SNAPSHOT_MAGIC}. */
  readonly magic: number;
  /** Always {@link FILE_VERSION}. */
  readonly version: number;
  /** Unused: 0 in logs, -1 in snapshots. */
  readonly dbid: number;
}

/** "ZKLG" */
export const LOG_MAGIC = 0x5a4b_4c47;
/** "ZKSN" */
export const SNAPSHOT_MAGIC = 0x5a4b_534e;
export const FILE_VERSION = 2;
export const FILE_HEADER_BYTES = 16;

export const LOG_FILE_HEADER: FileHeader = { magic: LOG_MAGIC, version: FILE_VERSION, dbid: 0 };
export const SNAPSHOT_FILE_HEADER: FileHeader = { magic: SNAPSHOT_MAGIC, version: FILE_VERSION, dbid: -1 };

/** `FileHeader => magic:int version:int dbid:long` */
export const fileHeader: Codec<FileHeader> = {
  name: "FileHeader",
  encode(writer, header) {
    writer.int(header.magic);
    writer.int(header.version);
    writer.longNumber(header.dbid);
  },
  decode(reader) {
    return { magic: reader.int(), version: reader.int(), dbid: reader.longNumber() };
  },
};

/** @throws BytesError "malformed" unless the header is that of `wanted`. */
export function checkMagic(header: FileHeader, wanted: typeof LOG_MAGIC | typeof SNAPSHOT_MAGIC): void {
  if (header.magic === wanted) return;
  const hex = (header.magic >>> 0).toString(16).padStart(8, "0");
  throw new BytesError("malformed", `Cannot read file: magic is 0x${hex}, must be 0x${wanted.toString(16)}`, 0);
}
