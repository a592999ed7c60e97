import type { FatalHook } from "@branta/foundation-runtime";

import { type ReceivedSnapshot, StorageError } from "../storage/index.ts";
import type { SnapshotReceiver } from "./quorum-link.ts";

export interface SnapshotReceptionOptions {
  readonly created: Promise<ReceivedSnapshot>;
  onProgress(): void;
  /** The snapshot is whole and on disk. Not called once it was given up. */
  onWhole(file: ReceivedSnapshot): void;
  readonly onFatal: FatalHook;
}

/** One snapshot while it comes. What the disk is doing when the link is lost comes to its end before the file goes. */
export class SnapshotReception implements SnapshotReceiver {
  readonly #options: SnapshotReceptionOptions;
  #last: Promise<void> = Promise.resolve();
  #isGivenUp = false;

  constructor(options: SnapshotReceptionOptions) {
    this.#options = options;
  }

  /** @throws StorageError `corruptSnapshot` if what comes is no snapshot */
  write(chunk: Buffer): Promise<void> {
    return this.#work(async (file) => {
      await file.write(chunk);
      this.#options.onProgress();
    });
  }

  /** @throws StorageError `corruptSnapshot` if it is not whole */
  end(): Promise<void> {
    return this.#work(async (file) => {
      await file.complete();
      if (!this.#isGivenUp) this.#options.onWhole(file);
    });
  }

  abort(): void {
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    void this.#discard();
  }

  async #discard(): Promise<void> {
    await this.#last;
    // Nobody waits for it, and a start removes what is left.
    await this.#options.created.then((file) => file.discard()).catch(() => undefined);
  }

  #work(run: (file: ReceivedSnapshot) => Promise<void>): Promise<void> {
    const working = this.#options.created.then(run);
    this.#last = working.catch(() => undefined);
    return working.catch((error: unknown) => {
      if (this.#isGivenUp) return;
      if (!(error instanceof StorageError)) this.#options.onFatal(error as Error);
      throw error;
    });
  }
}
