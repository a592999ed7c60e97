import { SimulatorError } from "./simulator-error.ts";

interface Scheduled<Event> {
  readonly atMs: number;
  readonly sequence: number;
  readonly event: Event;
}

/**
 * Virtual time: a binary heap of events, ordered by time and, among equals, by who was scheduled first. So a run depends
 * on nothing but what was scheduled.
 */
export class EventQueue<Event> {
  readonly #heap: Scheduled<Event>[] = [];
  #sequence = 0;
  #nowMs = 0;

  /** The time of the event taken last. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** When the next event comes, Infinity if there is none. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** @throws SimulatorError `past` for a time that has gone by or is no number */
  schedule(atMs: number, event: Event): void {
    if (!(atMs >= this.#nowMs)) {
      throw new SimulatorError("past", `Cannot schedule an event at "${atMs}" ms: must be ${this.#nowMs} or later`);
    }
    const heap = this.#heap;
    const added = { atMs, sequence: this.#sequence++, event };
    let at = heap.length;
    heap.push(added);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above]!;
      if (isBefore(parent, added)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = added;
  }

  /** Takes the next event and moves the time on to it. */
  take(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    this.#nowMs = first.atMs;
    return first.event;
  }

  #sink(moved: Scheduled<Event>): void {
    const heap = this.#heap;
    const size = heap.length;
    let at = 0;
    for (let below = 1; below < size; below = 2 * at + 1) {
      if (below + 1 < size && isBefore(heap[below + 1]!, heap[below]!)) below++;
      const child = heap[below]!;
      if (isBefore(moved, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = moved;
  }
}

function isBefore(one: Scheduled<unknown>, other: Scheduled<unknown>): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence);
}
