import type { NodeContext } from "../node/node-context.ts";
import type { StatLines } from "./stat-lines.ts";

/** What `stats items` tells of a class. */
interface Counted {
  readonly items: number;
  readonly stickyItems: number;
  readonly evictions: number;
  readonly evictedNonzero: number;
  readonly evictedTimeS: number;
  readonly reclaimed: number;
}

/**
 * `stats items`: class 0 are the items up to 48 KB, the others larger ones by size, as the real server has them. There
 * each class has an order of use of its own; here there is one for all, so the age is that of class 0.
 */
export function addItemStats(lines: StatLines, node: NodeContext): void {
  const { cache } = node;
  const { statistics } = cache;
  const small: Record<keyof Counted, number> = {
    items: statistics.items,
    stickyItems: statistics.stickyItems,
    evictions: statistics.evictions,
    evictedNonzero: statistics.evictedNonzero,
    evictedTimeS: statistics.evictedTimeS,
    reclaimed: statistics.reclaimed,
  };
  const large = statistics.classes.all();
  for (const [, counted] of large) {
    for (const name of ["items", "stickyItems", "evictions", "evictedNonzero", "reclaimed"] as const) {
      small[name] -= counted[name];
    }
  }
  const [oldest] = cache.items({ sticky: false, forward: false });
  // When the item was used that was not used for longest, in seconds since the start.
  const ageS = oldest === undefined ? 0 : cache.accessS(oldest) - cache.startedS;
  if (statistics.items === 0) return;
  addClass(lines, 0, small, ageS, statistics.outOfMemory);
  // A refusal for lack of memory is about all memory, no class.
  for (const [classId, counted] of large) addClass(lines, classId, counted, ageS, 0);
}

function addClass(lines: StatLines, classId: number, counted: Counted, ageS: number, outOfMemory: number): void {
  const add = (name: string, value: number): void => lines.add(`items:${classId}:${name}`, value);
  add("number", counted.items);
  add("sticky", counted.stickyItems);
  add("age", ageS);
  add("evicted", counted.evictions);
  add("evicted_nonzero", counted.evictedNonzero);
  add("evicted_time", counted.evictedTimeS);
  add("outofmemory", outOfMemory);
  // Items that their users forgot to give back; nobody holds items here.
  add("tailrepairs", 0);
  add("reclaimed", counted.reclaimed);
}
