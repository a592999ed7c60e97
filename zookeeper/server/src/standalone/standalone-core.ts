import { AuthorityCore } from "../core/authority-core.ts";
import type { CoreParts } from "../core/server-core.ts";
import type { TransactionSink } from "../pipeline/request-pipeline.ts";

export interface StandaloneCoreOptions extends CoreParts {
  readonly log: TransactionSink;
  isServing(): boolean;
}

/** The number that a server without others has in its session ids, whatever its myid says: as Apache's. */
const STANDALONE_ID = 1;

/** The core of a server by itself: what its disk has is committed. */
export class StandaloneCore extends AuthorityCore {
  readonly #isServing: () => boolean;

  constructor(options: StandaloneCoreOptions) {
    const { log, tree } = options;
    super(options, { idOfServer: STANDALONE_ID, zxid: tree.lastProcessedZxid, log, leader: null });
    this.#isServing = () => options.isServing();
  }

  get isServing(): boolean {
    return this.#isServing();
  }

  /** Everything up to this zxid is on disk. */
  durable(zxid: number): void {
    const before = this.pipeline.outstanding;
    this.stamps.refresh();
    this.pipeline.committed(zxid);
    this.metrics.syncProcessorBatchSize.add(before - this.pipeline.outstanding);
    this.flush();
  }
}
