import { Reader } from "@branta/foundation-bytes";
import { ChunkQueue } from "../files/chunk-queue.ts";
import type { QuorumPacket } from "./quorum-packet.ts";
import { measureQuorumPacket, readQuorumPacket } from "./read-quorum-packet.ts";
import { SnapshotEndFinder } from "./snapshot-end-finder.ts";

/** What is read from a quorum connection. */
export type QuorumEvent =
  | { readonly kind: "packet"; readonly packet: QuorumPacket }
  /** A packet of a type that nobody here knows: Apache's servers pass over those. */
  | { readonly kind: "unknown"; readonly type: number }
  /** More of the snapshot that was announced by a `snap` packet; views of what was pushed. */
  | { readonly kind: "snapshotBytes"; readonly bytes: Buffer }
  | { readonly kind: "snapshotEnd" };

const SNAPSHOT_END: QuorumEvent = { kind: "snapshotEnd" };

/**
 * Reads what comes on a quorum connection, in chunks of any size: packets one behind the other, and after a `snap`
 * packet the snapshot itself. Byte strings are views of what was pushed.
 */
export class QuorumPacketParser {
  readonly #input = new ChunkQueue({ checksum: false });
  readonly #reader = new Reader(Buffer.alloc(0));
  readonly #dataBytesMax: number;
  #wanted = 1;
  #snapshot: SnapshotEndFinder | null = null;

  /** @param dataBytesMax longest data of a packet. */
  constructor(dataBytesMax: number) {
    this.#dataBytesMax = dataBytesMax;
  }

  push(chunk: Buffer): void {
    this.#input.push(chunk);
  }

  /**
   * What has come whole, one at a time, then null.
   * @throws BytesError after which nothing can be understood any more: the connection is of no use.
   */
  next(): QuorumEvent | null {
    if (this.#snapshot?.isDone === true) {
      this.#snapshot = null;
      return SNAPSHOT_END;
    }
    while (this.#input.gather(this.#wanted)) {
      const event = this.#snapshot === null ? this.#packet() : this.#snapshotBytes(this.#snapshot);
      if (event !== null) return event;
    }
    return null;
  }

  #packet(): QuorumEvent | null {
    const { front, at } = this.#input;
    const available = front.length - at;
    const size = measureQuorumPacket(front, at, available, this.#dataBytesMax);
    if (size > available) {
      this.#wanted = size;
      return null;
    }
    this.#wanted = 1;
    this.#input.advance(size);
    const packet = readQuorumPacket(this.#reader.reset(front, at, at + size));
    if (packet === null) return { kind: "unknown", type: front.readInt32BE(at) };
    if (packet.kind === "snap") this.#snapshot = new SnapshotEndFinder();
    return { kind: "packet", packet };
  }

  #snapshotBytes(snapshot: SnapshotEndFinder): QuorumEvent | null {
    const { front, at } = this.#input;
    const { snapshotBytes, bytes } = snapshot.push(front.subarray(at));
    this.#input.advance(bytes);
    if (snapshotBytes > 0) return { kind: "snapshotBytes", bytes: front.subarray(at, at + snapshotBytes) };
    if (!snapshot.isDone) return null;
    this.#snapshot = null;
    return SNAPSHOT_END;
  }
}
