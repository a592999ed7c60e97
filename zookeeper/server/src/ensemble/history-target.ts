import type { Disk } from "@branta/foundation-runtime";
import type { SnapshotRef } from "@branta/zookeeper-engine";

import type { LogHooks, ServerStorage } from "../core/server-storage.ts";
import { installSnapshot, truncateHistory, type TxnLogWriter, writeEpoch } from "../storage/index.ts";
import type { ConfigurationFiles } from "./configuration-files.ts";
import type { BarrierWrite, WriteTarget } from "./durable-writes.ts";

export interface HistoryTargetOptions {
  readonly disk: Disk;
  readonly storage: ServerStorage;
  /** Resolves when no snapshot is being written. */
  snapshotsIdle(): Promise<void>;
  /** Null for a server that was started without a zoo.cfg. */
  readonly configurations: ConfigurationFiles | null;
  /** The file of a received snapshot, which is ours from now on. */
  claim(ref: SnapshotRef): string;
}

/** The disk of an ensemble's member, in Apache's files. */
export class HistoryTarget implements WriteTarget {
  readonly #options: HistoryTargetOptions;

  constructor(options: HistoryTargetOptions) {
    this.#options = options;
  }

  openLog(hooks: LogHooks): Promise<TxnLogWriter> {
    return this.#options.storage.openLog(hooks);
  }

  async write(write: BarrierWrite): Promise<void> {
    const { disk, storage, snapshotsIdle, claim } = this.#options;
    const { directories } = storage;
    switch (write.kind) {
      case "acceptedEpoch":
      case "currentEpoch":
        return writeEpoch(disk, directories.snapshotDirectory, write.kind, write.epoch);
      case "truncate":
        // One that is being written would come back under its own name.
        await snapshotsIdle();
        return truncateHistory({ disk, ...directories, zxid: write.zxid });
      case "snapshot":
        await snapshotsIdle();
        return installSnapshot({ disk, ...directories, path: claim(write.ref), zxid: write.zxid });
      case "configuration":
        return this.#options.configurations?.writeCommitted(write.configuration);
      case "nextConfiguration":
        return this.#options.configurations?.writeNext(write.configuration);
    }
  }
}
