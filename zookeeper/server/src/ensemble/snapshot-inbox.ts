import type { Disk, FatalHook } from "@branta/foundation-runtime";
import type { DataTree, LinkId, SnapshotRef } from "@branta/zookeeper-engine";

import type { ServerConnection } from "../connection/server-connection.ts";
import { RestoringSink } from "../core/load-database.ts";
import { ReceivedSnapshot } from "../storage/index.ts";
import type { SnapshotReceiver } from "./quorum-link.ts";
import { SnapshotReception } from "./snapshot-reception.ts";

export interface SnapshotInboxOptions {
  readonly disk: Disk;
  readonly snapshotDirectory: string;
  newTree(): DataTree<ServerConnection>;
  /** A part of a snapshot has come. */
  onProgress(link: LinkId): void;
  /** A snapshot has come whole, and is on disk under a name without meaning. */
  onReceived(link: LinkId, ref: SnapshotRef): void;
  readonly onFatal: FatalHook;
}

interface Arrival {
  readonly link: LinkId;
  readonly file: ReceivedSnapshot;
  readonly tree: DataTree<ServerConnection>;
  /** The core has taken it over: it is no longer given up with its link. */
  isTaken: boolean;
}

/** Snapshots that leaders send: each goes to disk and into a tree of its own, until the core decides what becomes of it. */
export class SnapshotInbox {
  readonly #options: SnapshotInboxOptions;
  /** By the link on which each comes. */
  readonly #receptions = new Map<LinkId, SnapshotReception>();
  readonly #arrivals = new Map<SnapshotRef, Arrival>();
  #lastNumber = 0;

  constructor(options: SnapshotInboxOptions) {
    this.#options = options;
  }

  /** Takes the snapshot that follows on a link. */
  receive(link: LinkId): SnapshotReceiver {
    const { disk, snapshotDirectory, onProgress, onReceived, onFatal } = this.#options;
    const number = ++this.#lastNumber;
    const sink = new RestoringSink<ServerConnection>(() => this.#options.newTree());
    const created = ReceivedSnapshot.create({ disk, snapshotDirectory, number, sink });
    const reception = new SnapshotReception({
      created,
      onFatal,
      onProgress: () => onProgress(link),
      onWhole: (file) => {
        const ref = number as SnapshotRef;
        this.#receptions.delete(link);
        this.#arrivals.set(ref, { link, file, tree: sink.tree, isTaken: false });
        onReceived(link, ref);
      },
    });
    this.#receptions.set(link, reception);
    return reception;
  }

  /** The tree of a snapshot, which is the server's from now on. */
  take(ref: SnapshotRef): DataTree<ServerConnection> {
    const arrival = this.#find(ref);
    arrival.isTaken = true;
    return arrival.tree;
  }

  /** The file of a snapshot, which the caller puts in its place. */
  claim(ref: SnapshotRef): string {
    const { file } = this.#find(ref);
    this.#arrivals.delete(ref);
    return file.path;
  }

  /** Gives up what comes on a link, or came and was not taken. */
  forget(link: LinkId): void {
    this.#receptions.get(link)?.abort();
    this.#receptions.delete(link);
    for (const [ref, arrival] of this.#arrivals) {
      if (arrival.link !== link || arrival.isTaken) continue;
      this.#arrivals.delete(ref);
      arrival.file.discard().catch(() => undefined);
    }
  }

  #find(ref: SnapshotRef): Arrival {
    const arrival = this.#arrivals.get(ref);
    if (arrival === undefined) throw new Error(`Cannot find snapshot ${ref}: it was given up, or claimed before`);
    return arrival;
  }
}
