import { zxidEpoch } from "@branta/zookeeper-protocol";

import type { EffectQueue } from "./effect-queue.ts";
import type { PersistToken } from "./effects.ts";
import { assert } from "./assert.ts";
import type { DurableState } from "./zab-options.ts";

/**
 * The two promises about leadership that a server keeps on disk: it follows no leader of an epoch below `accepted`, and its
 * history is that of the leader of `current`, or goes on from there.
 */
export class Epochs {
  readonly #effects: EffectQueue;
  #accepted: number;
  #current: number;

  constructor(durable: DurableState, effects: EffectQueue) {
    this.#effects = effects;
    // A crash may come between the history of an epoch and its number; what is in the log was established under it.
    this.#current = Math.max(durable.currentEpoch, zxidEpoch(Math.max(durable.lastZxid, 0)));
    this.#accepted = Math.max(durable.acceptedEpoch, this.#current);
  }

  get accepted(): number {
    return this.#accepted;
  }

  get current(): number {
    return this.#current;
  }

  accept(epoch: number): PersistToken {
    assert(epoch > this.#accepted, `epoch ${epoch} was accepted again after ${this.#accepted}`);
    this.#accepted = epoch;
    return this.#effects.persist({ kind: "acceptedEpoch", epoch });
  }

  /** The history that belongs to the epoch has been written before this. */
  enter(epoch: number): PersistToken {
    assert(epoch >= this.#current, `epoch ${epoch} was entered after ${this.#current}`);
    assert(epoch === this.#accepted, `epoch ${epoch} was entered, ${this.#accepted} was accepted`);
    this.#current = epoch;
    return this.#effects.persist({ kind: "currentEpoch", epoch });
  }
}
