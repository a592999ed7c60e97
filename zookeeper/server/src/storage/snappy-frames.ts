import { compress, uncompress } from "snappy";

/** "\x82SNAPPY\0", then two version numbers: how snappy-java's SnappyOutputStream begins. */
export const SNAPPY_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER_BYTES = 16;
const VERSION = 1;
/** What SnappyOutputStream compresses at a time, bytes. */
const BLOCK_BYTES = 32 * 1024;
/** A block never shrinks below this share, so a longer one is damage: snappy's own worst case for far larger blocks. */
const FRAME_BYTES_MAX = 64 * 1024 * 1024;

/** Why a compressed stream cannot be read. */
export class SnappyFrameError extends Error {
  override readonly name = "SnappyFrameError";
}

/** `Stream => magic:8 version:int compatible:int *(length:int block)`, as Java's snapshots have it; it is not Google's framing format. */
export async function* snappyFrames(
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const header = Buffer.alloc(HEADER_BYTES);
  SNAPPY_MAGIC.copy(header);
  header.writeInt32BE(VERSION, 8);
  header.writeInt32BE(VERSION, 12);
  yield header;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
      const block = await compress(chunk.subarray(at, at + BLOCK_BYTES));
      const length = Buffer.alloc(4);
      length.writeInt32BE(block.length);
      yield Buffer.concat([length, block]);
    }
  }
}

/** Undoes {@link snappyFrames}, for chunks of any size. @throws SnappyFrameError */
export async function* fromSnappyFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let used = frameLength(rest, started); used > 0 && used <= rest.length; used = frameLength(rest, started)) {
      if (isHeader(rest)) started = true;
      else yield await decompress(rest.subarray(4, used));
      rest = rest.subarray(used);
    }
  }
  if (!started || rest.length > 0)
    throw new SnappyFrameError(
      `Cannot decompress: the stream ends within a block of which ${rest.length} bytes are there`,
    );
}

/** Streams may be joined end to end: a header can stand where a block may. */
function isHeader(bytes: Buffer): boolean {
  return bytes.subarray(0, SNAPPY_MAGIC.length).equals(SNAPPY_MAGIC);
}

/** Length of the header or block that begins here, or 0 if too little is there to tell. */
function frameLength(bytes: Buffer, started: boolean): number {
  if (bytes.length < SNAPPY_MAGIC.length)
    return started && bytes.length >= 4 && bytes[0] !== SNAPPY_MAGIC[0] ? blockLength(bytes) : 0;
  if (isHeader(bytes)) return HEADER_BYTES;
  if (!started) throw new SnappyFrameError(`Cannot decompress: the stream does not begin as snappy-java's do`);
  return blockLength(bytes);
}

function blockLength(bytes: Buffer): number {
  const length = bytes.readInt32BE(0);
  if (length < 0 || length > FRAME_BYTES_MAX) {
    throw new SnappyFrameError(`Cannot decompress: a block's length is ${length}, must be 0 to ${FRAME_BYTES_MAX}`);
  }
  return 4 + length;
}

async function decompress(block: Buffer): Promise<Buffer> {
  try {
    return (await uncompress(block)) as Buffer;
  } catch (error) {
    throw new SnappyFrameError("Cannot decompress: a block is damaged", { cause: error });
  }
}
