import { SeededRandom } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";

import { has, SimulatedReplicas } from "../testing/simulated-replicas.ts";

/** The servers that are neither of these. */
function others(...ids: readonly (number | null)[]): number[] {
  return [1, 2, 3].filter((id) => !ids.includes(id));
}

describe("three replicas", () => {
  test("elect a leader and write the same", async () => {
    const ensemble = await SimulatedReplicas.start(1);
    for (const path of ["/a", "/a/b", "/c"]) await ensemble.create(path);
    await ensemble.agree();
    expect(ensemble.running.every((replica) => has(replica, "/a/b"))).toBe(true);
    expect(ensemble.running.map(({ view }) => view.role).toSorted()).toEqual(["following", "following", "leading"]);
  });

  test("go on without their leader, which catches up when it comes back", async () => {
    const ensemble = await SimulatedReplicas.start(2);
    await ensemble.create("/before");
    const first = ensemble.leader!;
    ensemble.crash(first);
    await ensemble.create("/without");
    expect(ensemble.leader).not.toBe(first);
    await ensemble.boot(first);
    await ensemble.agree();
    expect(has(ensemble.replica(first), "/before")).toBe(true);
    expect(has(ensemble.replica(first), "/without")).toBe(true);
  });

  test("keep everything when the power of all fails at once", async () => {
    const ensemble = await SimulatedReplicas.start(3);
    for (let at = 0; at < 20; at++) await ensemble.create(`/n${at}`);
    for (const id of [1, 2, 3]) ensemble.crash(id);
    for (const id of [1, 2, 3]) await ensemble.boot(id);
    await ensemble.agree();
    for (let at = 0; at < 20; at++) expect(has(ensemble.replica(1), `/n${at}`)).toBe(true);
    await ensemble.create("/after");
    await ensemble.agree();
  });

  test("give a server with an empty disk their tree, which survives on that disk", async () => {
    const ensemble = await SimulatedReplicas.start(4, { lines: ["commitLogCount=3", "snapshotSizeFactor=-1"] });
    for (let at = 0; at < 20; at++) await ensemble.create(`/n${at}`);
    const [learner] = others(ensemble.leader);
    ensemble.crash(learner!);
    ensemble.wipe(learner!);
    await ensemble.boot(learner!);
    await ensemble.agree();
    const names = await ensemble.disk(learner!).list("/data/version-2");
    expect(names.filter((name) => name.startsWith("snapshot."))).toEqual([expect.stringMatching(/^snapshot\.1000000/)]);
    ensemble.crash(learner!);
    await ensemble.boot(learner!);
    await ensemble.agree();
    expect(has(ensemble.replica(learner!), "/n19")).toBe(true);
  });

  test("take all the time that a snapshot needs, while it moves on", async () => {
    const lines = ["initLimit=2", "syncLimit=2", "commitLogCount=3", "snapshotSizeFactor=-1"];
    const ensemble = await SimulatedReplicas.start(6, { lines, delaysMs: [30, 60] });
    await ensemble.create("/first");
    const leader = ensemble.leader!;
    for (let at = 0; at < 100; at++) ensemble.propose(leader, `/n${at}`, Buffer.alloc(60_000));
    await ensemble.create("/last");
    const [learner] = others(leader);
    ensemble.crash(learner!);
    ensemble.wipe(learner!);
    await ensemble.boot(learner!);
    const bootedMs = ensemble.clock.nowMs();
    // Longer than the leader waits for an acknowledgement of this, were it not for the snapshot.
    await ensemble.pass(700);
    ensemble.propose(leader, "/meanwhile");
    await ensemble.until(() => ensemble.replica(learner!).core.isServing);
    expect(ensemble.clock.nowMs() - bootedMs).toBeGreaterThan(2000);
    expect(ensemble.leader).toBe(leader);
    await ensemble.agree();
  });

  test("a server that misses its database gets it back, even if there is next to nothing in it", async () => {
    const ensemble = await SimulatedReplicas.start(7);
    await ensemble.create("/only");
    const [learner] = others(ensemble.leader);
    ensemble.crash(learner!);
    ensemble.wipe(learner!);
    await ensemble.boot(learner!, { dbAutocreate: false });
    await ensemble.agree();
    await ensemble.pass(100);
    ensemble.crash(learner!);
    await ensemble.boot(learner!, { dbAutocreate: false });
    await ensemble.agree();
    expect(has(ensemble.replica(learner!), "/only")).toBe(true);
  });

  test.each([
    ["ahead of its log", (data: Buffer | null) => data, 0],
    ["of another tree", () => Buffer.from("another"), 1],
  ])("tell by digests whether a snapshot is %s", async (_, change, mismatches) => {
    const ensemble = await SimulatedReplicas.start(8);
    await ensemble.create("/first");
    const [learner] = others(ensemble.leader);
    ensemble.crash(learner!);
    const zxid = ensemble.replica(ensemble.leader!).core.tree.lastProcessedZxid;
    for (const path of ["/second", "/third"]) await ensemble.create(path);
    await ensemble.snapshot(learner!, zxid, change);
    await ensemble.boot(learner!);
    await ensemble.until(() => ensemble.replica(learner!).core.isServing);
    const { metrics } = ensemble.replica(learner!);
    expect(metrics.digestMismatchesCount.value).toBe(0);
    await ensemble.create("/fourth");
    expect(metrics.digestMismatchesCount.value).toBe(mismatches);
  });

  test.each(["keeps running", "restarts"])(
    "a leader that wrote alone and %s forgets what nobody else has",
    async (how) => {
      const ensemble = await SimulatedReplicas.start(5);
      await ensemble.create("/shared");
      const old = ensemble.leader!;
      const rest = others(old);
      ensemble.network.partition(
        [`s${old}`],
        rest.map((id) => `s${id}`),
      );
      ensemble.propose(old, "/alone");
      await ensemble.pass(5);
      if (how === "restarts") ensemble.crash(old);
      await ensemble.until(() => ensemble.leader !== null && ensemble.leader !== old);
      await ensemble.create("/together");
      if (how === "restarts") {
        await ensemble.boot(old);
        // It has to take its whole log for history, until it hears of a leader.
        expect(has(ensemble.replica(old), "/alone")).toBe(true);
      }
      ensemble.network.heal();
      await ensemble.agree();
      expect(has(ensemble.replica(old), "/alone")).toBe(false);
      expect(has(ensemble.replica(old), "/together")).toBe(true);
      ensemble.crash(old);
      await ensemble.boot(old);
      await ensemble.agree();
      expect(has(ensemble.replica(old), "/alone")).toBe(false);
    },
  );

  test("agree after every storm, and lose nothing that a client was told of", async () => {
    let committed = 0;
    for (let seed = 0; seed < 12; seed++) committed += await storm(seed);
    // A single storm may let nothing through.
    expect(committed).toBeGreaterThan(100);
  }, 60_000);
});

