import { BytesError } from "@branta/foundation-bytes";
import {
  type Acl,
  SnapshotDecoder,
  SnapshotEncoder,
  type SnapshotEvent,
  type SnapshotForm,
} from "@branta/zookeeper-protocol";
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
export function* encodeSnapshot(
  source: SnapshotSource,
  form: SnapshotForm = "file",
): Generator<Buffer, void, undefined> {
  const encoder = new SnapshotEncoder(CHUNK_BYTES + 4096, form);
  encoder.begin(
    counted(source.sessionCount, source.sessions(), ({ sessionId, timeoutMs }) => [sessionId, timeoutMs] as const),
    counted(source.aclCount, source.acls(), ({ aclId, acl }) => [aclId, acl] as const),
  );
  for (const node of source.nodes()) {
    encoder.node(node);
    if (encoder.length >= CHUNK_BYTES) yield encoder.take();
  }
  encoder.endNodes();
  if (form === "file") encodeFileEnd(encoder, source);
  yield encoder.take();
}

/** What snapshot files have behind the nodes. */
function encodeFileEnd(encoder: SnapshotEncoder, source: SnapshotSource): void {
  const digest = source.zxidDigest();
  if (digest !== null) encoder.digest({ zxid: digest.zxid, digestVersion: digest.version, digest: digest.digest });
  const lastZxid = source.lastProcessedZxid();
  if (lastZxid !== null) encoder.lastProcessedZxid(lastZxid);
}

/** Decodes an uncompressed snapshot into a sink, chunk by chunk as they come. */
export class SnapshotFeed {
  readonly #decoder = new SnapshotDecoder();
  readonly #sink: SnapshotSink;
  readonly #zxid: number;
  readonly #path: string;
  #zxidDigest: SnapshotDigest | null = null;
  #lastProcessedZxid: number | null = null;

  /** `zxid` and `path` say where the snapshot comes from. The sink begins. */
  constructor(sink: SnapshotSink, zxid: number, path: string) {
    this.#sink = sink;
    this.#zxid = zxid;
    this.#path = path;
    sink.begin();
  }

  /** Takes the next bytes, which must not change any more. @throws StorageError `corruptSnapshot` */
  push(chunk: Buffer): void {
    this.#attempt(() => {
      for (const event of this.#decoder.push(chunk)) this.#take(event);
    });
  }

  /** Says that there are no more. @throws StorageError `corruptSnapshot` if there should be; the sink then holds a part of it. */
  finish(): SnapshotEnd {
    this.#attempt(() => this.#decoder.finish());
    const end = { zxid: this.#zxid, zxidDigest: this.#zxidDigest, lastProcessedZxid: this.#lastProcessedZxid };
    this.#sink.end(end);
    return end;
  }

  #attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      throw new StorageError("corruptSnapshot", `Cannot restore "${this.#path}": ${error.message}`, {
        cause: error,
        file: this.#path,
        offset: error.offset,
      });
    }
  }

  #take(event: SnapshotEvent): void {
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
        this.#zxidDigest = zxid > 0 ? { zxid, version: digestVersion, digest } : null;
        break;
      }
      case "lastProcessedZxid":
        this.#lastProcessedZxid = event.zxid;
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
  const feed = new SnapshotFeed(sink, zxid, path);
  for await (const chunk of chunks) feed.push(chunk);
  return feed.finish();
}
