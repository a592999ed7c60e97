import { BytesError } from "@branta/foundation-bytes";
import { type Acl, SnapshotDecoder, SnapshotEncoder, type SnapshotEvent } from "@branta/zookeeper-protocol";
import type { SnapshotDigest, SnapshotEnd, SnapshotSink, SnapshotSource } from "./snapshot-source.ts";
import { StorageError } from "./storage-error.ts";

/** What is encoded in one go, in well under a millisecond; between two chunks the clients have their turn. */
const CHUNK_BYTES = 64 * 1024;

function counted<From, To>(
  size: number,
  items: Iterable<From>,
  convert: (item: From) => To,
): { size: number; [Symbol.iterator](): Iterator<To> } {
  return {
    size,
    *[Symbol.iterator]() {
      for (const item of items) yield convert(item);
    },
  };
}

/** Encodes a snapshot, uncompressed, in chunks of about 64 KiB. Nothing is pulled from the source before it is asked for. */
export function* encodeSnapshot(source: SnapshotSource): Generator<Buffer, void, undefined> {
  const encoder = new SnapshotEncoder(CHUNK_BYTES + 4096);
  encoder.begin(
    counted(source.sessionCount, source.sessions(), ({ sessionId, timeoutMs }) => [sessionId, timeoutMs] as const),
    counted(source.aclCount, source.acls(), ({ aclId, acl }) => [aclId, acl] as const),
  );
  for (const node of source.nodes()) {
    encoder.node(node);
    if (encoder.length >= CHUNK_BYTES) yield encoder.take();
  }
  encoder.endNodes();
  const digest = source.zxidDigest();
  if (digest !== null) encoder.digest({ zxid: digest.zxid, digestVersion: digest.version, digest: digest.digest });
  const lastZxid = source.lastProcessedZxid();
  if (lastZxid !== null) encoder.lastProcessedZxid(lastZxid);
  yield encoder.take();
}

/** Hands a decoder's events on, and keeps what belongs to the end. */
class Restoring {
  readonly #sink: SnapshotSink;
  zxidDigest: SnapshotDigest | null = null;
  lastProcessedZxid: number | null = null;

  constructor(sink: SnapshotSink) {
    this.#sink = sink;
  }

  take(event: SnapshotEvent): void {
    switch (event.type) {
      case "session":
        this.#sink.session(event.session.sessionId, event.session.timeOut);
        break;
      case "acl":
        this.#sink.acl(event.entry.aclId, event.entry.acl as Acl[]);
        break;
      case "node":
        this.#sink.node(event.node.path, event.node.data, event.node.aclId, event.node.stat);
        break;
      case "digest": {
        const { zxid, digestVersion, digest } = event.digest;
        // A server that had applied nothing yet writes an empty digest.
        this.zxidDigest = zxid > 0 ? { zxid, version: digestVersion, digest } : null;
        break;
      }
      case "lastProcessedZxid":
        this.lastProcessedZxid = event.zxid;
        break;
      case "header":
      case "sealed":
        break;
    }
  }
}

/**
 * Decodes an uncompressed snapshot into a sink; `zxid` and `path` say where it comes from.
 * @throws StorageError `corruptSnapshot`; the sink then holds a part of it.
 */
export async function decodeSnapshot(
  chunks: AsyncIterable<Buffer>,
  sink: SnapshotSink,
  zxid: number,
  path: string,
): Promise<SnapshotEnd> {
  const decoder = new SnapshotDecoder();
  const restoring = new Restoring(sink);
  sink.begin();
  try {
    for await (const chunk of chunks) {
      for (const event of decoder.push(chunk)) restoring.take(event);
    }
    decoder.finish();
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new StorageError("corruptSnapshot", `Cannot restore "${path}": ${error.message}`, {
      cause: error,
      file: path,
      offset: error.offset,
    });
  }
  const { zxidDigest, lastProcessedZxid } = restoring;
  const end: SnapshotEnd = { zxid, zxidDigest, lastProcessedZxid };
  sink.end(end);
  return end;
}
