import type { Request } from "../connection/request.ts";
import { getattrCommand, setattrCommand } from "./attribute-commands.ts";
import { btreeCommand } from "./btree-command.ts";
import { cmdlogCommand } from "./command-log-commands.ts";
import type { Command } from "./command.ts";
import { configCommand } from "./config.ts";
import { quit, version } from "./connection-commands.ts";
import { dumpCommand } from "./dump.ts";
import { flushAll, flushPrefix } from "./flush-commands.ts";
import { get, gets, mget, mgets } from "./get-command.ts";
import { helpCommand } from "./help.ts";
import { decr, deleteCommand, incr, touch } from "./item-commands.ts";
import { listCommand } from "./list-command.ts";
import { lqdetectCommand } from "./long-query-commands.ts";
import { mapCommand } from "./map-command.ts";
import { readyCommand, shutdownCommand } from "./process-commands.ts";
import { scanCommand } from "./scan.ts";
import { scrubCommand } from "./scrub.ts";
import { setCommand } from "./set-command.ts";
import { statsCommand } from "./stats.ts";
import { add, append, cas, prepend, replace, set } from "./store-command.ts";
import { zkensembleCommand } from "./zkensemble.ts";

/** A command and how many words its line may have, the name included; with others it is no command at all. */
interface Row {
  readonly command: Command;
  readonly words: readonly [min: number, max: number];
  /** A number of words between these that it cannot have. */
  readonly notWords?: number;
}

const ANY = Number.MAX_SAFE_INTEGER;

/** Every command of the protocol by the first word of its line (memcached.c, process_command_ascii). */
const COMMANDS: Readonly<Record<string, Row>> = {
  get: { command: get, words: [2, ANY] },
  gets: { command: gets, words: [2, ANY] },
  mget: { command: mget, words: [3, 3] },
  mgets: { command: mgets, words: [3, 3] },
  set: { command: set, words: [5, 6] },
  add: { command: add, words: [5, 6] },
  replace: { command: replace, words: [5, 6] },
  append: { command: append, words: [5, 6] },
  prepend: { command: prepend, words: [5, 6] },
  cas: { command: cas, words: [6, 7] },
  incr: { command: incr, words: [3, 7], notWords: 5 },
  decr: { command: decr, words: [3, 7], notWords: 5 },
  delete: { command: deleteCommand, words: [2, 4] },
  touch: { command: touch, words: [3, 4] },
  lop: { command: listCommand, words: [4, 12] },
  sop: { command: setCommand, words: [4, 11] },
  mop: { command: mapCommand, words: [5, 12] },
  bop: { command: btreeCommand, words: [4, 13] },
  getattr: { command: getattrCommand, words: [2, 13] },
  setattr: { command: setattrCommand, words: [3, 7] },
  flush_all: { command: flushAll, words: [1, 3] },
  flush_prefix: { command: flushPrefix, words: [2, 4] },
  scan: { command: scanCommand, words: [3, ANY] },
  dump: { command: dumpCommand, words: [2, ANY] },
  stats: { command: statsCommand, words: [1, ANY] },
  config: { command: configCommand, words: [2, ANY] },
  cmdlog: { command: cmdlogCommand, words: [1, ANY] },
  lqdetect: { command: lqdetectCommand, words: [1, ANY] },
  zkensemble: { command: zkensembleCommand, words: [2, ANY] },
  help: { command: helpCommand, words: [1, ANY] },
  ready: { command: readyCommand, words: [1, 1] },
  shutdown: { command: shutdownCommand, words: [1, ANY] },
  scrub: { command: scrubCommand, words: [1, 2] },
  version: { command: version, words: [1, 1] },
  quit: { command: quit, words: [1, 1] },
};

/** Rows by a few bits of length and first letter: a name is compared with one or two others. */
const SLOTS = 64;
const SLOT_ROWS: { readonly name: string; readonly row: Row }[][] = Array.from({ length: SLOTS }, () => []);
for (const [name, row] of Object.entries(COMMANDS))
  SLOT_ROWS[slotOf(name.charCodeAt(0), name.length)].push({ name, row });

/** The request's command, or undefined where there is none of that name and that many words. */
export function findCommand(request: Request): Command | undefined {
  const rows = SLOT_ROWS[slotOf(request.bytes[request.start(0)], request.length(0))];
  for (const { name, row } of rows) {
    if (!request.is(0, name)) continue;
    const { count } = request;
    const isFit = count >= row.words[0] && count <= row.words[1] && count !== row.notWords;
    return isFit ? row.command : undefined;
  }
  return undefined;
}

function slotOf(letter: number, length: number): number {
  return (letter * 5 + length) & (SLOTS - 1);
}
