import { resolve } from "node:path";
import { FOUR_LETTER_WORDS, type FourLetterWord } from "../config/four-letter-whitelist.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { connectionLine } from "./connection-line.ts";
import { environmentEntries } from "./environment.ts";
import { memberConfiguration } from "./ensemble-answers.ts";
import { formatDate, formatDouble, formatSocketAddress, hexOfLong } from "./java-format.ts";
import { Decimal, monitorValues } from "./monitor-values.ts";
import type { ServerMode, ServerView } from "./server-view.ts";
import { fullVersion } from "./version.ts";

/** What a telnet client sends when its user interrupts; Apache knows it as a word without an answer. */
export const TELNET_CLOSE = 0xfff4_fffd | 0;

/** Bytes that follow `stmk`: the new mask, a 64-bit number. */
export const TRACE_MASK_BYTES = 8;

const NOT_SERVING = "This ZooKeeper instance is not currently serving requests";

type Answer = (view: ServerView, payload: Buffer | null) => string | Promise<string>;

const codes = new Map(FOUR_LETTER_WORDS.map((word) => [Buffer.from(word).readInt32BE(), word] as const));

/** The word that the first four bytes of a connection spell, read as a signed number, or null. */
export function fourLetterWordOf(first: number): FourLetterWord | "telnet close" | null {
  return first === TELNET_CLOSE ? "telnet close" : (codes.get(first) ?? null);
}

/** Whether the first four bytes of a connection are a word instead of a length. */
export function isFourLetterWord(first: number): boolean {
  return fourLetterWordOf(first) !== null;
}

/**
 * Answers a word, or says that it is not on the list of those that are answered. The connection is closed behind it.
 * @param payload for `stmk` the bytes behind the word, at least {@link TRACE_MASK_BYTES}
 */
export async function answerFourLetterWord(
  word: FourLetterWord | "telnet close",
  view: ServerView,
  payload: Buffer | null = null,
): Promise<string> {
  if (!view.config.fourLetterWords.has(word)) return `${word} is not executed because it is not in the whitelist.\n`;
  const answer: Answer | undefined = answers[word as FourLetterWord];
  return answer === undefined ? "" : answer(view, payload);
}

/** Refuses while the server does not serve. */
function whenServing(answer: (view: ServerView) => string | Promise<string>, refusal = `${NOT_SERVING}\n`): Answer {
  return (view) => (view.isServing ? answer(view) : refusal);
}

const answers: Readonly<Record<FourLetterWord, Answer>> = {
  conf: whenServing(configuration),
  cons: whenServing((view) =>
    lines(
      [...allConnections(view)].map((connection) => connectionLine(connection, false)),
      "",
    ),
  ),
  crst: whenServing((view) => {
    view.resetConnectionStats();
    return "Connection stats reset.\n";
  }),
  dirs: whenServing(async (view) => {
    const [data, log] = await Promise.all([view.dataDirSizeBytes(), view.logDirSizeBytes()]);
    return `datadir_size: ${data}\nlogdir_size: ${log}\n`;
  }),
  dump: whenServing(dump),
  envi: (view) =>
    lines(["Environment:", ...environmentEntries(view.config).map(([name, value]) => `${name}=${value}`)]),
  gtmk: (view) => String(view.traceMask),
  hash: whenServing(
    (view) =>
      lines(Array.from(view.digestLog(), ({ zxid, digest }) => `${hexOfLong(zxid)}: ${BigInt.asIntN(64, digest)}`)),
    NOT_SERVING,
  ),
  isro: (view) => (view.isServing ? (view.isReadOnly ? "ro" : "rw") : "null"),
  mntr: whenServing((view) =>
    lines(
      monitorValues(view).map(
        ([name, value]) => `zk_${name}\t${value instanceof Decimal ? formatDouble(value.value) : value}`,
      ),
    ),
  ),
  ruok: () => "imok",
  srst: whenServing((view) => {
    view.stats.reset();
    return "Server stats reset.\n";
  }),
  srvr: whenServing((view) => versionLine(view) + statistics(view)),
  stat: whenServing((view) => {
    const clients = Array.from(allConnections(view), (connection) => connectionLine(connection, true));
    return versionLine(view) + lines(["Clients:", ...clients, ""]) + statistics(view);
  }),
  stmk: (view, payload) => {
    if (payload === null || payload.length < TRACE_MASK_BYTES) return "";
    view.traceMask = payload.readBigInt64BE();
    return String(view.traceMask);
  },
  wchc: whenServing((view) => lines([...Array.from(view.watchesBySession(), sessionWatches), ""])),
  wchp: whenServing((view) => lines([...Array.from(view.watchesByPath(), pathWatches), ""])),
  wchs: whenServing((view) => {
    const { connections, paths, watches } = watchSummary(view);
    return `${connections} connections watching ${paths} paths\nTotal watches:${watches}\n`;
  }),
};

/** Numbers of sessions that watch, paths that are watched, and pairs of both. */
export function watchSummary(view: ServerView): { connections: number; paths: number; watches: number } {
  let connections = 0;
  let watches = 0;
  for (const [, paths] of view.watchesBySession()) {
    connections++;
    watches += [...paths].length;
  }
  return { connections, paths: [...view.watchesByPath()].length, watches };
}

function lines(texts: readonly string[], ...more: readonly string[]): string {
  return [...texts, ...more].map((text) => `${text}\n`).join("");
}

function* allConnections(view: ServerView) {
  yield* view.connections();
  yield* view.secureConnections();
}

