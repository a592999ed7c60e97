import type { Line } from "./side.ts";

/** The first place where two servers' lines part. */
export interface Parting {
  /** Index of the line. */
  line: number;
  /** Index of the reply among the replies of this comparison; events count with the reply that follows. */
  reply: number;
  candidate: string;
  oracle: string;
}

/** Decides on one pair of lines that are not equal: true if that is accepted. */
export type Accept = (reply: number, candidate: string, oracle: string) => boolean;

const NOTHING = "(nothing)";

/** Compares line by line; undefined if every pair is equal or accepted. */
export function compareLines(candidate: readonly Line[], oracle: readonly Line[], accept: Accept): Parting | undefined {
  let reply = 0;
  for (let at = 0; at < Math.max(candidate.length, oracle.length); at++) {
    const left = candidate[at];
    const right = oracle[at];
    if (left?.text !== right?.text) {
      const texts = { candidate: left?.text ?? NOTHING, oracle: right?.text ?? NOTHING };
      if (!accept(reply, texts.candidate, texts.oracle)) return { line: at, reply, ...texts };
    }
    if (right !== undefined && !right.isEvent) reply++;
  }
  return undefined;
}

/** Sorts the events of each transaction that `isUnordered` names: a closed session's nodes go in the order of a hash set. */
export function sortUnordered(lines: readonly Line[], isUnordered: (zxid: number) => boolean): Line[] {
  const out: Line[] = [];
  for (let at = 0; at < lines.length;) {
    const zxid = eventZxid(lines[at]!);
    let end = at + 1;
    if (zxid !== undefined) while (end < lines.length && eventZxid(lines[end]!) === zxid) end++;
    const run = lines.slice(at, end);
    if (zxid !== undefined && isUnordered(zxid)) run.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
    out.push(...run);
    at = end;
  }
  return out;
}

function eventZxid(line: Line): number | undefined {
  if (!line.isEvent) return undefined;
  const match = /^event zxid=(-?\d+)/.exec(line.text);
  return match === null ? undefined : Number(match[1]);
}
