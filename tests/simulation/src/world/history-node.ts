import type { LogEntry } from "@branta/zookeeper-engine";
import { payloadOf } from "./entry.ts";

/**
 * A history, as the chain of its transactions from the last one back. Histories that are equal are the same object, so
 * that comparing them costs nothing, and no one can change another's.
 */
export class HistoryNode {
  /** Nothing has happened yet. Each world has its own. */
  static root(): HistoryNode {
    return new HistoryNode(0, 0, Buffer.alloc(0), null);
  }

  readonly zxid: number;
  /** What was proposed, as a number that no other proposal has. */
  readonly payload: number;
  /** As it stands in logs. */
  readonly bytes: Buffer;
  readonly previous: HistoryNode | null;
  /** Transactions up to this one, itself included. */
  readonly length: number;
  readonly #following: HistoryNode[] = [];

  private constructor(zxid: number, payload: number, bytes: Buffer, previous: HistoryNode | null) {
    this.zxid = zxid;
    this.payload = payload;
    this.bytes = bytes;
    this.previous = previous;
    this.length = previous === null ? 0 : previous.length + 1;
  }

  /** This history with one more transaction. */
  with(entry: LogEntry): HistoryNode {
    const { zxid, bytes } = entry;
    const payload = payloadOf(entry);
    for (const node of this.#following) if (node.zxid === zxid && node.payload === payload) return node;
    const added = new HistoryNode(zxid, payload, bytes, this);
    this.#following.push(added);
    return added;
  }

  /** The first `length` transactions of this history. */
  first(length: number): HistoryNode {
    return backFrom(this, (node) => node.length <= length);
  }

  /** What is left when everything after `zxid` is cut off. */
  upTo(zxid: number): HistoryNode {
    return backFrom(this, (node) => node.zxid <= zxid);
  }

  /** Whether `start` is this history or a beginning of it. */
  startsWith(start: HistoryNode): boolean {
    return start.length <= this.length && this.first(start.length) === start;
  }

  /** The transactions in order, as people read them: `1/1 1/2 2/1` (epoch and counter). */
  toString(): string {
    const zxids: string[] = [];
    backFrom(this, (node) => {
      if (node.previous !== null) zxids.push(zxidText(node.zxid));
      return node.previous === null;
    });
    return zxids.reverse().join(" ");
  }
}

function backFrom(start: HistoryNode, isThere: (node: HistoryNode) => boolean): HistoryNode {
  let node = start;
  while (!isThere(node)) node = node.previous!;
  return node;
}

const COUNTER_SPAN = 0x1_0000_0000;

/** The epoch in a zxid. */
export function epochOf(zxid: number): number {
  return Math.floor(zxid / COUNTER_SPAN);
}

/** The counter in a zxid. */
export function counterOf(zxid: number): number {
  return zxid % COUNTER_SPAN;
}

/** The zxid of an epoch's transaction number `counter`. */
export function zxidOf(epoch: number, counter: number): number {
  return epoch * COUNTER_SPAN + counter;
}

/** `2/5`: epoch and counter. */
export function zxidText(zxid: number): string {
  return zxid < 0 ? String(zxid) : `${epochOf(zxid)}/${counterOf(zxid)}`;
}
