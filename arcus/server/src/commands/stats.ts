import type { Request } from "../connection/request.ts";
import { addCacheStats, addServerStats } from "../stats/general-stats.ts";
import { addItemStats } from "../stats/item-stats.ts";
import { addMemoryStats } from "../stats/memory-stats.ts";
import { prefixLines } from "../stats/prefix-stats.ts";
import { addSettings } from "../stats/settings-stats.ts";
import { StatLines } from "../stats/stat-lines.ts";
import { cacheDump } from "./cache-dump.ts";
import type { Command, Session } from "./command.ts";

type Answer = (session: Session, request: Request) => void;

const TOO_MANY_PREFIXES = "CLIENT_ERROR invalid: too many prefixes";

/** An answer of `STAT` lines. */
function lines(add: (lines: StatLines, session: Session) => void): Answer {
  return (session) => {
    const gathered = new StatLines();
    add(gathered, session);
    session.output.text(gathered.end());
  };
}

/** `stats <word>`, word by word. */
const TOPICS: Readonly<Record<string, Answer>> = {
  reset(session) {
    const { cache, node } = session;
    node.counters.reset();
    Object.assign(node.traffic, {
      totalConnections: 0,
      rejected: 0,
      quits: 0,
      bytesRead: 0,
      bytesWritten: 0,
      yields: 0,
    });
    cache.statistics.reset();
    session.reply("RESET");
  },
  detail: answerDetail,
  settings: lines((to, { node }) => addSettings(to, node)),
  zookeeper: lines((to, { node: { cloud } }) => {
    to.add("zk_libversion", cloud.libraryVersion);
    to.add("zk_timeout", cloud.sessionTimeoutMs);
    to.add("zk_failstop", cloud.failStops ? "on" : "off");
    to.add("zk_connected", String(cloud.isConnected));
    to.add("zk_ready", String(cloud.isReady));
  }),
  cachedump: ({ node, output }, request) => output.text(cacheDump(request, node)),
  aggregate: lines((to, { node }) => addServerStats(to, node)),
  topkeys(session, request) {
    const { topKeys } = session.node.counters;
    if (topKeys === null) session.reply("NOT_SUPPORTED");
    else lines((to) => [...topKeys.lines()].forEach(([key, text]) => to.add(key, text)))(session, request);
  },
  prefixes(session, request) {
    const { cache, node } = session;
    if (request.count !== 2) session.reply("CLIENT_ERROR usage: stats prefixes");
    else if (cache.prefixes.count > node.settings.statsPrefixesMax) session.reply(TOO_MANY_PREFIXES);
    else session.output.line([...prefixLines(cache, null), "END"].join("\r\n"));
  },
  prefixlist: answerPrefixList,
};

/** Topics of the cache: the first letters decide, as in the real server. */
const CACHE_TOPICS: readonly (readonly [word: string, answer: Answer])[] = [
  ["items", lines((to, { node }) => addItemStats(to, node))],
  // Switched off in the real server, too: it would walk over all items.
  ["sizes", lines(() => {})],
  ["slabs", lines((to, { cache }) => addMemoryStats(to, cache))],
  ["vbucket", lines((to) => to.add("vb_0", "active"))],
  ["scrub", lines((to, { node }) => addAll(to, node.scrubber.stats()))],
  ["dump", lines((to, { node }) => addAll(to, node.keyDump.stats()))],
];

/** `stats [<topic> …]`. */
export const statsCommand: Command = {
  mayBeLong: true,
  run(request, session) {
    if (request.count === 1) {
      ALL(session, request);
      return;
    }
    const topic = request.text(1);
    const answer = Object.hasOwn(TOPICS, topic)
      ? TOPICS[topic]
      : CACHE_TOPICS.find(([word]) => topic.startsWith(word))?.[1];
    if (answer === undefined) session.reply("ERROR no matching stat");
    else answer(session, request);
  },
};

const ALL: Answer = lines((to, { node }) => {
  addServerStats(to, node);
  addCacheStats(to, node);
});

function addAll(to: StatLines, stats: Iterable<readonly [name: string, value: string | number]>): void {
  for (const [name, value] of stats) to.add(name, value);
}

function answerDetail(session: Session, request: Request): void {
  const { node } = session;
  const word = request.count === 3 ? request.text(2) : "";
  const { counters } = node;
  if (!node.options.detailAllowed) {
    session.reply("CLIENT_ERROR detailed stats disabled");
  } else if (word === "on" || word === "off") {
    counters.detailed = word === "on";
    session.reply("OK");
  } else if (word !== "dump") {
    session.reply("CLIENT_ERROR usage: stats detail on|off|dump");
  } else if (counters.details.count > node.settings.statsPrefixesMax) {
    session.reply(TOO_MANY_PREFIXES);
  } else {
    session.output.line([...counters.details.lines(), "END"].join("\r\n"));
  }
}

/** `stats prefixlist item|operation [<prefix> …]`. */
function answerPrefixList(session: Session, request: Request): void {
  const { cache, node } = session;
  const { details } = node.counters;
  const isItems = request.is(2, "item");
  if (request.count < 3) {
    session.reply("CLIENT_ERROR subcommand(item|operation) is required");
    return;
  }
  if (!isItems && !request.is(2, "operation")) {
    session.reply("CLIENT_ERROR bad command line format");
    return;
  }
  const names = Array.from({ length: request.count - 3 }, (_, at) => request.text(at + 3));
  const count = names.length > 0 ? names.length : isItems ? cache.prefixes.count : details.count;
  if (count > node.settings.statsPrefixesMax) {
    session.reply(TOO_MANY_PREFIXES);
    return;
  }
  const some = names.length > 0 ? names : null;
  const found = isItems ? prefixLines(cache, some) : details.lines(some ?? undefined);
  session.output.line([...found, "END"].join("\r\n"));
}
