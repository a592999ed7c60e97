import type { LinkId } from "@branta/zookeeper-engine";

import type { LeaderRules, TransactionSink } from "../pipeline/request-pipeline.ts";
import type { LeaderPorts } from "./role-core.ts";

/** Transactions of one epoch: the lower half of a zxid counts them. */
const COUNTER_SIZE = 0x1_0000_0000;

/** The zxid before an epoch's first transaction. */
export function epochZxid(epoch: number): number {
  return epoch * COUNTER_SIZE;
}

/** Hands a leader's transactions to its ensemble, and minds what an epoch allows. */
export class Proposals implements TransactionSink, LeaderRules {
  readonly zxidMax: number;
  readonly #ports: LeaderPorts;
  readonly #waiting = new Map<number, () => void>();
  #lastTicket = 0;
  #isExhausted = false;
  #isOver = false;

  constructor(ports: LeaderPorts, epoch: number) {
    this.#ports = ports;
    // A counter of all ones is never used: Apache's servers leave the role over it (ZOOKEEPER-1277).
    this.zxidMax = epochZxid(epoch) + COUNTER_SIZE - 2;
  }

  append(zxid: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.#isOver) return false;
    const copy = Buffer.allocUnsafe(end - start);
    bytes.copy(copy, 0, start, end);
    return this.#ports.propose({ zxid, bytes: copy });
  }

  exhausted(): void {
    if (this.#isExhausted || this.#isOver) return;
    this.#isExhausted = true;
    this.#ports.resign("the epoch's transactions are used up: another one must begin");
  }

  sync(whenCommitted: () => void): void {
    if (this.#isOver) return;
    const ticket = ++this.#lastTicket;
    this.#waiting.set(ticket, whenCommitted);
    this.#ports.sync(ticket);
  }

  /** Has a learner answered once all that was proposed by now is committed. */
  syncLearner(link: LinkId): void {
    if (!this.#isOver) this.#ports.syncLearner(link);
  }

  /** All that was proposed before the ticket was given out is committed. */
  synced(ticket: number): void {
    const whenCommitted = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    whenCommitted?.();
  }

  /** The server leads no more: what a turn that has begun still brings must not reach its ensemble. */
  end(): void {
    this.#isOver = true;
  }
}
