/** What a thing does when its operations come one after the other. States are values: `apply` changes none. */
export interface SequentialModel<State, Call, Result> {
  readonly initial: State;
  /**
   * The state after the call, or null if it cannot have answered this. `result` is undefined for a call whose answer
   * never came: whatever it did, it may have done.
   */
  apply(state: State, call: Call, result: Result | undefined): State | null;
  /** Equal for equal states, different for different ones. */
  keyOf(state: State): string | number;
}

/** A call as its client saw it. Times are in any unit, of one clock. */
export interface Operation<Call, Result> {
  readonly client: number;
  readonly call: Call;
  readonly calledAt: number;
  /** Undefined if no answer came. */
  readonly result: Result | undefined;
  /** Infinity if no answer came. */
  readonly returnedAt: number;
}
