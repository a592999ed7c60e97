import { isSupportedApache, versionDanger } from "./apache-versions.ts";
import type { Finding } from "./finding.ts";
import type { MemberReport } from "./member-report.ts";
import { type Survey, textOf } from "./survey.ts";

/** Settings that must be the same on all servers, or clients notice which one they have. */
const COMMON_SETTINGS = ["tickTime", "initLimit", "syncLimit", "minSessionTimeout", "maxSessionTimeout"];
const WHITELIST = "4lw.commands.whitelist=srvr,conf,mntr,hash";

/** Whether every member answers and says what must be known. */
export function memberChecks({ members, membership, unknownIds }: Survey): Finding[] {
  return [
    ...members.map(answers),
    ...unknownIds.map((id): Finding => ({
      level: "stop",
      check: "members",
      server: id,
      text: `server ${id} belongs to the ensemble, and its address for clients is not known`,
      advice: "Name every server: host:port,host:port,…",
    })),
    ...members.filter(({ failure }) => failure === null).flatMap(openWords),
    ...(membership === null ? [noMembership()] : strangers(members, new Set(membership.members.keys()))),
  ];
}

function answers(member: MemberReport): Finding {
  const { address, failure, mode, id } = member;
  const server = id === null ? {} : { server: id };
  const name = nameOf(member);
  if (failure !== null) {
    const text = `${name} does not answer: ${failure}`;
    return { level: "stop", check: "members", ...server, text, advice: "Start it, and wait until it serves." };
  }
  if (mode === null) {
    const text = `${name} answers, and does not serve: it has no leader`;
    const advice = "Wait; if that lasts, look into its log.";
    return { level: "stop", check: "members", ...server, text, advice };
  }
  if (mode === "standalone" || mode === "read-only") {
    const text = `${name} is ${mode}`;
    const advice =
      mode === "standalone"
        ? "This command is about ensembles. A server by itself is stopped and replaced on its data directory."
        : "Its part of the ensemble has no quorum. Bring the others back.";
    return { level: "stop", check: "members", ...server, text, advice };
  }
  return { level: "ok", check: "members", ...server, text: `${name} answers at ${textOf(address)}, ${mode}` };
}

function openWords({ id, closedWords, address, version, membership }: MemberReport): Finding[] {
  if (closedWords.length === 0) return [];
  // Digests came with 3.6.
  if (version?.startsWith("3.5.") === true && closedWords.join(" ") === "hash") return [];
  const server = id === null ? {} : { server: id };
  const where = id === null ? textOf(address) : `server ${id}`;
  return [
    {
      level: membership === null ? "stop" : "warn",
      check: "words",
      ...server,
      text: `${where} does not answer ${closedWords.join(", ")}: that much less is looked at`,
      advice: `${WHITELIST} in its zoo.cfg opens them, from its next start on.`,
    },
  ];
}

function noMembership(): Finding {
  return {
    level: "stop",
    check: "configuration",
    text: "no server says who belongs to the ensemble",
    advice: `It takes Apache 3.5 or newer, with ${WHITELIST}.`,
  };
}

function strangers(members: readonly MemberReport[], ids: ReadonlySet<number>): Finding[] {
  return members
    .filter(({ id }) => id !== null && !ids.has(id))
    .map((member) => ({
      level: "stop",
      check: "configuration",
      server: member.id!,
      text: `${nameOf(member)} at ${textOf(member.address)} does not belong to the ensemble`,
      advice: "Name the servers of one ensemble.",
    }));
}

/** Whether all servers go by the same configuration. */
export function configurationChecks({ members }: Survey): Finding[] {
  const known = members.filter(({ membership }) => membership !== null);
  if (known.length < 2) return [];
  const texts = new Map<string, number[]>();
  for (const { membership, id } of known) {
    const text = membership!
      .split("\n")
      .map((line) => line.trim())
      .toSorted((one, other) => (one < other ? -1 : 1))
      .join("\n");
    texts.set(text, [...(texts.get(text) ?? []), id ?? -1]);
  }
  const same: Finding =
    texts.size === 1
      ? { level: "ok", check: "configuration", text: "the same configuration on all servers" }
      : {
          level: "stop",
          check: "configuration",
          text: `servers go by different configurations: ${[...texts.values()].map((ids) => ids.join(" ")).join(" | ")}`,
          advice: "Make the server.N lines equal in every zoo.cfg, or wait until a reconfiguration has reached all.",
        };
  const algorithms = known.filter(({ settings }) => (settings.get("electionAlg") ?? "3") !== "3");
  return [same, ...COMMON_SETTINGS.flatMap((name) => differing(known, name)), ...algorithms.map(otherElection)];
}

function differing(members: readonly MemberReport[], name: string): Finding[] {
  const values = new Set(members.map(({ settings }) => settings.get(name)).filter((value) => value !== undefined));
  if (values.size < 2) return [];
  const text = `${name} is not the same on all servers: ${[...values].join(", ")}`;
  return [{ level: "warn", check: "configuration", text, advice: "Make it equal in every zoo.cfg." }];
}

function otherElection({ id, settings }: MemberReport): Finding {
  const text = `server ${id} elects by electionAlg=${settings.get("electionAlg")}`;
  return { level: "stop", check: "configuration", text, advice: "Branta and Apache 3.6 or newer know only 3." };
}

/** What is known of the versions that run. */
export function versionChecks({ members }: Survey): Finding[] {
  const findings = members.flatMap((member): Finding[] => {
    const { software, version, id } = member;
    if (software !== "apache" || version === null) return [];
    const server = id === null ? {} : { server: id };
    if (!isSupportedApache(version)) {
      const text = `${nameOf(member)} runs Apache ${version}, with which Branta's servers do not form an ensemble`;
      const advice = "Upgrade it to the newest 3.8 or 3.9 first.";
      return [{ level: "stop", check: "versions", ...server, text, advice }];
    }
    const danger = versionDanger(version);
    if (danger === null) return [];
    const text = `${nameOf(member)} runs Apache ${version}, which ${danger.text} (${danger.issues})`;
    const advice = "A mixed ensemble is as safe as its weakest voter: replace these servers without long breaks.";
    return [{ level: "warn", check: "versions", ...server, text, advice }];
  });
  if (findings.length > 0) return findings;
  return [{ level: "ok", check: "versions", text: "no version that is known to lose acknowledged writes" }];
}

/** `server 2`, or the address of one whose number is not known. */
export function nameOf({ id, address }: Pick<MemberReport, "id" | "address">): string {
  return id === null ? `the server at ${textOf(address)}` : `server ${id}`;
}
