import { SimulatorError } from "./simulator-error.ts";

/** Places for events that a queue begins with. */
const PLACES = 128;

/**
 * Virtual time: a binary heap of events, ordered by time and, among equals, by who was scheduled first. So a run depends
 * on nothing but what was scheduled. The heap is kept in columns: an object for each event, with a time in it, would be two
 * allocations.
 */
export class EventQueue<Event> {
  #times = new Float64Array(PLACES);
  /** How many had been scheduled before. */
  #turns = new Float64Array(PLACES);
  readonly #events: Event[] = [];
  #scheduled = 0;
  #nowMs = 0;

  /** The time of the event taken last. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get size(): number {
    return this.#events.length;
  }

  /** When the next event comes, Infinity if there is none. */
  get nextAtMs(): number {
    return this.#events.length === 0 ? Infinity : this.#times[0]!;
  }

  /** @throws SimulatorError `past` for a time that has gone by or is no number */
  schedule(atMs: number, event: Event): void {
    if (!(atMs >= this.#nowMs)) {
      throw new SimulatorError("past", `Cannot schedule an event at "${atMs}" ms: must be ${this.#nowMs} or later`);
    }
    const events = this.#events;
    let at = events.length;
    if (at === this.#times.length) this.#grow();
    const times = this.#times;
    const turns = this.#turns;
    events.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      // Of equals the one that was there comes first.
      if (times[above]! <= atMs) break;
      times[at] = times[above]!;
      turns[at] = turns[above]!;
      events[at] = events[above]!;
      at = above;
    }
    times[at] = atMs;
    turns[at] = this.#scheduled++;
    events[at] = event;
  }

  /** Takes the next event and moves the time on to it. */
  take(): Event | undefined {
    const events = this.#events;
    if (events.length === 0) return undefined;
    const first = events[0]!;
    this.#nowMs = this.#times[0]!;
    const last = events.pop()!;
    if (events.length > 0) this.#sink(last);
    return first;
  }

  /** Puts the event that was last at the top, from where it sinks to its place. */
  #sink(event: Event): void {
    const events = this.#events;
    const times = this.#times;
    const turns = this.#turns;
    const size = events.length;
    const atMs = times[size]!;
    const turn = turns[size]!;
    let at = 0;
    for (let below = 1; below < size; below = 2 * at + 1) {
      if (below + 1 < size && isBefore(times[below + 1]!, turns[below + 1]!, times[below]!, turns[below]!)) below++;
      if (isBefore(atMs, turn, times[below]!, turns[below]!)) break;
      times[at] = times[below]!;
      turns[at] = turns[below]!;
      events[at] = events[below]!;
      at = below;
    }
    times[at] = atMs;
    turns[at] = turn;
    events[at] = event;
  }

  #grow(): void {
    this.#times = doubled(this.#times);
    this.#turns = doubled(this.#turns);
  }
}

function isBefore(atMs: number, turn: number, otherAtMs: number, otherTurn: number): boolean {
  return atMs < otherAtMs || (atMs === otherAtMs && turn < otherTurn);
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * column.length);
  longer.set(column);
  return longer;
}
