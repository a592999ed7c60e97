import type { Dice } from "./dice.ts";
import type { Exchange } from "./judge.ts";
import type { Model } from "./model.ts";
import { type Operation, requestText } from "./operation.ts";
import { attributeOperations } from "./operations/attributes.ts";
import { btreeReads } from "./operations/btree-reads.ts";
import { btreeOperations } from "./operations/btrees.ts";
import { flushAll, keyValueOperations } from "./operations/key-values.ts";
import { listOperations } from "./operations/lists.ts";
import { mapOperations } from "./operations/maps.ts";
import { setOperations } from "./operations/sets.ts";

type Make = (dice: Dice, model: Model) => Operation;

const OPERATIONS: readonly (readonly [number, Make])[] = [
  ...keyValueOperations,
  ...listOperations,
  ...setOperations,
  ...mapOperations,
  ...btreeOperations,
  ...btreeReads,
  ...attributeOperations,
];
const PIPE_COMMANDS_MAX = 12;
const SEVERE = /^(?:CLIENT_ERROR|SERVER_ERROR|ERROR)/;

/** Draws what to ask next. A request whose effect its reply would have to tell is never sent without one. */
export function drawExchange(dice: Dice, model: Model, mayEvict: boolean): Exchange {
  if (dice.oneIn(20_000)) return plain(flushAll());
  if (!mayEvict && dice.oneIn(12)) return drawPipe(dice, model);
  const operation = dice.weighted(OPERATIONS)(dice, model);
  const isSure = !mayEvict && !operation.keys.some((key) => model.isUnsure(key));
  if (isSure && operation.modes?.includes("noreply") && dice.oneIn(6)) {
    return { ...plain(operation), request: requestText(operation, "noreply"), expect: silently(operation) };
  }
  return plain(operation);
}

function plain(operation: Operation): Exchange {
  return { keys: operation.keys, request: requestText(operation), expect: operation.expect };
}

function silently(operation: Operation): Exchange["expect"] {
  return (model, reply) => {
    operation.expect(model, "");
    return reply === "" ? "" : "<no reply>";
  };
}

/** A pipe of commands on items whose state is sure. */
function drawPipe(dice: Dice, model: Model): Exchange {
  const operations: Operation[] = [];
  const wanted = 1 + dice.below(PIPE_COMMANDS_MAX);
  while (operations.length < wanted) {
    const operation = dice.weighted(OPERATIONS)(dice, model);
    const isSure = !operation.keys.some((key) => model.isUnsure(key));
    // A new short-lived item would not be sure to the commands behind it.
    const livesShortly = / create \d+ [1-9]\d* /.test(operation.line);
    if (operation.modes?.includes("pipe") && isSure && !livesShortly) operations.push(operation);
  }
  return {
    keys: operations.flatMap((operation) => operation.keys),
    parts: operations,
    request: operations.map((operation, i) => requestText(operation, i < wanted - 1 ? "pipe" : "")).join(""),
    expect: (now) => {
      const replies = operations.map((operation) => operation.expect(now, ""));
      if (wanted === 1) return replies[0]!;
      if (replies.some((reply) => SEVERE.test(reply))) return "<a pipe of commands that cannot break it off>";
      return `RESPONSE ${wanted}\r\n${replies.join("")}END\r\n`;
    },
  };
}
