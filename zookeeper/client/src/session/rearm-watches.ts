import type { Writer } from "@branta/foundation-bytes";
import { OpCode, setWatches, setWatches2 } from "@branta/zookeeper-protocol";
import { WATCH_KINDS, type WatchKind, type WatchRegistry } from "./watch-registry.ts";

/** One setWatches request, ready to be written after a RequestHeader of type `type`. */
export interface RearmRequest {
  readonly type: typeof OpCode.setWatches | typeof OpCode.setWatches2;
  encode(writer: Writer): void;
}

/** Paths in one request, bytes: well below jute.maxbuffer of every server (the Java client's figure, too). */
const BATCH_BYTES = 128 * 1024;

type Batch = Record<WatchKind, string[]>;

/**
 * The requests that make a server take over all watches after a reconnect, and tell what was missed since `lastZxid`.
 * Persistent watches need setWatches2, which servers before 3.6 do not know; it is used only where there are any.
 */
export function* rearmRequests(watches: WatchRegistry, lastZxid: number): Generator<RearmRequest> {
  let batch = emptyBatch();
  let bytes = 0;
  for (const kind of WATCH_KINDS) {
    for (const path of watches.paths(kind)) {
      const size = 4 + Buffer.byteLength(path);
      if (bytes > 0 && bytes + size > BATCH_BYTES) {
        yield toRequest(batch, lastZxid);
        batch = emptyBatch();
        bytes = 0;
      }
      batch[kind].push(path);
      bytes += size;
    }
  }
  if (bytes > 0) yield toRequest(batch, lastZxid);
}

function emptyBatch(): Batch {
  return { data: [], exist: [], child: [], persistent: [], recursive: [] };
}

function toRequest(batch: Batch, relativeZxid: number): RearmRequest {
  const oneShot = {
    relativeZxid,
    dataWatches: batch.data,
    existWatches: batch.exist,
    childWatches: batch.child,
  };
  if (batch.persistent.length + batch.recursive.length === 0) {
    return { type: OpCode.setWatches, encode: (writer) => setWatches.encode(writer, oneShot) };
  }
  const all = {
    ...oneShot,
    persistentWatches: batch.persistent,
    persistentRecursiveWatches: batch.recursive,
  };
  return { type: OpCode.setWatches2, encode: (writer) => setWatches2.encode(writer, all) };
}
