import { FILE_HEADER_BYTES } from "@branta/zookeeper-protocol";
import type { SnapshotSource } from "./snapshot-source.ts";
import { encodeSnapshot } from "./snapshot-stream.ts";

/** An Adler-32 as a long, and the path "/". */
const SEAL_BYTES = 13;

/** Encodes a snapshot as a leader sends it: as a file's, without header and seals, so that nothing comes after the nodes. */
export function* encodeWireSnapshot(source: SnapshotSource): Generator<Buffer, void, undefined> {
  let skip = FILE_HEADER_BYTES;
  let held: Buffer | null = null;
  for (const chunk of encodeSnapshot(new NodesOnly(source))) {
    if (held !== null) yield held;
    held = chunk.subarray(skip);
    skip = 0;
  }
  yield held!.subarray(0, -SEAL_BYTES);
}

/** A snapshot without the sections that only files have. */
class NodesOnly implements SnapshotSource {
  readonly #source: SnapshotSource;
  readonly sessionCount: number;
  readonly aclCount: number;

  constructor(source: SnapshotSource) {
    this.#source = source;
    this.sessionCount = source.sessionCount;
    this.aclCount = source.aclCount;
  }

  sessions(): ReturnType<SnapshotSource["sessions"]> {
    return this.#source.sessions();
  }

  acls(): ReturnType<SnapshotSource["acls"]> {
    return this.#source.acls();
  }

  nodes(): ReturnType<SnapshotSource["nodes"]> {
    return this.#source.nodes();
  }

  zxidDigest(): null {
    return null;
  }

  lastProcessedZxid(): null {
    return null;
  }
}
