import { describe, expect, it } from "vitest";
import { BRANTA, type FakeMember, startThree, THREE } from "../testing/fake-member.ts";
import type { Finding } from "./finding.ts";
import type { Software } from "./member-report.ts";
import { survey } from "./survey.ts";
import { judge, type Verdict, verdictJson, verdictText } from "./verdict.ts";

const OPTIONS = { answerTimeoutMs: 2_000, catchUpTimeoutMs: 200 };

async function check(
  members: readonly FakeMember[],
  server: number | null = null,
  to: Software = "branta",
): Promise<Verdict> {
  return judge(
    await survey(
      members.map(({ address }) => address),
      OPTIONS,
    ),
    { server, to },
  );
}

/** What must stop the step, and what was warned of: `check: text`. */
function found({ findings }: Verdict, level: Finding["level"]): string[] {
  return findings.filter((finding) => finding.level === level).map(({ check: name, text }) => `${name}: ${text}`);
}

describe("a sound ensemble", () => {
  it("may have its followers replaced first, and its leader last", async () => {
    await using members = await startThree();
    const verdict = await check(members);
    expect(found(verdict, "stop")).toEqual([]);
    expect(found(verdict, "warn")).toEqual([]);
    expect(verdict).toMatchObject({ isSafe: true, server: 1 });
    expect(verdict.next).toBe(
      "Stop server 1 (follower), start Branta on its data directory, then check again with --server 1.",
    );
    members[0]!.facts.version = BRANTA;
    const after = await check(members, 1);
    expect(after).toMatchObject({ isSafe: true, server: 3 });
    expect(after.next).toMatch(/^Server 1 runs Branta and is in sync\. Stop server 3 \(follower\)/);
    members[2]!.facts.version = BRANTA;
    const last = await check(members, 2);
    expect(last).toMatchObject({ isSafe: true, server: 2 });
    expect(found(last, "warn")).toEqual([
      "leader: server 2 leads: when it stops, writes wait until another one is elected",
    ]);
    members[1]!.facts.version = BRANTA;
    expect(await check(members)).toMatchObject({ isSafe: true, server: null });
    expect((await check(members, 2)).next).toBe(
      "Server 2 runs Branta and is in sync. All servers run Branta: nothing is left to do.",
    );
  });

  it("may be taken back to Apache", async () => {
    await using members = await startThree({ version: BRANTA });
    const verdict = await check(members, 3, "apache");
    expect(verdict).toMatchObject({ isSafe: true, server: 3 });
    expect(verdict.next).toContain("start Apache ZooKeeper on its data directory");
  });

  it("is told in full", async () => {
    await using members = await startThree();
    const looked = await survey(
      members.map(({ address }) => address),
      OPTIONS,
    );
    const verdict = judge(looked, { server: null, to: "branta" });
    const text = verdictText(looked, verdict)
      .replace(/:\d{5}/g, ":PORT")
      .replace(/after \d+ ms/, "after N ms");
    expect(text.replaceAll(/ +$/gm, "").replaceAll(/PORT +/g, "PORT  ")).toBe(
      `\
server 1   127.0.0.1:PORT  follower     Apache ZooKeeper 3.9.5   0x100000100
server 2   127.0.0.1:PORT  leader       Apache ZooKeeper 3.9.5   0x100000100
server 3   127.0.0.1:PORT  follower     Apache ZooKeeper 3.9.5   0x100000100

ok    server 1 answers at 127.0.0.1:PORT  , follower
ok    server 2 answers at 127.0.0.1:PORT  , leader
ok    server 3 answers at 127.0.0.1:PORT  , follower
ok    the same configuration on all servers
ok    one leader, server 2
ok    all followers have what the leader had, after N ms
ok    equal trees at 1 of 1 common zxids, the newest 0x100000080, of 3 servers
ok    no version that is known to lose acknowledged writes
ok    without server 1 there is a quorum: 2, 3

SAFE  Stop server 1 (follower), start Branta on its data directory, then check again with --server 1.
`.replaceAll("PORT  ,", "PORT,"),
    );
    expect(JSON.parse(verdictJson(looked, verdict))).toMatchObject({
      safe: true,
      server: 1,
      servers: [{ id: 1, mode: "follower", software: "apache", version: "3.9.5", zxid: "0x100000100" }, {}, {}],
    });
  });
});

