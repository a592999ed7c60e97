import type { Finding } from "./finding.ts";
import type { MemberReport, Software } from "./member-report.ts";
import { nameOf } from "./member-checks.ts";
import { isQuorum, type Survey, textOf } from "./survey.ts";

/** What the operator is about to do. */
export interface Step {
  /** The server that is to be replaced, or that has been; null: the next one is looked for. */
  readonly server: number | null;
  /** What it is replaced by. */
  readonly to: Software;
}

/** Whether one leads and the others follow, with all that it has. */
export function leaderChecks({ members, catchUpMs }: Survey): Finding[] {
  const leaders = members.filter(({ mode }) => mode === "leader");
  const [leader] = leaders;
  if (leader === undefined || leaders.length > 1) {
    const text = leader === undefined ? "no server leads" : `${leaders.map(nameOf).join(" and ")} lead`;
    return [{ level: "stop", check: "leader", text, advice: "Wait until one server leads and all others follow it." }];
  }
  return [
    { level: "ok", check: "leader", text: `one leader, ${nameOf(leader)}` },
    ...syncedFollowers(leader, members),
    ...behind(members, catchUpMs),
  ];
}

function syncedFollowers(leader: MemberReport, members: readonly MemberReport[]): Finding[] {
  const told = leader.metrics.get("synced_followers");
  const followers = members.filter(({ mode }) => mode === "follower").length;
  if (told === undefined || Number(told) >= followers) return [];
  const text = `the leader counts ${told} followers in sync of ${followers} that follow`;
  return [{ level: "stop", check: "sync", text, advice: "Wait until it counts them all." }];
}

function behind(members: readonly MemberReport[], catchUpMs: Survey["catchUpMs"]): Finding[] {
  const late = members.filter(({ address }) => catchUpMs.get(textOf(address)) === null);
  if (late.length === 0) {
    const slowest = Math.max(0, ...[...catchUpMs.values()].map((ms) => ms ?? 0));
    const text = `all followers have what the leader had, after ${Math.round(slowest)} ms`;
    return [{ level: "ok", check: "sync", text }];
  }
  return late.map((member) => ({
    level: "stop",
    check: "sync",
    ...(member.id === null ? {} : { server: member.id }),
    text: `${nameOf(member)} did not get to what the leader had in the time given`,
    advice: "Wait until it has caught up.",
  }));
}

/** Whether the trees of the servers are equal, as far as can be seen from outside. */
export function digestChecks({ members }: Survey): Finding[] {
  const mismatched = members.filter(({ metrics }) => Number(metrics.get("digest_mismatches_count") ?? 0) > 0);
  return [...mismatched.map(mismatch), ...comparedDigests(members)];
}

/**
 * Apache's servers count mismatches also while they replay what a snapshot has already, which was written while the tree
 * changed; those pass. Branta's servers do not write such snapshots.
 */
function mismatch(member: MemberReport): Finding {
  const count = member.metrics.get("digest_mismatches_count");
  const server = member.id === null ? {} : { server: member.id };
  const text = `${nameOf(member)} has seen ${count} transactions after which its tree was not as foretold`;
  if (member.software === "apache") {
    const advice =
      "Apache's servers count them also after a restart from a snapshot; what counts is the digests below.";
    return { level: "warn", check: "digests", ...server, text, advice };
  }
  const advice = "Stop it, move its data directory away, and start it again: it gets a copy of the leader's.";
  return { level: "stop", check: "digests", ...server, text, advice };
}

function comparedDigests(members: readonly MemberReport[]): Finding[] {
  const able = members.filter(({ digests }) => digests.size > 0);
  const [first, ...others] = able;
  const common = [...(first?.digests.keys() ?? [])].filter((zxid) => others.every(({ digests }) => digests.has(zxid)));
  if (first === undefined || others.length === 0 || common.length === 0) {
    const text = "no digests to compare: servers keep one every 128 transactions, while they run";
    return [{ level: "ok", check: "digests", text }];
  }
  const isEqualAt = (zxid: number): boolean =>
    others.every(({ digests }) => digests.get(zxid) === first.digests.get(zxid));
  const newest = Math.max(...common);
  const at = `0x${newest.toString(16)}`;
  if (isEqualAt(newest)) {
    const count = common.filter(isEqualAt).length;
    const text = `equal trees at ${count} of ${common.length} common zxids, the newest ${at}, of ${able.length} servers`;
    return [{ level: "ok", check: "digests", text }];
  }
  const values = able.map((member) => `${nameOf(member)} ${member.digests.get(newest)}`).join(", ");
  const advice = "Find the one that is wrong before anything else; it is to get a copy of the leader's data.";
  return [{ level: "stop", check: "digests", text: `the trees differ at zxid ${at}: ${values}`, advice }];
}

/** The next server to replace: followers first, the leader last, since its end is an election. */
export function nextServer({ members }: Survey, to: Software): MemberReport | null {
  const others = members.filter(({ software, id }) => id !== null && software !== null && software !== to);
  return others.find(({ mode }) => mode !== "leader") ?? others[0] ?? null;
}

/** Whether the others can go on without the server that is to be stopped. */
export function quorumChecks(survey: Survey, server: number): Finding[] {
  const { members, membership } = survey;
  if (membership === null) return [];
  const member = membership.members.get(server);
  if (member === undefined) {
    const ids = [...membership.members.keys()].join(", ");
    const text = `server ${server} does not belong to the ensemble`;
    return [{ level: "stop", check: "server", server, text, advice: `Its servers are ${ids}.` }];
  }
  const left = members.filter(({ mode }) => mode === "leader" || mode === "follower").map(({ id }) => id);
  const without = left.filter((id) => id !== null && id !== server) as number[];
  const names = without.join(", ") || "nobody";
  if (!isQuorum(membership, without)) {
    const text = `without server ${server} there is no quorum: ${names} would be left`;
    const advice = "Bring the other servers back first, or add a voter.";
    return [{ level: "stop", check: "quorum", server, text, advice }];
  }
  const findings: Finding[] = [
    { level: "ok", check: "quorum", text: `without server ${server} there is a quorum: ${names}` },
  ];
  const isLeader = members.some(({ id, mode }) => id === server && mode === "leader");
  if (isLeader) {
    const text = `server ${server} leads: when it stops, writes wait until another one is elected`;
    findings.push({ level: "warn", check: "leader", server, text });
  }
  return findings;
}
