import { digestChecks, leaderChecks, nextServer, quorumChecks, type Step } from "./ensemble-checks.ts";
import type { Finding } from "./finding.ts";
import { configurationChecks, memberChecks, versionChecks } from "./member-checks.ts";
import type { MemberReport, Software } from "./member-report.ts";
import { type Survey, textOf } from "./survey.ts";

/** What may be done now. */
export interface Verdict {
  /** Whether the step in `next` may be made. */
  readonly isSafe: boolean;
  /** The server to replace next; null when none is left, or none may be touched. */
  readonly server: number | null;
  /** The step, in words. */
  readonly next: string;
  readonly findings: readonly Finding[];
}

const NAMES: Readonly<Record<Software, string>> = { apache: "Apache ZooKeeper", branta: "Branta" };

/** Looks at everything and decides. @param more what was found elsewhere, in a zoo.cfg */
export function judge(survey: Survey, step: Step, more: readonly Finding[] = []): Verdict {
  const findings = [
    ...memberChecks(survey),
    ...configurationChecks(survey),
    ...leaderChecks(survey),
    ...digestChecks(survey),
    ...versionChecks(survey),
    ...more,
  ];
  const candidate = candidateOf(survey, step);
  if (candidate !== null) findings.push(...quorumChecks(survey, candidate));
  const isSafe = findings.every(({ level }) => level !== "stop");
  return { isSafe, server: isSafe ? candidate : null, next: nextStep(survey, step, candidate, isSafe), findings };
}

/** The server named if it is still to be replaced, else the next one. */
function candidateOf(survey: Survey, { server, to }: Step): number | null {
  const named = survey.members.find(({ id }) => id === server);
  if (server !== null && named?.software !== to) return server;
  return nextServer(survey, to)?.id ?? null;
}

function nextStep(survey: Survey, { server, to }: Step, candidate: number | null, isSafe: boolean): string {
  const named = server === null ? undefined : survey.members.find(({ id }) => id === server);
  const isDown = named !== undefined && named.failure !== null;
  if (isDown)
    return `Start ${NAMES[to]} as server ${server}, on its data directory; stop no other server. Then check again.`;
  if (!isSafe) return "Stop no server now. Mend what is marked stop, then check again.";
  const done = named?.software === to ? `Server ${server} runs ${NAMES[to]} and is in sync. ` : "";
  if (candidate === null) return `${done}All servers run ${NAMES[to]}: nothing is left to do.`;
  const role = survey.members.find(({ id }) => id === candidate)?.mode ?? "";
  const rest = `server ${candidate} (${role}), start ${NAMES[to]} on its data directory`;
  return `${done}Stop ${rest}, then check again with --server ${candidate}.`;
}

/** The verdict for people. */
export function verdictText({ members }: Survey, { findings, next, isSafe }: Verdict): string {
  const lines = [
    ...members.map(memberLine),
    "",
    ...findings.flatMap(({ level, text, advice }) => [
      `${level.padEnd(5)} ${text}`,
      ...(advice === undefined ? [] : [`      ${advice}`]),
    ]),
    "",
    `${isSafe ? "SAFE" : "NOT SAFE"}  ${next}`,
  ];
  return `${lines.join("\n")}\n`;
}

function memberLine({ id, address, mode, software, version, zxid, failure }: MemberReport): string {
  const columns = [
    `server ${id ?? "?"}`.padEnd(9),
    textOf(address).padEnd(21),
    (failure === null ? (mode ?? "not serving") : "no answer").padEnd(11),
    software === null ? "" : `${NAMES[software]} ${version}`.padEnd(23),
    zxid === null ? "" : `0x${zxid.toString(16)}`,
  ];
  return columns.join("  ").trimEnd();
}

/** The verdict for programs. */
export function verdictJson({ members }: Survey, { isSafe, server, next, findings }: Verdict): string {
  const servers = members.map(({ id, address, mode, software, version, zxid, failure }) => {
    const hex = zxid === null ? null : `0x${zxid.toString(16)}`;
    return { id, address: textOf(address), mode, software, version, zxid: hex, failure };
  });
  return `${JSON.stringify({ safe: isSafe, server, next, findings, servers })}\n`;
}
