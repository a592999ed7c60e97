import {
  AT_ONCE,
  type Effect,
  type Input,
  type LogEntry,
  type PersistToken,
  type RoleStatus,
} from "@branta/zookeeper-engine";
import { expect, test } from "vitest";
import { EnsembleStats } from "./ensemble-stats.ts";
import { exampleEnsemble } from "./example-ensemble.ts";
import { ServerMetrics } from "./server-metrics.ts";

/** A member at a clock that the test moves; wall time begins at 1000. */
function member() {
  const metrics = new ServerMetrics();
  let time = 0;
  let unsent = 0;
  const stats = new EnsembleStats({
    serverId: 3,
    hasObserverMasters: true,
    metrics,
    nowMs: () => time,
    wallMs: () => 1000 + time,
    membership: () => exampleEnsemble(3).membership,
    remoteOf: () => "127.0.0.1:50972",
    unsentBytes: () => unsent,
  });
  return {
    metrics,
    stats,
    at: (nowMs: number) => void (time = nowMs),
    queue: (bytes: number) => void (unsent = bytes),
    role: (status: Partial<RoleStatus>) =>
      stats.observeEffects([
        { kind: "role", status: { role: "leading", phase: "discovery", epoch: 1, leader: 3, ...status } },
      ]),
    told: (...inputs: readonly Input[]) => inputs.forEach((input) => stats.observeInput(input)),
    wishes: (...effects: readonly Effect[]) => stats.observeEffects(effects),
  };
}

/** A transaction made at wall time 1000. */
function entry(zxid: number): LogEntry {
  const bytes = Buffer.alloc(48);
  bytes.writeBigInt64BE(1000n, 20);
  return { zxid, bytes };
}

const send = (link: number, packet: Extract<Effect, { kind: "send" }>["packet"]): Effect =>
  ({ kind: "send", link, packet, after: AT_ONCE as unknown as PersistToken }) as Effect;
const info = { acceptedEpoch: 0, protocolVersion: 0x10000, configVersion: 0 };

test("an election, and what comes behind it, is timed", () => {
  const { metrics, stats, at, role } = member();
  expect([stats.role, stats.phase, stats.leaderId, stats.lastElectionTimeMs]).toEqual([
    "looking",
    "election",
    null,
    -1,
  ]);
  at(230);
  role({ role: "following", leader: 1 });
  at(250);
  role({ role: "following", leader: 1, phase: "broadcast" });
  expect([stats.role, stats.leaderId, stats.lastElectionTimeMs, stats.leader]).toEqual(["following", 1, 230, null]);
  at(1000);
  role({ role: "looking", phase: "election", epoch: 0, leader: null });
  at(1300);
  role({});
  at(1320);
  role({ phase: "broadcast" });
  expect([metrics.lookingCount.value, metrics.electionTime.sum, metrics.electionTime.count]).toEqual([2, 530, 2]);
  expect([metrics.followerSyncTime.sum, metrics.observerSyncTime.count]).toEqual([20, 0]);
  expect([metrics.unavailableTime.sum, metrics.leaderUnavailableTime.sum]).toEqual([250 + 320, 320]);
  at(1520);
  expect(stats.leader?.uptimeMs).toBe(220);
});

test("a leader counts proposals, commits and how long they took", () => {
  const { metrics, stats, at, role, told, wishes } = member();
  role({});
  at(20);
  told({ kind: "propose", entry: entry(1) }, { kind: "propose", entry: entry(2) }, { kind: "sync", ticket: 1 });
  expect(stats.leader).toMatchObject({ outstandingProposals: 2, pendingSyncs: 1 });
  expect(stats.leader?.proposalSizes).toMatchObject({ lastBytes: 48, minBytes: 48, maxBytes: 48 });
  at(25);
  wishes({ kind: "commit", entry: entry(1) }, { kind: "synced", ticket: 1 });
  expect(stats.leader).toMatchObject({ outstandingProposals: 1, pendingSyncs: 0 });
  expect([metrics.proposalCount.value, metrics.commitCount.value, metrics.quorumAckLatency.sum]).toEqual([2, 1, 25]);
});

test("a leader knows its learners from their first word to their last", () => {
  const { metrics, stats, at, queue, role, told, wishes } = member();
  const learners = () => [...stats.leader!.learners()];
  role({});
  at(7);
  told(
    { kind: "linkAccepted", link: 2, port: "quorum" },
    { kind: "packet", link: 2, packet: { kind: "observerInfo", serverId: 4, ...info } },
  );
  wishes(send(2, { kind: "snap", zxid: 5 }), send(2, { kind: "newLeader", zxid: 9, configuration: null }));
  expect(learners()).toMatchObject([
    {
      serverId: 4,
      type: "observer",
      isSynced: false,
      establishedAtMs: 1007,
      packetsSent: 2,
      packetsReceived: 1,
      lastZxid: 9,
    },
  ]);
  told({ kind: "packet", link: 2, packet: { kind: "ack", zxid: 9 } });
  wishes(send(2, { kind: "upToDate" }));
  told({
    kind: "packet",
    link: 2,
    packet: { kind: "request", sessionId: 1n, cxid: 1, type: 1, body: Buffer.alloc(0), authInfo: [] },
  });
  expect(learners()).toMatchObject([
    { isSynced: true, requestsReceived: 1, remoteAddress: "127.0.0.1", remotePort: 50_972 },
  ]);
  expect([metrics.snapCount.value, metrics.inflightSnapCount.max, metrics.inflightSnapCount.min]).toEqual([1, 1, 0]);
  queue(100);
  wishes(send(2, { kind: "ping", zxid: 9, touched: [] }));
  expect(learners()[0]).toMatchObject({ queuedPackets: 4, queuedBytes: 100 });
  expect(metrics.learnerHandlerQpSize.of("4").max).toBe(4);
  stats.leader!.resetObserverStats();
  expect(learners()).toMatchObject([{ packetsSent: 0, packetsReceived: 0, requestsReceived: 0, lastZxid: -1 }]);
  told({ kind: "linkClosed", link: 2 });
  expect(learners()).toEqual([]);
});

