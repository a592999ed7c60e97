import { checkKey, line, type Request } from "./request.ts";

/** @param names none: all */
export function getAttributesRequest(key: string, names: readonly string[]): Request {
  return line(["getattr", checkKey(key), ...names].join(" "));
}

/** @param assignments `expiretime=100`, … */
export function setAttributesRequest(key: string, assignments: readonly string[]): Request {
  return line(["setattr", checkKey(key), ...assignments].join(" "));
}

/** @param section "": the general ones; `settings`, `prefixes`, `items`, … */
export function statsRequest(section: string): Request {
  return line(section === "" ? "stats" : `stats ${section}`);
}

export interface ScanSelection {
  /** Entries a page, about. */
  readonly count: number;
  /** A pattern with `*` and `?`; null: all. */
  readonly match: string | null;
  /** One of A K L S M B, of keys only; null: all. */
  readonly type: string | null;
}

export function scanRequest(of: "key" | "prefix", cursor: string, { count, match, type }: ScanSelection): Request {
  const pattern = match === null ? "" : ` match ${checkKey(match)}`;
  return line(`scan ${of} ${cursor} count ${count}${pattern}${type === null ? "" : ` type ${type}`}`);
}

export const VERSION_REQUEST: Request = line("version");
