import { expect, test } from "vitest";
import { LearnerSessions } from "./learner-sessions.ts";
import { SessionTracker } from "./session-tracker.ts";

function learnerSessions(firstId: bigint, known: readonly (readonly [bigint, number])[] = []): LearnerSessions {
  const locals = new SessionTracker({ tickTimeMs: 1000, nowMs: 0, firstId: 0n });
  return new LearnerSessions({ firstId, known: new Map(known), locals });
}

test("tells the leader once of each session that was heard of, its connection open or gone", () => {
  const sessions = learnerSessions(10n, [[10n, 4000]]);
  const [a, b] = [sessions.nextId(), sessions.nextId()];
  expect([a, b]).toEqual([10n, 11n]);
  const first = sessions.attach(a, 4000, 100);
  sessions.attach(b, 6000, 100);
  sessions.touch(first, 200);
  expect(first.expiresAtMs).toBe(4200);
  sessions.detach(first);
  expect(sessions.get(a)).toBeUndefined();
  const touches = sessions.takeTouches();
  expect(touches).toEqual([
    { sessionId: a, timeoutMs: 4000 },
    { sessionId: b, timeoutMs: 6000 },
  ]);
  expect(sessions.takeTouches()).toEqual([]);
});

test("a session that is over is closing for who still holds it, and is told no more", () => {
  const sessions = learnerSessions(1n);
  const session = sessions.attach(1n, 4000, 0);
  sessions.remove(1n);
  sessions.remove(2n);
  expect(session.isClosing).toBe(true);
  expect(sessions.takeTouches()).toEqual([]);
  expect([sessions.size, [...sessions.sessions()]]).toEqual([0, []]);
});

test("a local session is nobody else's until it is upgraded", () => {
  const sessions = learnerSessions(1n);
  const session = sessions.attachLocal(1n, 4000, 0);
  sessions.touch(session, 100);
  expect([sessions.localCount, sessions.size, sessions.takeTouches()]).toEqual([1, 0, []]);
  expect([...sessions.sessions()]).toEqual([session]);
  sessions.detach(session);
  expect(sessions.get(1n)).toBeUndefined();
  expect(sessions.local(1n)).toBe(session);
  sessions.attachLocal(1n, 4000, 200);
  sessions.upgrade(session, 300);
  expect([sessions.localCount, sessions.local(1n), session.isClosing]).toEqual([0, undefined, false]);
  expect(sessions.takeTouches()).toEqual([{ sessionId: 1n, timeoutMs: 4000 }]);
});

test("a session's earlier connection that ends does not take the later one's", () => {
  const sessions = learnerSessions(1n);
  const earlier = sessions.attach(1n, 4000, 0);
  const later = sessions.attach(1n, 4000, 0);
  sessions.detach(earlier);
  expect(sessions.get(1n)).toBe(later);
});
