import type { DurableWrite, EnsembleConfiguration, PersistToken } from "@branta/zookeeper-engine";
import { Fifo } from "./fifo.ts";
import type { HistoryNode } from "./history-node.ts";
import type { Snapshots } from "./snapshots.ts";

/** What a server's disk holds: all it would find after a crash. Never changed, only replaced. */
export interface DiskImage {
  /** The snapshot that the log goes on from. */
  readonly base: HistoryNode;
  readonly baseZxid: number;
  /** Snapshot and log together. */
  readonly tip: HistoryNode;
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  /** Null for the one that the servers were set up with. */
  readonly configuration: EnsembleConfiguration | null;
  readonly nextConfiguration: EnsembleConfiguration | null;
  /** The beginning of an epoch that a later snapshot stands at, as Apache's leaders leave one, or none. */
  readonly epochStartZxid: number;
}

/** Below any position. */
const NO_ZXID = -1;
const NOTHING = { acceptedEpoch: -1, currentEpoch: -1, configuration: null, nextConfiguration: null } as const;

/** The last zxid of snapshot and log. */
export function lastZxidOf({ base, baseZxid, tip, epochStartZxid }: DiskImage): number {
  return Math.max(tip === base ? baseZxid : tip.zxid, epochStartZxid);
}

/** Looks at each write as it reaches the disk. */
export type WriteWatcher = (write: DurableWrite, before: DiskImage, after: DiskImage) => void;

interface WaitingWrite {
  readonly token: PersistToken;
  readonly write: DurableWrite;
  /** What the disk holds with it and all before it. */
  readonly after: DiskImage;
}

/**
 * A server's disk: what is durable, and the writes on their way there, in order. One sync is under way at a time and
 * takes all that had been written when it began.
 */
export class ServerDisk {
  readonly #snapshots: Snapshots;
  readonly #watch: WriteWatcher;
  readonly #root: HistoryNode;
  #image: DiskImage;
  readonly #waiting = new Fifo<WaitingWrite>();
  #syncing = 0;
  /** Of the last write that reached the disk. */
  #durable = 0 as PersistToken;
  #syncs = 0;
  #logical: DiskImage;

  constructor(root: HistoryNode, snapshots: Snapshots, watch: WriteWatcher) {
    this.#snapshots = snapshots;
    this.#watch = watch;
    this.#root = root;
    this.#image = { base: root, baseZxid: 0, tip: root, epochStartZxid: NO_ZXID, ...NOTHING };
    this.#logical = this.#image;
  }

  /** All of it is lost, while its server is down: what is found then is a database that must not be empty, zxid -1. */
  lose(): void {
    this.#image = { base: this.#root, baseZxid: NO_ZXID, tip: this.#root, epochStartZxid: NO_ZXID, ...NOTHING };
    this.#logical = this.#image;
  }

  /** While its server is down: what Apache leaves when it ends after it was elected for an epoch that has no transaction yet. */
  beginEpoch(zxid: number, epoch: number): void {
    this.#image = { ...this.#image, epochStartZxid: zxid, acceptedEpoch: epoch, currentEpoch: epoch };
    this.#logical = this.#image;
  }

  /** What is durable. */
  get image(): DiskImage {
    return this.#image;
  }

  /** What the server believes to have, once everything is written. */
  get logical(): DiskImage {
    return this.#logical;
  }

  get isSyncing(): boolean {
    return this.#syncing > 0;
  }

  /** Writes that are not durable yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  write(token: PersistToken, write: DurableWrite): void {
    this.#logical = this.#after(this.#logical, write);
    this.#waiting.push({ token, write, after: this.#logical });
  }

  /** Syncs begun and crashes: tells one sync from another. */
  get syncs(): number {
    return this.#syncs;
  }

  /** Begins a sync of all that waits, if none is under way; false when there is nothing to do. */
  beginSync(): boolean {
    if (this.#syncing > 0 || this.#waiting.length === 0) return false;
    this.#syncing = this.#waiting.length;
    this.#syncs++;
    return true;
  }

  /** Ends the sync. @returns the token of the last write that is durable now */
  endSync(): PersistToken {
    this.#keep(this.#syncing);
    this.#syncing = 0;
    return this.#durable;
  }

  /** The process ends: the first `kept` writes of those under way reached the disk, the others are lost. */
  crash(kept: number): void {
    this.#keep(kept);
    this.#syncs++;
    this.#syncing = 0;
    this.#waiting.cut(0);
    this.#logical = this.#image;
  }

  #keep(count: number): void {
    for (let kept = 0; kept < count; kept++) {
      const { token, write, after } = this.#waiting.shift()!;
      const before = this.#image;
      this.#image = after;
      this.#durable = token;
      this.#watch(write, before, after);
    }
  }

  #after(image: DiskImage, write: DurableWrite): DiskImage {
    switch (write.kind) {
      case "append":
        return { ...image, tip: image.tip.with(write.entry) };
      case "truncate":
        return { ...image, tip: image.tip.upTo(Math.max(write.zxid, image.base.zxid)), epochStartZxid: NO_ZXID };
      case "snapshot": {
        const { history } = this.#snapshots.get(write.ref);
        return { ...image, base: history, baseZxid: write.zxid, tip: history, epochStartZxid: NO_ZXID };
      }
      case "acceptedEpoch":
        return { ...image, acceptedEpoch: write.epoch };
      case "currentEpoch":
        return { ...image, currentEpoch: write.epoch };
      case "configuration":
        return { ...image, configuration: write.configuration };
      case "nextConfiguration":
        return { ...image, nextConfiguration: write.configuration };
    }
  }
}
