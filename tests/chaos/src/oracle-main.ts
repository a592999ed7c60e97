import { parseServerKind, type ServerKind } from "@branta/tests-kit";
import { parseArgs } from "node:util";
import { playOracle } from "./ensemble/oracle-scenario.ts";

/**
 * Two voters with an oracle (oraclePath), of one kind and of both: one that is killed leaves the other to go on alone where the oracle says
 * so, and follows when it is back; nothing acknowledged is lost.
 *
 *   node --conditions=source tests/chaos/src/oracle-main.ts --apache 3.9.5
 *
 * `--apache none` leaves Apache's servers out. The last line is "N passed, N failed".
 */
const { values } = parseArgs({ options: { apache: { type: "string", default: "3.9.5" } } });

const pairs: (readonly [ServerKind, ServerKind])[] = [["branta", "branta"]];
if (values.apache !== "none") {
  const apache = parseServerKind(`apache-${values.apache}`);
  pairs.push(["branta", apache], [apache, "branta"]);
}
let failed = 0;
for (const pair of pairs) {
  const problem = await playOracle(pair, (line) => console.log(`${pair.join(", ")}: ${line}`));
  if (problem !== null) console.log(`BROKEN ${pair.join(", ")}: ${problem}`);
  if (problem !== null) failed++;
}
console.log(`${pairs.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
