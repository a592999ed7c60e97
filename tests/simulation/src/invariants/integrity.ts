import { mustHold } from "../simulation-error.ts";
import { type HistoryNode, zxidText } from "../world/history-node.ts";

interface Proposal {
  readonly zxid: number;
  /** Transactions that clients knew to be committed when this one was proposed. */
  readonly knownBefore: number;
}

/**
 * Integrity: only what was proposed is ever committed, under its own zxid. And real-time order: behind everything that a
 * client knew to be committed when it was proposed, which makes writes linearizable.
 */
export class Integrity {
  readonly #proposals: Proposal[] = [];
  /** Length of the history that some client was told of. */
  #known = 0;

  /** Transactions that were proposed. */
  get proposals(): number {
    return this.#proposals.length;
  }

  /** Transactions of which a client knows that they are committed. */
  get known(): number {
    return this.#known;
  }

  /** Records a proposal. @returns its payload */
  proposed(zxid: number): number {
    return this.#proposals.push({ zxid, knownBefore: this.#known }) - 1;
  }

  /** A client was told that the last transaction of this history is committed. */
  acknowledged(history: HistoryNode): void {
    this.#known = Math.max(this.#known, history.length);
  }

  committed(node: HistoryNode): void {
    const proposal = this.#proposals[node.payload];
    mustHold(
      proposal !== undefined && proposal.zxid === node.zxid,
      "integrity",
      () => `${zxidText(node.zxid)} is committed with a content that was not proposed under it`,
    );
    mustHold(
      node.length > proposal.knownBefore,
      "realTimeOrder",
      () => `${zxidText(node.zxid)} is committed before a transaction that was acknowledged before its proposal`,
    );
  }
}
