import { replay } from "./episode.ts";
import { SLOTS } from "./generator.ts";
import type { Difference } from "./comparison.ts";
import type { Contest } from "./server-pair.ts";
import type { Step } from "./step.ts";

/** Short enough to be read at once. */
const GOOD_ENOUGH_STEPS = 6;

/**
 * Makes a reproduction shorter: first the shortest tail that still differs, then without any step, then without any
 * operation that is not needed. Answers the shortest found when `budgetMs` is used up; undefined if nothing reproduces.
 */
export async function shrink(
  contest: Contest,
  variant: number,
  steps: readonly Step[],
  difference: Difference,
  budgetMs: number,
): Promise<Step[] | undefined> {
  const wanted = signature(difference);
  const deadline = Date.now() + budgetMs;
  const differs = async (candidate: readonly Step[]): Promise<boolean> =>
    Date.now() < deadline && signature(await replay(contest, variant, candidate).catch(() => undefined)) === wanted;
  const shortest = await shortestTail(steps, differs);
  if (shortest === undefined) return undefined;
  const fewer = await withoutParts(shortest, differs);
  return withoutOperations(fewer, differs);
}

/** What a difference says without its numbers, so that another difference is not taken for it. */
function signature(difference: Difference | undefined): string {
  if (difference === undefined) return "";
  const texts = [difference.candidate, difference.oracle].map((text) => text.replace(/\d+|path="[^"]*"/g, "#"));
  return texts.join(" | ").slice(0, 200);
}

type Differs = (candidate: readonly Step[]) => Promise<boolean>;

async function shortestTail(steps: readonly Step[], differs: Differs): Promise<Step[] | undefined> {
  const connects = Array.from({ length: SLOTS }, (_, slot): Step => {
    return { kind: "connect", slot, timeoutMs: 3_600_000, readOnly: false, lastZxidSeen: "none" };
  });
  for (let length = 2; length < steps.length; length *= 4) {
    const candidate = [...connects, ...steps.slice(-length)];
    if (await differs(candidate)) return candidate;
  }
  return (await differs(steps)) ? [...steps] : undefined;
}

/** Takes out ever smaller parts as long as the difference stays. */
async function withoutParts(steps: Step[], differs: Differs): Promise<Step[]> {
  let current = steps;
  for (let size = Math.ceil(current.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < current.length && current.length > 1;) {
      const candidate = [...current.slice(0, at), ...current.slice(at + size)];
      if (candidate.length > 0 && (await differs(candidate))) current = candidate;
      else at += size;
    }
    if (current.length <= GOOD_ENOUGH_STEPS && size > 1) size = 2;
  }
  return current;
}

async function withoutOperations(steps: Step[], differs: Differs): Promise<Step[]> {
  let current = steps;
  for (let index = current.length - 1; index >= 0; index--) {
    const step = current[index]!;
    if (step.kind !== "burst") continue;
    let { operations } = step;
    for (let size = Math.ceil(operations.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < operations.length && operations.length > 1;) {
        const fewer = [...operations.slice(0, at), ...operations.slice(at + size)];
        const candidate = current.with(index, { ...step, operations: fewer });
        if (fewer.length > 0 && (await differs(candidate))) {
          operations = fewer;
          current = candidate;
        } else at += size;
      }
    }
  }
  return current;
}
