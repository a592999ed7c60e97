import { expect, test } from "vitest";
import { LearnerSessions } from "./learner-sessions.ts";

test("tells the leader once of each session that was heard of, its connection open or gone", () => {
  const sessions = new LearnerSessions({ firstId: 10n, known: new Map([[10n, 4000]]) });
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
  const sessions = new LearnerSessions({ firstId: 1n, known: new Map() });
  const session = sessions.attach(1n, 4000, 0);
  sessions.remove(1n);
  sessions.remove(2n);
  expect(session.isClosing).toBe(true);
  expect(sessions.takeTouches()).toEqual([]);
  expect([sessions.size, [...sessions.sessions()]]).toEqual([0, []]);
});

test("a session's earlier connection that ends does not take the later one's", () => {
  const sessions = new LearnerSessions({ firstId: 1n, known: new Map() });
  const earlier = sessions.attach(1n, 4000, 0);
  const later = sessions.attach(1n, 4000, 0);
  sessions.detach(earlier);
  expect(sessions.get(1n)).toBe(later);
});
