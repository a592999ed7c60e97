import type { Request } from "../../connection/request.ts";

/** What a `get` does to the elements that it read. */
export type Removal = "" | "delete" | "drop";

/** Reads `[delete|drop]` at this word; null for another word. */
export function parseRemoval(request: Request, word: number): Removal | null {
  if (word >= request.count) return "";
  const text = request.text(word);
  return text === "delete" || text === "drop" ? text : null;
}

/** Reads `[drop]` in the words from … to − 1: null for anything else. */
export function parseDrop(request: Request, from: number, to: number): boolean | null {
  if (from === to) return false;
  return to - from === 1 && request.is(from, "drop") ? true : null;
}

/** The line that ends the answer of a `get`. */
export function tailOf(removal: Removal, isDropped: boolean): string {
  if (removal === "") return "END";
  return isDropped ? "DELETED_DROPPED" : "DELETED";
}
