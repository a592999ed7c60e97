import { describe, expect, it } from "vitest";
import { isConnected, isOver, nextState, SESSION_TRANSITIONS, type SessionState } from "./session-state.ts";

const STATES = Object.keys(SESSION_TRANSITIONS) as SessionState[];

describe("the session's states", () => {
  it("are each connected, over, or on the way", () => {
    expect(STATES.filter(isConnected)).toEqual(["connected", "connectedReadOnly"]);
    expect(STATES.filter(isOver)).toEqual(["expired", "authFailed", "closed"]);
  });

  it("can all be closed, and nothing follows that", () => {
    for (const state of STATES) expect(nextState(state, "closeWanted")).toBe("closed");
    expect(SESSION_TRANSITIONS.closed).toEqual({});
  });

  it("never leave an end but by renewal or closing", () => {
    for (const state of STATES.filter(isOver)) {
      const exits = Object.keys(SESSION_TRANSITIONS[state]);
      expect(exits.filter((input) => input !== "closeWanted" && input !== "renewalWanted")).toEqual([]);
    }
  });

  it("are all reached from the first", () => {
    const reached = new Set<SessionState>(["connecting"]);
    for (const state of reached) for (const next of Object.values(SESSION_TRANSITIONS[state])) reached.add(next);
    expect([...reached].sort()).toEqual([...STATES].sort());
  });

  it("stay as they are where an input means nothing", () => {
    expect(nextState("connecting", "connectionLost")).toBe("connecting");
    expect(nextState("closed", "established")).toBe("closed");
  });
});
