import { decompressChunks, GLANCE_BYTES, type SnapshotCompression } from "./compression.ts";
import type { SnapshotEnd, SnapshotSink } from "./snapshot-source.ts";
import { decodeSnapshot } from "./snapshot-stream.ts";
import { StorageError } from "./storage-error.ts";
import { SNAPPY_MAGIC } from "./snappy-frames.ts";

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const STREAM = "the snapshot that was sent";

/**
 * Decodes a snapshot that comes from elsewhere, and tells by its first bytes how it is compressed.
 * @throws StorageError `corruptSnapshot`; the sink then holds a part of it.
 */
export async function decodeSnapshotStream(
  stream: AsyncIterable<Uint8Array>,
  sink: SnapshotSink,
): Promise<SnapshotEnd> {
  const chunks = bufferChunks(stream);
  const { head, all } = await peek(chunks);
  try {
    return await decodeSnapshot(decompressChunks(compressionOf(head), all), sink, 0, STREAM);
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageError("corruptSnapshot", `Cannot restore ${STREAM}: ${reason}`, { cause: error, file: STREAM });
  }
}

function compressionOf(head: Buffer): SnapshotCompression {
  if (head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) return "gz";
  return head.subarray(0, SNAPPY_MAGIC.length).equals(SNAPPY_MAGIC) ? "snappy" : "";
}

async function peek(chunks: AsyncGenerator<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GLANCE_BYTES) {
    const step = await chunks.next();
    if (step.done === true) break;
    head = Buffer.concat([head, step.value]);
  }
  return { head, all: joined(head, chunks) };
}

async function* joined(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

async function* bufferChunks(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