function versionLine(view: ServerView): string {
  const version = `Zookeeper version: ${fullVersion(view.config)}\n`;
  return view.isReadOnly ? `${version}READ-ONLY mode; serving only read-only clients\n` : version;
}

function statistics(view: ServerView): string {
  const { stats } = view;
  return lines([
    `Latency min/avg/max: ${stats.minLatencyMs}/${formatDouble(stats.averageLatencyMs)}/${stats.maxLatencyMs}`,
    `Received: ${stats.packetsReceived}`,
    `Sent: ${stats.packetsSent}`,
    `Connections: ${view.connectionCount}`,
    `Outstanding: ${view.outstandingRequests}`,
    `Zxid: 0x${hexOfLong(view.lastProcessedZxid)}`,
    `Mode: ${view.mode}`,
    `Node count: ${view.nodeCount}`,
    ...proposalSizes(view),
  ]);
}

function proposalSizes({ ensemble }: ServerView): readonly string[] {
  if (ensemble === null || ensemble.leader === null) return [];
  const { lastBytes, minBytes, maxBytes } = ensemble.leader.proposalSizes;
  return [`Proposal sizes last/min/max: ${lastBytes}/${minBytes}/${maxBytes}`];
}

/** Where a folder's files are: Apache shows the folder of the format's version below the one that was configured. */
export function versionFolder(folder: string): string {
  return resolve(folder, "version-2");
}

/** The id that `conf` shows; a server without an ensemble shows 0 whatever its myid says. */
export function shownServerId(config: ServerConfig): number {
  return config.isDistributed ? config.serverId : 0;
}

async function configuration(view: ServerView): Promise<string> {
  const { config } = view;
  const [data, log] = await Promise.all([view.dataDirSizeBytes(), view.logDirSizeBytes()]);
  const own = lines([
    `clientPort=${view.clientPort}`,
    `secureClientPort=${view.secureClientPort}`,
    `dataDir=${versionFolder(config.dataDir)}`,
    `dataDirSize=${data}`,
    `dataLogDir=${versionFolder(config.dataLogDir)}`,
    `dataLogSize=${log}`,
    `tickTime=${config.tickTimeMs}`,
    `maxClientCnxns=${config.maxClientConnections}`,
    `minSessionTimeout=${config.minSessionTimeoutMs}`,
    `maxSessionTimeout=${config.maxSessionTimeoutMs}`,
    `clientPortListenBacklog=${config.clientPortListenBacklog}`,
    `serverId=${shownServerId(config)}`,
  ]);
  return view.ensemble === null ? own : own + memberConfiguration(config, view.ensemble);
}

function dump(view: ServerView): string {
  const sessions = [...view.sessionExpiry()].map(({ expiresAtMs, sessionIds }) => ({
    expiresAtMs,
    items: sessionIds.map((id) => `0x${hexOfLong(id)}`),
  }));
  const connections = [...view.connectionExpiry()].map(({ expiresAtMs, connections: list }) => ({
    expiresAtMs,
    items: list.map(
      ({ remoteAddress, remotePort, sessionId }) =>
        `ip: ${formatSocketAddress(remoteAddress, remotePort)} sessionId: 0x${hexOfLong(sessionId)}`,
    ),
  }));
  const ephemerals = [...view.ephemerals()];
  return lines([
    "SessionTracker dump:",
    ...(LEARNERS.has(view.mode) ? learnerSessions(view, sessions) : expirySets("Session", sessions)),
    "ephemeral nodes dump:",
    `Sessions with Ephemerals (${ephemerals.length}):`,
    ...ephemerals.flatMap(([id, paths]) => [`0x${hexOfLong(id)}:`, ...Array.from(paths, (path) => `\t${path}`)]),
    "Connections dump:",
    ...expirySets("Connections", connections),
  ]);
}

/** Servers that let no session of the ensemble's expire. */
const LEARNERS: ReadonlySet<ServerMode> = new Set<ServerMode>(["follower", "observer", "read-only"]);

function learnerSessions(view: ServerView, locals: readonly ExpirySet[]): string[] {
  const globals = [...view.globalSessions()].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...(view.config.localSessionsEnabled ? expirySets("Local Session", locals) : []),
    `Global Sessions(${globals.length}):`,
    ...globals.map(([id, timeoutMs]) => `0x${hexOfLong(id)}\t${timeoutMs}ms`),
  ];
}

interface ExpirySet {
  readonly expiresAtMs: number;
  readonly items: readonly string[];
}

function expirySets(what: string, sets: readonly ExpirySet[]): string[] {
  const total = sets.reduce((sum, set) => sum + set.items.length, 0);
  const sorted = [...sets].sort((a, b) => a.expiresAtMs - b.expiresAtMs);
  return [
    `${what} Sets (${sets.length})/(${total}):`,
    ...sorted.flatMap(({ expiresAtMs, items }) => [
      `${items.length} expire at ${formatDate(expiresAtMs)}:`,
      ...items.map((item) => `\t${item}`),
    ]),
  ];
}

function sessionWatches([sessionId, paths]: readonly [bigint, Iterable<string>]): string {
  return [`0x${hexOfLong(sessionId)}`, ...Array.from(paths, (path) => `\t${path}`)].join("\n");
}

function pathWatches([path, sessionIds]: readonly [string, Iterable<bigint>]): string {
  return [path, ...Array.from(sessionIds, (id) => `\t0x${hexOfLong(id)}`)].join("\n");
}
