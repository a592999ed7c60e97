import type { Request } from "../connection/request.ts";
import type { NodeContext } from "../node/node-context.ts";

const BAD_FORMAT = "CLIENT_ERROR bad command line format\r\n";
const COUNT_DEFAULT = 50;
const COUNT_MAX = 200;
/** Largest number of a class of items in the real server. */
const CLASS_MAX = 200;
const ANSWER_LENGTH_MAX = 512 * 1024;
/** Room that a line has beside its key. */
const LINE_LENGTH_MAX = 100;

/**
 * `stats cachedump <class> <count> [forward|backward [sticky]]`: keys in the order of use. All items are of class 0.
 * Times are seconds since the start of the node.
 *
 * @returns the answer with its line ends, or the line that refuses the request
 */
export function cacheDump(request: Request, node: NodeContext): string {
  const { count } = request;
  const classId = request.uint(2);
  const wanted = request.uint(3);
  const isForward = count < 5 || request.is(4, "forward");
  const isSticky = count === 6;
  if (count < 4 || count > 6 || classId < 0 || wanted < 0) return BAD_FORMAT;
  if (!isForward && !request.is(4, "backward")) return BAD_FORMAT;
  if (isSticky && !request.is(5, "sticky")) return BAD_FORMAT;
  if (classId > CLASS_MAX) return "CLIENT_ERROR Illegal slab id\r\n";
  const shownMax = wanted === 0 ? COUNT_DEFAULT : Math.min(wanted, COUNT_MAX);
  const { cache } = node;
  const sinceStart = (atS: number): number => (atS <= 0 ? atS : atS - cache.startedS);
  let text = "";
  let shown = 0;
  for (const item of classId === 0 ? cache.items({ sticky: isSticky, forward: isForward }) : []) {
    if (shown++ === shownMax || text.length + cache.keyLength(item) + LINE_LENGTH_MAX > ANSWER_LENGTH_MAX) break;
    const access = sinceStart(cache.accessS(item));
    text += `ITEM ${cache.keyText(item)} [acctime=${access}, exptime=${sinceStart(cache.expiry(item))}]\r\n`;
  }
  return `${text}END [curtime=${sinceStart(cache.nowS)}]\r\n`;
}
