import type { QuorumPacket } from "@branta/zookeeper-protocol";

/** A leader's answers to this server's clients, held back until the tree shows what stands before them. */
export class HeldAnswers {
  readonly #deliver: (packet: QuorumPacket) => void;
  #held: { readonly zxid: number; readonly packet: QuorumPacket }[] = [];

  constructor(deliver: (packet: QuorumPacket) => void) {
    this.#deliver = deliver;
  }

  /** @param zxid the transaction that has to be applied first */
  push(packet: QuorumPacket, zxid: number): void {
    this.#held.push({ zxid, packet });
  }

  /** In order: what comes after an answer that waits, waits too. */
  release(applied: number): void {
    let done = 0;
    while (done < this.#held.length && this.#held[done]!.zxid <= applied) this.#deliver(this.#held[done++]!.packet);
    if (done > 0) this.#held.splice(0, done);
  }
}
