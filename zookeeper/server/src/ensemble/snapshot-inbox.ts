import type { Disk, FatalHook } from "@branta/foundation-runtime";
import type { DataTree, LinkId, SnapshotRef } from "@branta/zookeeper-engine";

import type { ServerConnection } from "../connection/server-connection.ts";
import { RestoringSink } from "../core/load-database.ts";
import { ReceivedSnapshot, StorageError } from "../storage/index.ts";
import type { SnapshotReceiver } from "./quorum-links.ts";

export interface SnapshotInboxOptions {
  readonly disk: Disk;
  readonly snapshotDirectory: string;
  newTree(): DataTree<ServerConnection>;
  /** A part of a snapshot has come. */
  onProgress(link: LinkId): void;
  /** A snapshot has come whole, and is on disk under a name without meaning. */
  onReceived(link: LinkId, ref: SnapshotRef): void;
  /** What came is no snapshot. */
  onDamaged(link: LinkId, error: StorageError): void;
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
  readonly #arrivals = new Map<SnapshotRef, Arrival>();
  #lastNumber = 0;

  constructor(options: SnapshotInboxOptions) {
    this.#options = options;
  }

  /** Takes the snapshot that follows on a link. */
  receive(link: LinkId): SnapshotReceiver {
    const { disk, snapshotDirectory } = this.#options;
    const number = ++this.#lastNumber;
    const sink = new RestoringSink<ServerConnection>(() => this.#options.newTree());
    const created = ReceivedSnapshot.create({ disk, snapshotDirectory, number, sink });
    // Told with the first write.
    created.catch(() => undefined);
    return {
      write: (chunk) =>
        this.#attempt(link, async () => {
          await (await created).write(chunk);
          this.#options.onProgress(link);
        }),
      end: () =>
        this.#attempt(link, async () => {
          const file = await created;
          await file.complete();
          const ref = number as SnapshotRef;
          this.#arrivals.set(ref, { link, file, tree: sink.tree, isTaken: false });
          this.#options.onReceived(link, ref);
        }),
      abort: () => void created.then((file) => file.discard()).catch(() => undefined),
    };
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

  /** Gives up what came on a link and was not taken. */
  forget(link: LinkId): void {
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

  async #attempt(link: LinkId, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof StorageError) this.#options.onDamaged(link, error);
      else this.#options.onFatal(error as Error);
      // Nothing more is to be read.
      await new Promise<never>(() => undefined);
    }
  }
}