/** Crashes, cuts and writes at random, then peace; answers how many writes there were. */
async function storm(seed: number): Promise<number> {
  const random = new SeededRandom(`storm ${seed}`);
  const ensemble = await SimulatedReplicas.start(`storm ${seed}`, { lines: ["commitLogCount=5", "snapCount=20"] });
  const down = new Set<number>();
  const committed: string[] = [];
  for (let round = 0; round < 25; round++) {
    const id = 1 + random.below(3);
    const act = random.below(6);
    if (down.has(id)) {
      await ensemble.boot(id);
      down.delete(id);
    } else if (act === 0) {
      ensemble.crash(id);
      down.add(id);
    } else if (act === 1)
      ensemble.network.partition(
        [`s${id}`],
        others(id).map((other) => `s${other}`),
      );
    else if (act === 2) ensemble.network.heal();
    const { leader } = ensemble;
    if (leader !== null) {
      const paths = Array.from({ length: 1 + random.below(8) }, (_, at) => `/r${round}-${at}`);
      for (const path of paths) ensemble.propose(leader, path);
      await ensemble.pass(1 + random.below(10));
      // The leader applies what is committed, and answers its clients then.
      if (!down.has(leader)) committed.push(...paths.filter((path) => has(ensemble.replica(leader), path)));
    }
    await ensemble.pass(random.below(800));
  }
  ensemble.network.heal();
  for (const id of down) await ensemble.boot(id);
  await ensemble.agree();
  const lost = committed.filter((path) => !has(ensemble.replica(1), path));
  expect(lost, `seed ${seed}`).toEqual([]);
  return committed.length;
}
