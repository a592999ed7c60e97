import { describe, expect, test } from "vitest";

import { firstSessionId } from "./session-ids.ts";
import { SessionTracker } from "./session-tracker.ts";

const newTracker = (): SessionTracker => new SessionTracker({ tickTimeMs: 1000, nowMs: 0, firstId: 100n });

describe("sessions", () => {
  test("expire in the tick after their timeout", () => {
    const sessions = newTracker();
    const session = sessions.track(1n, 4000, 500);
    // 4500 rounds up to the tick at 5000.
    expect(session.expiresAtMs).toBe(5000);
    expect(sessions.expire(4999)).toEqual([]);
    expect(sessions.expire(5000)).toEqual([session]);
    expect([session.isClosing, sessions.get(1n)]).toEqual([true, session]);
  });

  test("live on when they are touched", () => {
    const sessions = newTracker();
    const session = sessions.track(1n, 4000, 0);
    sessions.touch(session, 3000);
    expect(sessions.expire(6000)).toEqual([]);
    expect(sessions.expire(8000)).toEqual([session]);
  });

  test("expire all at once after a long pause", () => {
    const sessions = newTracker();
    const tracked = [2000, 4000, 9000].map((timeoutMs, index) => sessions.track(BigInt(index), timeoutMs, 0));
    expect(sessions.expire(60_000)).toEqual(tracked);
    expect(sessions.nextExpiryMs).toBe(61_000);
  });

  test("that close already are not closed again", () => {
    const sessions = newTracker();
    const session = sessions.track(1n, 2000, 0);
    sessions.markClosing(session);
    sessions.touch(session, 1900);
    expect(sessions.expire(10_000)).toEqual([]);
  });

  test("take a new timeout when they come back", () => {
    const sessions = newTracker();
    const session = sessions.track(1n, 2000, 0);
    expect(sessions.track(1n, 8000, 100)).toBe(session);
    expect([session.timeoutMs, session.expiresAtMs, sessions.size]).toEqual([8000, 9000, 1]);
  });

  test("are gone when they are removed", () => {
    const sessions = newTracker();
    const session = sessions.track(1n, 2000, 0);
    sessions.remove(1n);
    sessions.remove(1n);
    expect([sessions.size, session.isClosing, sessions.expire(10_000)]).toEqual([0, true, []]);
    expect([...sessions.sessions()]).toEqual([]);
  });
});

describe("session ids", () => {
  test("count up, and never are the mark of containers", () => {
    const sessions = new SessionTracker({ tickTimeMs: 1000, nowMs: 0, firstId: 0x7fff_ffff_ffff_ffffn });
    expect([sessions.nextId(), sessions.nextId()]).toEqual([0x7fff_ffff_ffff_ffffn, -0x7fff_ffff_ffff_ffffn]);
  });

  test("begin with the server's number and the time", () => {
    const first = firstSessionId(3, 0x1a1_fc5a_3125);
    expect(first.toString(16)).toBe("3a1fc5a31250000");
    expect(firstSessionId(3, 0x1a1_fc5a_3126) - first).toBe(65_536n);
    expect(firstSessionId(200, 1)).toBeLessThan(0n);
  });
});

test("local sessions are counted apart, until they are upgraded or over", () => {
  const tracker = new SessionTracker({ tickTimeMs: 1000, nowMs: 0, firstId: 1n });
  const session = tracker.trackLocal(1n, 4000, 0);
  tracker.trackLocal(1n, 4000, 0);
  tracker.trackLocal(2n, 4000, 0);
  tracker.track(3n, 4000, 0);
  expect([tracker.size, tracker.localCount]).toEqual([1, 2]);
  tracker.upgrade(session);
  tracker.upgrade(session);
  tracker.remove(2n);
  expect([tracker.size, tracker.localCount]).toEqual([2, 0]);
});
