import type { HostAndPort } from "@branta/zookeeper-client";

/** Whose server it is. */
export type Software = "apache" | "branta";

/** What one server of an ensemble says of itself. */
export interface MemberReport {
  readonly address: HostAndPort;
  /** Why nothing is known of it; null when it has answered. */
  readonly failure: string | null;
  /** Its number, null when it does not say. */
  readonly id: number | null;
  readonly software: Software | null;
  /** The version of its software: `3.9.5` of Apache's, `0.1.0` of Branta. */
  readonly version: string | null;
  /** `leader`, `follower`, `observer`, `standalone`, `read-only`; null while it does not serve. */
  readonly mode: string | null;
  /** The last transaction in its tree. */
  readonly zxid: number | null;
  /** Settings in force, by their names in zoo.cfg, as `conf` tells them. */
  readonly settings: ReadonlyMap<string, string>;
  /** `server.N=…` lines and `version=<hex>`; null when it does not say. */
  readonly membership: string | null;
  /** What `mntr` tells, without `zk_`. */
  readonly metrics: ReadonlyMap<string, string>;
  /** Digest of the tree at some zxids. */
  readonly digests: ReadonlyMap<number, string>;
  /** Words that it does not answer. */
  readonly closedWords: readonly string[];
}

/** A word's answer: its text, or null where the server does not answer the word. */
export type Answers = Readonly<Record<"srvr" | "conf" | "mntr" | "hash", string | null>>;

const CLOSED = "is not executed because it is not in the whitelist";

/** Whether an answer says that the word may not be asked. */
export function isClosedWord(answer: string): boolean {
  return answer.includes(CLOSED);
}

/** What the answers of a server say. */
export function readAnswers(address: HostAndPort, answers: Answers): MemberReport {
  const { srvr, conf, mntr, hash } = answers;
  const { settings, membership } = readConf(conf ?? "");
  const full = /^Zookeeper version: ([^\s,]+)/im.exec(srvr ?? "")?.[1] ?? null;
  const id = settings.get("serverId");
  return {
    address,
    failure: null,
    id: id === undefined ? null : Number(id),
    ...softwareOf(full),
    mode: /^Mode: (.*)$/m.exec(srvr ?? "")?.[1] ?? null,
    zxid: zxidOf(srvr ?? ""),
    settings,
    membership,
    metrics: readLines(mntr ?? "", /^zk_(\S+)\t(.*)$/gm),
    digests: new Map(
      [...readLines(hash ?? "", /^([0-9a-f]+): (\d+)$/gm)].map(([zxid, digest]) => [Number.parseInt(zxid, 16), digest]),
    ),
    closedWords: (["conf", "mntr", "hash"] as const).filter((word) => answers[word] === null),
  };
}

/** Of a server that does not answer. */
export function silentMember(address: HostAndPort, failure: string): MemberReport {
  const answers = { srvr: null, conf: null, mntr: null, hash: null };
  return { ...readAnswers(address, answers), failure, closedWords: [] };
}

/** The zxid in an answer to `srvr`. */
export function zxidOf(srvr: string): number | null {
  const hex = /^Zxid: 0x([0-9a-f]+)$/m.exec(srvr)?.[1];
  return hex === undefined ? null : Number.parseInt(hex, 16);
}

/** `3.9.5-293c895a8d…` is Apache's, `3.9.5-branta-0.1.0` is Branta as old as its last part says. */
function softwareOf(full: string | null): Pick<MemberReport, "software" | "version"> {
  if (full === null) return { software: null, version: null };
  const branta = /-branta-(.+)$/.exec(full)?.[1];
  if (branta !== undefined) return { software: "branta", version: branta };
  return { software: "apache", version: /^\d+\.\d+\.\d+/.exec(full)?.[0] ?? full };
}

function readConf(conf: string): Pick<MemberReport, "settings" | "membership"> {
  const [settings = "", membership] = conf.split(/^membership:\s*$/m);
  return {
    settings: readLines(settings, /^([^=\n]+)=(.*)$/gm),
    membership: membership === undefined ? null : membership.trim(),
  };
}

function readLines(text: string, line: RegExp): ReadonlyMap<string, string> {
  return new Map(Array.from(text.matchAll(line), ([, name = "", value = ""]) => [name, value]));
}
