import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { fromSnappyFrames, SNAPPY_MAGIC, snappyFrames } from "./snappy-frames.ts";

/** snapshot.compression.method, which is also the file's extension. */
export type SnapshotCompression = "" | "gz" | "snappy";

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** A length of 1 and "/": how every complete uncompressed snapshot ends. */
const SEAL_END = Buffer.from([0, 0, 0, 1, 0x2f]);
/** Shorter than this it cannot have a header and an end. */
const PLAIN_BYTES_MIN = 10;

/** Reads the configured method; whatever is not known means none, as in SnapStream. */
export function snapshotCompression(method: string): SnapshotCompression {
  const name = method.toLowerCase();
  return name === "gz" || name === "snappy" ? name : "";
}

/** What to look at to tell at a glance whether a snapshot is complete: SnapStream.isValidSnapshot. */
export const GLANCE_BYTES = 8;

/** Judges the first and last bytes (up to {@link GLANCE_BYTES} each) of a snapshot file. */
export function looksComplete(
  compression: SnapshotCompression,
  head: Buffer,
  tail: Buffer,
  sizeBytes: number,
): boolean {
  if (compression === "gz") return head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
  if (compression === "snappy") return head.subarray(0, SNAPPY_MAGIC.length).equals(SNAPPY_MAGIC);
  return sizeBytes >= PLAIN_BYTES_MIN && tail.subarray(-SEAL_END.length).equals(SEAL_END);
}

/** Compresses chunks on the thread pool. */
export function compressChunks(
  compression: SnapshotCompression,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Iterable<Buffer> | AsyncIterable<Buffer> {
  if (compression === "snappy") return snappyFrames(chunks);
  if (compression === "gz") return through(chunks, createGzip());
  return chunks;
}

/** Undoes {@link compressChunks}; rejects with the library's error if the stream is damaged. */
export function decompressChunks(
  compression: SnapshotCompression,
  chunks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  if (compression === "snappy") return fromSnappyFrames(chunks);
  if (compression === "gz") return through(chunks, createGunzip());
  return chunks;
}

/** Not `Readable.compose`: that one waits for ever, and throws where nobody can catch it, when the input is damaged (Node 24). */
async function* through(
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  transform: Transform,
): AsyncGenerator<Buffer, void, undefined> {
  const fed = pipeline(Readable.from(chunks), transform);
  // Told by the reading below; this only keeps a second report of the same error from ending the process.
  fed.catch(() => undefined);
  for await (const chunk of transform) yield chunk as Buffer;
  await fed;
}
