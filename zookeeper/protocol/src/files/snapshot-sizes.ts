import { BytesError } from "@branta/foundation-bytes";
import { STAT_PERSISTED_BYTES } from "../records/stat-persisted.ts";

/** Longest text or data believed in a snapshot; a longer one is damage. */
export const SNAPSHOT_FIELD_BYTES_MAX = 128 * 1024 * 1024;

/**
 * How many bytes a record that begins at `at` takes. If too few bytes are there to tell, the number is what it takes to
 * tell more: asking again with as many always gets further.
 */
export type Measure = (bytes: Buffer, at: number, available: number) => number;

/** Of a node, or of the path "/" alone that ends the nodes. */
export const measureNode: Measure = (bytes, at, available) => {
  if (available < 4) return 4;
  const pathBytes = fieldLength(bytes, at, "path");
  if (available < 4 + pathBytes) return 4 + pathBytes;
  if (isEndPath(bytes, at)) return 5;
  const dataAt = 4 + pathBytes;
  if (available < dataAt + 4) return dataAt + 4;
  return dataAt + 4 + fieldLength(bytes, at + dataAt, "data") + 8 + STAT_PERSISTED_BYTES;
};

/** Of one ACL. */
export const measureAcl: Measure = (bytes, at, available) => {
  if (available < 8) return 8;
  const idAt = 8 + fieldLength(bytes, at + 4, "scheme");
  if (available < idAt + 4) return idAt + 4;
  return idAt + 4 + fieldLength(bytes, at + idAt, "id");
};

/** Of a ZxidDigest, whose last field was text before version 2. */
export const measureZxidDigest: Measure = (bytes, at, available) => {
  if (available < 16) return 16;
  return bytes.readInt32BE(at + 8) < 2 ? 16 + fieldLength(bytes, at + 12, "digest") : 20;
};

/** True if the path at `at` is the one that ends the nodes. Five bytes must be there unless the path is empty. */
export function isEndPath(bytes: Buffer, at: number): boolean {
  return bytes.readInt32BE(at) === 1 && bytes[at + 4] === 0x2f;
}

function fieldLength(bytes: Buffer, at: number, field: string): number {
  const length = bytes.readInt32BE(at);
  if (length < -1 || length > SNAPSHOT_FIELD_BYTES_MAX) {
    const message = `Cannot read ${field} in snapshot: length is ${length}, must be -1 to ${SNAPSHOT_FIELD_BYTES_MAX}`;
    throw new BytesError("malformed", message, at);
  }
  return length === -1 ? 0 : length;
}
