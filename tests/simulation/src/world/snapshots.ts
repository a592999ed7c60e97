import type { SnapshotRef } from "@branta/zookeeper-engine";
import type { HistoryNode } from "./history-node.ts";

/** A tree, as a snapshot carries it. */
export interface TreeState {
  readonly history: HistoryNode;
}

/** The snapshots that were received in a world, by their numbers. */
export class Snapshots {
  readonly #states: TreeState[] = [];

  add(state: TreeState): SnapshotRef {
    this.#states.push(state);
    return (this.#states.length - 1) as SnapshotRef;
  }

  get(ref: SnapshotRef): TreeState {
    return this.#states[ref]!;
  }
}