describe("the step must wait", () => {
  it("while a server is down: even the one that is being replaced", async () => {
    await using members = await startThree();
    await members[0]!.stop();
    const addresses = [{ host: "127.0.0.1", port: 1 }, members[1]!.address, members[2]!.address];
    const verdict = judge(await survey(addresses, OPTIONS), { server: 1, to: "branta" });
    expect(verdict.isSafe).toBe(false);
    expect(found(verdict, "stop")[0]).toMatch(/^members: server 1 does not answer: .*ECONNREFUSED/);
    expect(verdict.next).toMatch(/^Start Branta as server 1, on its data directory; stop no other server\./);
    const other = judge(await survey(addresses, OPTIONS), { server: 3, to: "branta" });
    expect(found(other, "stop")).toContain("quorum: without server 3 there is no quorum: 2 would be left");
    expect(other.next).toMatch(/^Stop no server now/);
  });

  it("while one does not serve, or nobody leads", async () => {
    await using members = await startThree();
    members[1]!.facts.mode = null;
    const verdict = await check(members);
    expect(found(verdict, "stop")).toEqual([
      "members: server 2 answers, and does not serve: it has no leader",
      "leader: no server leads",
      "quorum: without server 1 there is no quorum: 3 would be left",
    ]);
  });

  it("while two lead, or one is by itself", async () => {
    await using members = await startThree();
    members[0]!.facts.mode = "leader";
    expect(found(await check(members), "stop")).toEqual(["leader: server 1 and server 2 lead"]);
    members[0]!.facts.mode = "standalone";
    expect(found(await check(members), "stop")).toContain("members: server 1 is standalone");
  });

  it("while a follower is behind, until it has caught up", async () => {
    await using members = await startThree();
    members[2]!.facts.zxid = 0x1_0000_00ff;
    expect(found(await check(members), "stop")).toEqual([
      "sync: server 3 did not get to what the leader had in the time given",
    ]);
    setTimeout(() => (members[2]!.facts.zxid = 0x1_0000_0100), 20);
    expect(found(await check(members), "stop")).toEqual([]);
    members[1]!.facts.metrics = { synced_followers: "1" };
    expect(found(await check(members), "stop")).toEqual([
      "sync: the leader counts 1 followers in sync of 2 that follow",
    ]);
  });

  it("but does not wait for a transaction that an epoch has not had yet", async () => {
    await using members = await startThree();
    members[1]!.facts.zxid = 0x2_0000_0000;
    expect((await check(members)).isSafe).toBe(true);
  });

  it("when trees differ, or a server has seen that they do", async () => {
    await using members = await startThree();
    members[2]!.facts.digests = { "100000080": "1" };
    expect(found(await check(members), "stop")).toEqual([
      "digests: the trees differ at zxid 0x100000080: server 1 5962774379, server 2 5962774379, server 3 1",
    ]);
    members[2]!.facts.digests = {};
    members[0]!.facts.metrics = { digest_mismatches_count: "3" };
    const apache = await check(members);
    expect(apache.isSafe).toBe(true);
    const seen = "digests: server 1 has seen 3 transactions after which its tree was not as foretold";
    expect(found(apache, "warn")).toEqual([seen]);
    members[0]!.facts.version = BRANTA;
    expect(found(await check(members), "stop")).toEqual([seen]);
  });

  it("but not for digests that differed once and are equal again", async () => {
    await using members = await startThree({ digests: { "100000080": "1", "100000100": "2" } });
    members[2]!.facts.digests = { "100000080": "7", "100000100": "2" };
    const verdict = await check(members);
    expect(verdict.isSafe).toBe(true);
    expect(found(verdict, "ok")).toContain(
      "digests: equal trees at 1 of 2 common zxids, the newest 0x100000100, of 3 servers",
    );
  });

  it("when servers go by different configurations, which is worth a warning where clients see it", async () => {
    await using members = await startThree();
    members[2]!.facts.membership = `${THREE}\nversion=100000003`;
    members[0]!.facts.settings = { tickTime: "3000" };
    const verdict = await check(members);
    expect(found(verdict, "stop")).toEqual(["configuration: servers go by different configurations: 1 2 | 3"]);
    expect(found(verdict, "warn")).toEqual(["configuration: tickTime is not the same on all servers: 3000, 2000"]);
    members[0]!.facts.settings = { electionAlg: "1" };
    expect(found(await check(members), "stop")).toContain("configuration: server 1 elects by electionAlg=1");
  });

  it("when not every server was named, or one too many", async () => {
    await using members = await startThree();
    expect(found(await check(members.slice(0, 2)), "stop")).toContain(
      "members: server 3 belongs to the ensemble, and its address for clients is not known",
    );
    members[2]!.facts.id = 9;
    expect(found(await check(members), "stop")).toContain(
      `configuration: server 9 at 127.0.0.1:${members[2]!.address.port} does not belong to the ensemble`,
    );
    expect(found(await check(members, 7), "stop")).toContain("server: server 7 does not belong to the ensemble");
  });

  it("when servers do not say who they are, neither to operators nor to clients", async () => {
    await using members = await startThree({ closedWords: ["conf", "mntr", "hash"] });
    const quick = { ...OPTIONS, answerTimeoutMs: 200 };
    const looked = await survey(
      members.map(({ address }) => address),
      quick,
    );
    const verdict = judge(looked, { server: null, to: "branta" });
    expect(verdict.isSafe).toBe(false);
    expect(found(verdict, "stop")).toContain("configuration: no server says who belongs to the ensemble");
    expect(verdict.findings.find(({ check: name }) => name === "words")?.advice).toBe(
      "4lw.commands.whitelist=srvr,conf,mntr,hash in its zoo.cfg opens them, from its next start on.",
    );
    for (const { facts } of members) facts.closedWords = ["hash"];
    const without = await check(members);
    expect(without.isSafe).toBe(true);
    expect(found(without, "warn")).toContain("words: server 1 does not answer hash: that much less is looked at");
  });
});

