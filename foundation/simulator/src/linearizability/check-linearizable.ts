import type { Operation, SequentialModel } from "./sequential-model.ts";

/** `undecided`: the search was given up after its steps were used up. */
export type Verdict = "linearizable" | "violated" | "undecided";

/** A call or a return, in a doubly linked list that the search takes operations out of and puts them back into. */
interface Moment<Call, Result> {
  readonly id: number;
  readonly operation: Operation<Call, Result>;
  /** The return that belongs to a call; null in a return. */
  return: Moment<Call, Result> | null;
  previous: Moment<Call, Result> | null;
  next: Moment<Call, Result> | null;
}

interface Step<State, Call, Result> {
  readonly call: Moment<Call, Result>;
  readonly stateBefore: State;
}

/**
 * Whether some order of the operations, in which none comes before one that had returned when it was called, gives what
 * the clients saw. The search of Wing and Gong with Lowe's memory of what was tried ("Testing for linearizability",
 * 2017), as Porcupine does it.
 *
 * @param stepsMax how many placements to try before answering `undecided`
 */
export function checkLinearizable<State, Call, Result>(
  model: SequentialModel<State, Call, Result>,
  operations: readonly Operation<Call, Result>[],
  stepsMax = 10_000_000,
): Verdict {
  const head = momentsOf(operations);
  const placed = new BigUint64Array(Math.ceil(operations.length / 64));
  const tried = new Set<string>();
  const stack: Step<State, Call, Result>[] = [];
  let state = model.initial;
  let at = head.next;
  for (let steps = 0; head.next !== null; steps++) {
    if (steps >= stepsMax) return "undecided";
    if (at !== null && at.return !== null) {
      const after = model.apply(state, at.operation.call, at.operation.result);
      if (after !== null && isNew(tried, placed, at.id, model.keyOf(after))) {
        stack.push({ call: at, stateBefore: state });
        state = after;
        takeOut(at);
        at = head.next;
      } else {
        at = at.next;
      }
      continue;
    }
    // A return of an operation that has no place yet (or the end): the last placement was wrong.
    const last = stack.pop();
    if (last === undefined) return "violated";
    state = last.stateBefore;
    placed[last.call.id >> 6]! &= ~bit(last.call.id);
    putBack(last.call);
    at = last.call.next;
  }
  return "linearizable";
}

/** The histories of different keys are checked each on its own, which is as strict and much faster (P-compositionality). */
export function checkLinearizableByKey<State, Call, Result>(
  model: SequentialModel<State, Call, Result>,
  operations: readonly Operation<Call, Result>[],
  keyOf: (call: Call) => string | number,
  stepsMax?: number,
): { readonly verdict: Verdict; /** The first key that is not linearizable. */ readonly key: string | number | null } {
  let undecided: string | number | null = null;
  for (const [key, part] of Map.groupBy(operations, ({ call }) => keyOf(call))) {
    const verdict = checkLinearizable(model, part, stepsMax);
    if (verdict === "violated") return { verdict, key };
    if (verdict === "undecided") undecided ??= key;
  }
  return undecided === null ? { verdict: "linearizable", key: null } : { verdict: "undecided", key: undecided };
}

function momentsOf<Call, Result>(operations: readonly Operation<Call, Result>[]): Moment<Call, Result> {
  const moments = operations.flatMap((operation, id) => {
    const returned: Moment<Call, Result> = { id, operation, return: null, previous: null, next: null };
    const called: Moment<Call, Result> = { id, operation, return: returned, previous: null, next: null };
    return [
      { atTime: operation.calledAt, isReturn: 0, moment: called },
      { atTime: operation.returnedAt, isReturn: 1, moment: returned },
    ];
  });
  // Of one moment calls come first: operations that touch count as concurrent.
  moments.sort((one, other) => {
    if (one.atTime !== other.atTime) return one.atTime < other.atTime ? -1 : 1;
    return one.isReturn - other.isReturn || one.moment.id - other.moment.id;
  });
  const head = { id: -1, operation: operations[0]!, return: null, previous: null, next: null } as Moment<Call, Result>;
  let last = head;
  for (const { moment } of moments) {
    last.next = moment;
    moment.previous = last;
    last = moment;
  }
  return head;
}

function isNew(tried: Set<string>, placed: BigUint64Array, id: number, stateKey: string | number): boolean {
  placed[id >> 6]! |= bit(id);
  const key = `${placed.join(".")}|${stateKey}`;
  if (!tried.has(key)) {
    tried.add(key);
    return true;
  }
  placed[id >> 6]! &= ~bit(id);
  return false;
}

function bit(id: number): bigint {
  return 1n << BigInt(id & 63);
}

function takeOut(call: Moment<unknown, unknown>): void {
  for (const moment of [call, call.return!]) {
    moment.previous!.next = moment.next;
    if (moment.next !== null) moment.next.previous = moment.previous;
  }
}

function putBack(call: Moment<unknown, unknown>): void {
  for (const moment of [call.return!, call]) {
    moment.previous!.next = moment;
    if (moment.next !== null) moment.next.previous = moment;
  }
}
