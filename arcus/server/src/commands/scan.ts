import { Glob, ITEM_TYPES, type ItemType } from "@branta/arcus-engine";

import type { Request } from "../connection/request.ts";
import { timeToLive, TYPE_LETTERS } from "../admin/item-text.ts";
import { stampText } from "../admin/time-text.ts";
import type { Command, Session } from "./command.ts";

const COUNT_DEFAULT = 20;
const COUNT_MAX = 2000;
const CURSOR_LENGTH_MAX = 31;
/** Items or prefixes looked at between two looks at the clock. */
const ROUND = 200;
/** A scan answers with what it has after so long, and the client goes on from the cursor. */
const TIME_MAX_MS = 5;

const ANY_TYPE = "A";

const INVALID_CURSOR = "CLIENT_ERROR invalid cursor.";

interface ScanOptions {
  readonly cursor: number;
  readonly count: number;
  readonly pattern: Glob | null;
  readonly type: ItemType | null;
}

/**
 * `scan key <cursor> [count <n>] [match <pattern>] [type <letter>]` and `scan prefix <cursor> [count <n>] [match <pattern>]`.
 * A cursor of 0 begins; a cursor of 0 in the answer says that all was seen. What is there all the time is shown at
 * least once.
 */
export const scanCommand: Command = {
  mayBeLong: true,
  run(request, session) {
    const isKeys = request.is(1, "key");
    if (!isKeys && !request.is(1, "prefix")) {
      session.reply("CLIENT_ERROR bad command line format");
      return;
    }
    const options = readOptions(request, isKeys);
    if (typeof options === "string") session.reply(options);
    else if (isKeys) scanKeys(options, session);
    else scanPrefixes(options, session);
  },
};

/** The options, or the reply that refuses them. */
function readOptions(request: Request, isKeys: boolean): ScanOptions | string {
  if (request.length(2) > CURSOR_LENGTH_MAX) return "CLIENT_ERROR bad cursor value";
  let count = COUNT_DEFAULT;
  let pattern: Glob | null = null;
  let type: ItemType | null = null;
  let word = 3;
  for (; word + 1 < request.count; word += 2) {
    if (request.is(word, "count")) {
      count = request.uint(word + 1);
      if (count < 1 || count > COUNT_MAX) return "CLIENT_ERROR bad count value";
    } else if (request.is(word, "match")) {
      const parsed = Glob.parse(request.text(word + 1));
      if (parsed === undefined) return "CLIENT_ERROR bad pattern string";
      pattern = parsed;
    } else if (isKeys && request.is(word, "type")) {
      const letter = request.text(word + 1);
      type = ITEM_TYPES.find((each) => TYPE_LETTERS[each] === letter) ?? null;
      if (type === null && letter !== ANY_TYPE) return "CLIENT_ERROR bad item type";
    } else {
      break;
    }
  }
  if (word !== request.count) return "CLIENT_ERROR bad command line format";
  const cursor = request.uint(2);
  return cursor < 0 ? INVALID_CURSOR : { cursor, count, pattern, type };
}

/** Goes on in rounds until enough was looked at, all was seen, or the time is over. @returns the next cursor or −1 */
function inRounds(options: ScanOptions, round: (cursor: number, count: number) => number): number {
  const startedMs = performance.now();
  let { cursor } = options;
  for (let seen = 0; seen < options.count; seen += ROUND) {
    cursor = round(cursor, Math.min(ROUND, options.count - seen));
    if (cursor <= 0 || performance.now() - startedMs >= TIME_MAX_MS) break;
  }
  return cursor;
}

function scanKeys(options: ScanOptions, session: Session): void {
  const { cache } = session;
  const lines: string[] = [];
  const next = inRounds(options, (cursor, count) =>
    cache.scanKeys(cursor, count, (item) => {
      const type = cache.typeOf(item);
      if (options.type !== null && options.type !== type) return;
      const key = cache.keyText(item);
      if (options.pattern !== null && !options.pattern.matches(key)) return;
      lines.push(`${key} ${TYPE_LETTERS[type]} ${timeToLive(cache, item)}`);
    }),
  );
  answer("KEYS", lines, next, session);
}

function scanPrefixes(options: ScanOptions, session: Session): void {
  const { prefixes } = session.cache;
  const lines: string[] = [];
  const next = inRounds(options, (cursor, count) =>
    prefixes.scan(cursor, count, (prefix) => {
      const name = prefix.name === "" ? "<null>" : prefix.name;
      if (options.pattern !== null && !options.pattern.matches(name)) return;
      const bytes = prefix.bytes.reduce((sum, each) => sum + each, 0);
      lines.push(`${name} ${prefix.itemCount} ${bytes} ${stampText(prefix.createdS * 1000)}`);
    }),
  );
  answer("PREFIXES", lines, next, session);
}

function answer(head: string, lines: readonly string[], next: number, session: Session): void {
  if (next < 0) session.reply(INVALID_CURSOR);
  else session.output.line([`${head} ${lines.length} ${next}`, ...lines, "END"].join("\r\n"));
}