describe("versions", () => {
  it("that may lose writes are warned of, and those that are too old stop the step", async () => {
    await using members = await startThree({ version: "3.8.0-5a02a05eddb59aee6ac762f7ea82e92a68eb9c0f" });
    const verdict = await check(members);
    expect(verdict.isSafe).toBe(true);
    expect(found(verdict, "warn")[0]).toMatch(/server 1 runs Apache 3\.8\.0, which acknowledges .*ZOOKEEPER-4643/);
    members[0]!.facts.version = "3.4.14-4c25d480";
    expect(found(await check(members), "stop")).toEqual([
      "versions: server 1 runs Apache 3.4.14, with which Branta's servers do not form an ensemble",
    ]);
  });
});

it("asks also those servers whose addresses for clients stand in the configuration", async () => {
  await using members = await startThree();
  const lines = members.map(({ facts, address }) => `server.${facts.id}=h:1:2:participant;127.0.0.1:${address.port}`);
  for (const { facts } of members) facts.membership = `${lines.join("\n")}\nversion=100000000`;
  const looked = await survey([members[0]!.address], OPTIONS);
  expect(looked.members.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(looked.unknownIds).toEqual([]);
});

it("counts groups and weights where the configuration has them", async () => {
  await using members = await startThree();
  const membership = `${THREE}\ngroup.1=1:2:3\nweight.1=3\nweight.2=1\nweight.3=1\nversion=0`;
  for (const { facts } of members) facts.membership = membership;
  expect(found(await check(members, 1), "stop")).toEqual([
    "quorum: without server 1 there is no quorum: 2, 3 would be left",
  ]);
  expect((await check(members, 3)).isSafe).toBe(true);
});
