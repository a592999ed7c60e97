import { formatConnectionString, type HostAndPort } from "@branta/zookeeper-client";
import { configurationOf, type Membership, readMembershipText } from "@branta/zookeeper-server";
import { setTimeout as sleep } from "node:timers/promises";
import { askFourLetterWord } from "../tools/four-letter-word.ts";
import { askAsClient } from "./ask-as-client.ts";
import { isClosedWord, type MemberReport, readAnswers, silentMember, zxidOf } from "./member-report.ts";

/** What is known of a whole ensemble. */
export interface Survey {
  /** In the order in which they were named. */
  readonly members: readonly MemberReport[];
  /** Who belongs to the ensemble as most of those who answered say; null when nobody says. */
  readonly membership: Membership | null;
  /** Members in that configuration of which no address for clients is known. */
  readonly unknownIds: readonly number[];
  /** How long each follower took to have what the leader had, ms; null if it did not come that far. By address. */
  readonly catchUpMs: ReadonlyMap<string, number | null>;
}

/** How to look. */
export interface SurveyOptions {
  /** How long one answer may take, ms. */
  readonly answerTimeoutMs: number;
  /** How long a follower may take to have what the leader has now, ms. */
  readonly catchUpTimeoutMs: number;
}

const POLL_MS = 50;

/** Asks all servers, those named and those that these name. */
export async function survey(named: readonly HostAndPort[], options: SurveyOptions): Promise<Survey> {
  const members = await Promise.all(named.map((address) => ask(address, options)));
  const membership = membershipOf(members);
  const others = await Promise.all(unnamed(members, membership).map((address) => ask(address, options)));
  const all = await untilCounted([...members, ...others], options);
  const known = new Set(all.map(({ id }) => id));
  const silent = all.filter(({ id }) => id === null).length;
  const missing = [...(membership?.members.keys() ?? [])].filter((id) => !known.has(id));
  return {
    members: withIds(all, missing),
    membership,
    // One that is down does not say its number; if there is an address for each, nobody is unknown.
    unknownIds: missing.length <= silent ? [] : missing,
    catchUpMs: await catchUp(all, options),
  };
}

/** The configuration that most name; of equally many the newest. */
export function membershipOf(members: readonly MemberReport[]): Membership | null {
  const texts = members.map(({ membership }) => membership).filter((text) => text !== null && text !== "");
  const counted = texts.map((text) => ({
    membership: readMembershipText(text!),
    count: texts.filter((other) => other === text).length,
  }));
  counted.sort((one, other) => other.count - one.count || other.membership.version - one.membership.version);
  return counted[0]?.membership ?? null;
}

/** Whether these servers can decide without the others. */
export function isQuorum(membership: Membership, ids: Iterable<number>): boolean {
  return configurationOf(membership).quorum.isQuorum(new Set(ids));
}

/** Client addresses in the configuration at which nobody was asked. */
function unnamed(members: readonly MemberReport[], membership: Membership | null): HostAndPort[] {
  const known = new Set(members.map(({ id }) => id));
  const asked = new Set(members.map(({ address }) => textOf(address)));
  const addresses = [...(membership?.members.values() ?? [])]
    .filter(({ id, clientAddress }) => !known.has(id) && clientAddress !== null)
    .map(({ clientAddress, quorumAddresses }) => ({
      host: clientAddress!.host ?? quorumAddresses[0]!.host!,
      port: clientAddress!.port,
    }));
  return addresses.filter((address) => !asked.has(textOf(address)));
}

/** One silent server of which only one number is left has that number. */
function withIds(members: readonly MemberReport[], missing: readonly number[]): readonly MemberReport[] {
  const silent = members.filter(({ id }) => id === null);
  if (silent.length !== 1 || missing.length !== 1) return members;
  return members.map((member) => (member === silent[0] ? { ...member, id: missing[0]! } : member));
}

async function ask(address: HostAndPort, { answerTimeoutMs }: SurveyOptions): Promise<MemberReport> {
  const target = { ...address, tls: null, timeoutMs: answerTimeoutMs };
  const answer = async (word: string): Promise<string | null> => {
    const text = await askFourLetterWord(word, target);
    return isClosedWord(text) || (text === "" && (word === "conf" || word === "mntr")) ? null : text;
  };
  try {
    const srvr = await answer("srvr");
    if (srvr === "") return silentMember(address, "it closed the connection without an answer");
    // A word that a server is too old for ends the connection.
    const others = ["conf", "mntr", "hash"].map((word) => answer(word).catch(() => null));
    const [conf, mntr, hash] = await Promise.all(others);
    const report = readAnswers(address, { srvr, conf: conf!, mntr: mntr!, hash: hash! });
    if (report.membership !== null || report.mode === null) return report;
    return { ...report, ...(await askAsClient(address, answerTimeoutMs)) };
  } catch (error) {
    return silentMember(address, error instanceof Error ? error.message : String(error));
  }
}

/** A leader counts a follower a moment after that has begun to serve: asks it again until it counts all. */
async function untilCounted(
  members: readonly MemberReport[],
  options: SurveyOptions,
): Promise<readonly MemberReport[]> {
  const first = members.find(({ mode }) => mode === "leader");
  if (first === undefined) return members;
  const followers = members.filter(({ mode }) => mode === "follower").length;
  const giveUpMs = performance.now() + options.catchUpTimeoutMs;
  let leader = first;
  while (Number(leader.metrics.get("synced_followers") ?? followers) < followers && performance.now() < giveUpMs) {
    await sleep(POLL_MS);
    leader = await ask(first.address, options);
  }
  return members.map((member) => (member === first ? leader : member));
}

/** Waits until each follower has what the leader has at the beginning. */
async function catchUp(
  members: readonly MemberReport[],
  options: SurveyOptions,
): Promise<ReadonlyMap<string, number | null>> {
  const leader = members.find(({ mode }) => mode === "leader");
  const followers = members.filter(({ mode }) => mode === "follower" || mode === "observer");
  const wanted = leader?.zxid ?? null;
  if (wanted === null) return new Map();
  // An epoch in which nothing was written yet: who serves in it has been synchronized.
  if (wanted % 2 ** 32 === 0) return new Map(followers.map(({ address }) => [textOf(address), 0]));
  const waits = followers.map(
    async ({ address, zxid }) => [textOf(address), await waitFor(address, zxid, wanted, options)] as const,
  );
  return new Map(await Promise.all(waits));
}

async function waitFor(
  address: HostAndPort,
  zxidBefore: number | null,
  wanted: number,
  { answerTimeoutMs, catchUpTimeoutMs }: SurveyOptions,
): Promise<number | null> {
  const began = performance.now();
  for (let zxid = zxidBefore; zxid === null || zxid < wanted;) {
    if (performance.now() - began > catchUpTimeoutMs) return null;
    await sleep(POLL_MS);
    const target = { ...address, tls: null, timeoutMs: answerTimeoutMs };
    zxid = zxidOf(await askFourLetterWord("srvr", target).catch(() => ""));
  }
  return performance.now() - began;
}

/** `host:port`. */
export function textOf(address: HostAndPort): string {
  return formatConnectionString({ hosts: [address], chroot: "" });
}
