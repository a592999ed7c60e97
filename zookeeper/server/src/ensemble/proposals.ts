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

  constructor(ports: LeaderPorts, epoch: number) {
    this.#ports = ports;
    // A counter of all ones is never used: Apache's servers leave the role over it (ZOOKEEPER-1277).
    this.zxidMax = epochZxid(epoch) + COUNTER_SIZE - 2;
  }

  append(zxid: number, bytes: Buffer, start: number, end: number): boolean {
    const copy = Buffer.allocUnsafe(end - start);
    bytes.copy(copy, 0, start, end);
    return this.#ports.propose({ zxid, bytes: copy });
  }

  exhausted(): void {
    if (this.#isExhausted) return;
    this.#isExhausted = true;
    this.#ports.resign("the epoch's transactions are used up: another one must begin");
  }

  sync(whenCommitted: () => void): void {
    const ticket = ++this.#lastTicket;
    this.#waiting.set(ticket, whenCommitted);
    this.#ports.sync(ticket);
  }

  /** All that was proposed before the ticket was given out is committed. */
  synced(ticket: number): void {
    const whenCommitted = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    whenCommitted?.();
  }
}
