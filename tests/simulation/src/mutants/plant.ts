import { SimulationError } from "../simulation-error.ts";
import type { Mutant } from "./mutant.ts";

/** The source with the bug in it. @throws SimulationError `input` where the text to change is not there exactly once */
export function plant({ id, file, find, replace, also }: Mutant, source: string): string {
  const planted = change(id, file, source, find, replace);
  return also === undefined ? planted : changeOther(id, file, planted, replace, also);
}

function changeOther(
  id: string,
  file: string,
  planted: string,
  done: string,
  { find, replace }: { readonly find: string; readonly replace: string },
): string {
  // The second place must not be looked for in what the first has put in.
  const split = planted.indexOf(done) + done.length;
  const [before, after] = [planted.slice(0, split), planted.slice(split)];
  return before + change(id, file, after, find, replace);
}

function change(id: string, file: string, source: string, find: string, replace: string): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new SimulationError(
      "input",
      `Cannot plant "${id}": "${find}" must occur once in ${file}, and occurs ${parts.length - 1} times`,
    );
  }
  return parts.join(replace);
}