test("a diff that breaks off counts no longer as under way, and sync requests of learners are answered", () => {
  const { metrics, stats, role, told, wishes } = member();
  role({});
  told({ kind: "packet", link: 4, packet: { kind: "followerInfo", serverId: 1, ...info } });
  wishes(send(4, { kind: "trunc", zxid: 5 }), { kind: "closeLink", link: 4, reason: "" });
  expect([metrics.diffCount.value, metrics.inflightDiffCount.max, metrics.inflightDiffCount.min]).toEqual([1, 1, 0]);
  told({ kind: "syncLearner", link: 6 });
  expect(stats.leader?.pendingSyncs).toBe(1);
  wishes(send(6, { kind: "sync" }));
  expect(stats.leader?.pendingSyncs).toBe(0);
});

test("a follower knows the observers that follow it, and whom it follows itself", () => {
  const { metrics, stats, role, told, wishes } = member();
  role({ role: "following", leader: 1, phase: "discovery" });
  wishes({ kind: "dial", link: 7, server: 1, port: "quorum" });
  told({ kind: "packet", link: 7, packet: { kind: "leaderInfo", epoch: 1, protocolVersion: 0x10000 } });
  told({ kind: "packet", link: 7, packet: { kind: "diff", zxid: 5 } });
  wishes(send(7, { kind: "revalidate", sessionId: 1n, timeoutMs: 1 }));
  expect([stats.masterId, stats.syncMode, stats.leader, [...stats.learners!.learners()]]).toEqual([
    1,
    "diff",
    null,
    [],
  ]);
  role({ role: "following", leader: 1, phase: "broadcast" });
  told({ kind: "packet", link: 2, packet: { kind: "observerInfo", serverId: 4, ...info } });
  wishes(
    send(2, { kind: "diff", zxid: 5 }),
    send(2, { kind: "upToDate" }),
    send(2, { kind: "inform", zxid: 6, bytes: entry(6).bytes }),
  );
  expect([...stats.learners!.learners()]).toMatchObject([
    { serverId: 4, type: "observer", isSynced: true, lastZxid: 6 },
  ]);
  expect([metrics.diffCount.value, metrics.learnerCommitReceivedCount.value]).toEqual([1, 0]);
  stats.learners!.resetObserverStats();
  expect([...stats.learners!.learners()]).toMatchObject([{ packetsSent: 0, lastZxid: -1 }]);
  told({ kind: "linkClosed", link: 2 });
  expect([...stats.learners!.learners()]).toEqual([]);
  role({ role: "looking", phase: "election", epoch: 0, leader: null });
  expect([stats.masterId, stats.learners]).toEqual([null, null]);
  role({ role: "observing", leader: 1, phase: "discovery" });
  wishes({ kind: "dial", link: 9, server: 2, port: "observers" });
  expect([stats.leaderId, stats.masterId, stats.learners]).toEqual([1, 2, null]);
});

test("one acknowledgement of a thousand is timed by its learner", () => {
  const { metrics, at, role, told } = member();
  role({});
  told({ kind: "packet", link: 4, packet: { kind: "followerInfo", serverId: 1, ...info } });
  told({ kind: "propose", entry: entry(1000) }, { kind: "propose", entry: entry(1001) });
  at(12);
  told({ kind: "packet", link: 4, packet: { kind: "ack", zxid: 1000 } });
  told({ kind: "packet", link: 4, packet: { kind: "ack", zxid: 1001 } });
  expect([metrics.ackLatency.of("1").count, metrics.ackLatency.of("1").sum]).toEqual([1, 12]);
});

test("a learner counts what it hears and says how it is being brought up to date", () => {
  const { metrics, stats, at, role, told, wishes } = member();
  role({ role: "following", leader: 1 });
  wishes({ kind: "dial", link: 1, server: 1, port: "quorum" });
  told({ kind: "packet", link: 1, packet: { kind: "trunc", zxid: 5 } });
  expect(stats.syncMode).toBe("trunc");
  role({ role: "following", leader: 1, phase: "broadcast" });
  expect(stats.syncMode).toBe("none");
  at(30);
  const { zxid, bytes } = entry(6);
  told({ kind: "packet", link: 1, packet: { kind: "proposal", zxid, bytes } });
  at(33);
  told({ kind: "packet", link: 1, packet: { kind: "commit", zxid } });
  wishes({ kind: "commit", entry: entry(6) });
  expect([metrics.learnerProposalReceivedCount.value, metrics.learnerCommitReceivedCount.value]).toEqual([1, 1]);
  expect([metrics.proposalLatency.sum, metrics.commitPropagationLatency.sum]).toEqual([30, 33]);
  expect(metrics.commitCount.value).toBe(0);
});
