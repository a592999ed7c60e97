import type { Request } from "../connection/request.ts";
import { runDelete, runGet } from "./btree/bop-get.ts";
import { insertLength, runCreate, runInsert } from "./btree/bop-insert.ts";
import { keysLength, runMget, runSmget } from "./btree/bop-many.ts";
import { runCount, runGetByPosition, runPosition, runPositionWithGet } from "./btree/bop-positions.ts";
import { runArithmetic, runUpdate, updateLength } from "./btree/bop-update.ts";
import { BAD_FORMAT, hasKey } from "./collections/request-words.ts";
import { type Command, NO_DATA, REFUSED, type Session } from "./command.ts";

/** One of the commands behind `bop`. */
interface Subcommand {
  /** Words of the whole line, from … to. */
  readonly words: readonly [min: number, max: number];
  readonly dataLength?: (request: Request, session: Session) => number;
  readonly run: (request: Request, session: Session) => void;
}

const INSERT: Subcommand = { words: [5, 13], dataLength: insertLength, run: runInsert };
const ARITHMETIC: Subcommand = { words: [5, 8], run: runArithmetic };

const SUBCOMMANDS: ReadonlyMap<string, Subcommand> = new Map([
  ["insert", INSERT],
  ["upsert", INSERT],
  ["create", { words: [6, 9], run: runCreate }],
  ["update", { words: [5, 9], dataLength: updateLength, run: runUpdate }],
  ["delete", { words: [4, 12], run: runDelete }],
  ["incr", ARITHMETIC],
  ["decr", ARITHMETIC],
  ["get", { words: [4, 12], run: runGet }],
  ["count", { words: [4, 9], run: runCount }],
  ["mget", { words: [6, 13], dataLength: keysLength, run: runMget }],
  ["smget", { words: [6, 13], dataLength: keysLength, run: runSmget }],
  ["position", { words: [5, 5], run: runPosition }],
  ["pwg", { words: [5, 6], run: runPositionWithGet }],
  ["gbp", { words: [5, 5], run: runGetByPosition }],
]);

/** `bop create|insert|upsert|update|delete|incr|decr|get|count|mget|smget|position|pwg|gbp …`: b+trees. */
export const btreeCommand: Command = {
  mayBeLong: true,
  dataLength(request, session) {
    const dataLength = subcommandOf(request)?.dataLength;
    if (dataLength === undefined) return NO_DATA;
    return hasKey(request, session) ? dataLength(request, session) : REFUSED;
  },

  run(request, session) {
    const subcommand = subcommandOf(request);
    if (subcommand?.dataLength === undefined && !hasKey(request, session)) return;
    if (subcommand === undefined) session.reply(BAD_FORMAT);
    else subcommand.run(request, session);
  },
};

function subcommandOf(request: Request): Subcommand | undefined {
  const subcommand = SUBCOMMANDS.get(request.text(1));
  if (subcommand === undefined) return undefined;
  const [min, max] = subcommand.words;
  return request.count >= min && request.count <= max ? subcommand : undefined;
}
