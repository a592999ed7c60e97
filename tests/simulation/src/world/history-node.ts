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
    for (const node of this.#following) if (node.zxid === zxid && node.bytes === bytes) return node;
    const payload = payloadOf(entry);
    for (const node of this.#following) if (node.zxid === zxid && node.payload === payload) return node;
    const added = new HistoryNode(zxid, payload, bytes, this);
    this.#following.push(added);
    return added;
  }

  /** The first `length` transactions of this history. */
  first(length: number): HistoryNode {
    return firstOf(this, length);
  }

  /** What is left when everything after `zxid` is cut off. */
  upTo(zxid: number): HistoryNode {
    return upTo(this, zxid);
  }

  /** Whether `start` is this history or a beginning of it. */
  startsWith(start: HistoryNode): boolean {
    return start.length <= this.length && this.first(start.length) === start;
  }

  /** The transactions in order, as people read them: `1/1 1/2 2/1` (epoch and counter). */
  toString(): string {
    return textsOf(this).reverse().join(" ");
  }
}

function firstOf(history: HistoryNode, length: number): HistoryNode {
  let node = history;
  while (node.length > length) node = node.previous!;
  return node;
}

function upTo(history: HistoryNode, zxid: number): HistoryNode {
  let node = history;
  while (node.zxid > zxid) node = node.previous!;
  return node;
}

function textsOf(history: HistoryNode): string[] {
  const zxids: string[] = [];
  for (let node = history; node.previous !== null; node = node.previous) zxids.push(zxidText(node.zxid));
  return zxids;
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
