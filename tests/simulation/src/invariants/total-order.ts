import { mustHold } from "../simulation-error.ts";
import { type HistoryNode, zxidText } from "../world/history-node.ts";

/**
 * Total order and agreement: there is one history of committed transactions. What any server takes for committed is a
 * beginning of it, or makes it longer.
 */
export class TotalOrder {
  readonly #nodes: HistoryNode[] = [];

  /** The committed history, undefined while nothing is committed. */
  get tip(): HistoryNode | undefined {
    return this.#nodes.at(-1);
  }

  get length(): number {
    return this.#nodes.length;
  }

  /** The committed history's first `length` transactions; `length` is at least 1. */
  at(length: number): HistoryNode {
    return this.#nodes[length - 1]!;
  }

  has(history: HistoryNode): boolean {
    return history.length === 0 || this.#nodes[history.length - 1] === history;
  }

  /** How much of a history is committed. */
  sharedLength(history: HistoryNode): number {
    let shared = Math.min(history.length, this.#nodes.length);
    for (let node = history.first(shared); shared > 0 && this.at(shared) !== node; shared--) node = node.previous!;
    return shared;
  }

  /** A server takes this history for committed. @returns the transactions that nobody had taken for committed before */
  extend(server: number, history: HistoryNode): readonly HistoryNode[] {
    if (this.has(history)) return [];
    const shared = this.sharedLength(history);
    const wanted = this.#nodes[shared];
    mustHold(wanted === undefined, "totalOrder", () => {
      const other = history.first(shared + 1);
      return `server ${server} takes ${zxidText(other.zxid)} for committed where ${zxidText(wanted!.zxid)} is`;
    });
    const added: HistoryNode[] = [];
    for (let node = history; node.length > shared; node = node.previous!) added.push(node);
    added.reverse();
    this.#nodes.push(...added);
    return added;
  }
}
