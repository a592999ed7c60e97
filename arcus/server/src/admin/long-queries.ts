import { runText, timeText } from "./time-text.ts";

/** Commands that can take long, in the order in which `lqdetect show` lists them. */
const COMMANDS = [
  "sop get",
  "mop delete",
  "mop get",
  "lop insert",
  "lop delete",
  "lop get",
  "bop delete",
  "bop get",
  "bop count",
  "bop gbp",
] as const;

type LongQueryCommand = (typeof COMMANDS)[number];

/** What a read does with the elements it found. */
type Afterwards = "" | "delete" | "drop";

const THRESHOLD_DEFAULT = 4000;
/** Examples kept of each command; once all commands have so many, detection stops by itself. */
const EXAMPLES_MAX = 20;
/** A longer key is shown by its two ends. */
const KEY_SHOWN_MAX = 250;

interface Example {
  readonly argument: string;
  readonly key: string;
  readonly line: string;
}

interface Section {
  total: number;
  readonly examples: Example[];
}

/** Who asked, for which key. */
export interface Asker {
  readonly address: string;
  /** A character a byte. */
  readonly key: string;
}

/**
 * `lqdetect`: keeps examples of commands that touched at least `threshold` elements. A family of commands asks
 * `running` first, so that a node that does not detect pays one read of a field; costs are counted as the real server
 * counts them (its lqdetect.c), and only commands that succeeded are told.
 */
export class LongQueries {
  readonly #now: () => number;
  readonly #sections = new Map<LongQueryCommand, Section>(COMMANDS.map((command) => [command, newSection()]));
  #running = false;
  #threshold = 0;
  #overflowed = false;
  #startedMs: number | null = null;
  #stoppedMs: number | null = null;

  /** @param now wall clock, ms with fraction */
  constructor(now: () => number) {
    this.#now = now;
  }

  get running(): boolean {
    return this.#running;
  }

  /** @param threshold elements; 0 for the default. @returns false if it runs already */
  start(threshold: number): boolean {
    if (this.#running) return false;
    for (const section of this.#sections.values()) {
      section.total = 0;
      section.examples.length = 0;
    }
    this.#threshold = threshold === 0 ? THRESHOLD_DEFAULT : threshold;
    this.#running = true;
    this.#overflowed = false;
    this.#startedMs = this.#now();
    this.#stoppedMs = null;
    return true;
  }

  /** @returns false if it does not run */
  stop(): boolean {
    if (!this.#running) return false;
    this.#running = false;
    this.#stoppedMs = this.#now();
    return true;
  }

  lopInsert(asker: Asker, index: number): void {
    this.#note("lop insert", asker, stepsTo(index), `${index}`);
  }

  lopDelete(asker: Asker, deleted: number, from: number, to: number, drop: boolean): void {
    this.#note("lop delete", asker, deleted + stepsTo(from), `${from}..${to}${drop ? " drop" : ""}`);
  }

  lopGet(asker: Asker, got: number, from: number, to: number, afterwards: Afterwards): void {
    this.#note("lop get", asker, got + stepsTo(from), `${from}..${to}${suffix(afterwards)}`);
  }

  /** @param asked the count of the request; 0 for all */
  sopGet(asker: Asker, got: number, asked: number, afterwards: Afterwards): void {
    this.#note("sop get", asker, got, `${asked}${suffix(afterwards)}`, asked === 0);
  }

  /** @param asked fields of the request; 0 for all */
  mopGet(asker: Asker, got: number, asked: number, afterwards: Afterwards): void {
    this.#note("mop get", asker, got, `${asked}${suffix(afterwards)}`, asked === 0);
  }

  /** @param asked fields of the request; 0 for all */
  mopDelete(asker: Asker, deleted: number, asked: number, drop: boolean): void {
    this.#note("mop delete", asker, deleted, `${asked}${drop ? " drop" : ""}`, asked === 0);
  }

  /** @param range bkeys as `5..10`, `0x0A..0xFF` or a single one. @param visited elements looked at, filtered ones, too */
  bopGet(
    asker: Asker,
    visited: number,
    range: string,
    filtered: boolean,
    offset: number,
    count: number,
    afterwards: Afterwards,
  ): void {
    const argument = `${rangeText(range, filtered)} ${offset} ${count}${suffix(afterwards)}`;
    this.#note("bop get", asker, visited, argument);
  }

  bopCount(asker: Asker, visited: number, range: string, filtered: boolean): void {
    this.#note("bop count", asker, visited, rangeText(range, filtered));
  }

  bopDelete(asker: Asker, visited: number, range: string, filtered: boolean, count: number, drop: boolean): void {
    this.#note("bop delete", asker, visited, `${rangeText(range, filtered)} ${count}${drop ? " drop" : ""}`);
  }

  bopGbp(asker: Asker, got: number, from: number, to: number, order: "asc" | "desc"): void {
    this.#note("bop gbp", asker, got, `${from}..${to} ${order}`);
  }

  /** The answer to `lqdetect show`. */
  show(): string {
    let text = "";
    for (const [command, { total, examples }] of this.#sections) {
      text += `${command} : ${total}\n${examples.map(({ line }) => line).join("")}`;
    }
    return text;
  }

  /** The answer to `lqdetect stats`. */
  statsText(): string {
    const stopped = this.#overflowed ? "stopped by internal buffer overflow" : "stopped by explicit request";
    const state = this.#running ? "running" : stopped;
    const run = (atMs: number | null): string => (atMs === null ? "0_0" : runText(atMs));
    const total = [...this.#sections.values()].reduce((sum, section) => sum + section.total, 0);
    return [
      `\tLong query detection stats : ${state}\n`,
      `\tThe last running time : ${run(this.#startedMs)} ~ ${run(this.#stoppedMs)}\n`,
      `\tThe number of total long query commands : ${total}\n`,
      `\tThe detection threshold : ${this.#threshold}\n`,
    ].join("");
  }

  /** @param perKey the same argument on another key is another example */
  #note(command: LongQueryCommand, { address, key }: Asker, cost: number, argument: string, perKey = false): void {
    if (!this.#running || cost < this.#threshold) return;
    const section = this.#sections.get(command)!;
    section.total++;
    const { examples } = section;
    if (examples.length >= EXAMPLES_MAX) return;
    const shown = key.length > KEY_SHOWN_MAX ? `${key.slice(0, 124)}...${key.slice(-123)}` : key;
    if (examples.some((other) => other.argument === argument && (!perKey || other.key === shown))) return;
    const line = `${timeText(this.#now())} ${address} <${cost}> ${command} ${shown} ${argument}\n`;
    examples.push({ argument, key: shown, line });
    if (COMMANDS.every((each) => this.#sections.get(each)!.examples.length >= EXAMPLES_MAX)) {
      this.#overflowed = true;
      this.stop();
    }
  }
}

function newSection(): Section {
  return { total: 0, examples: [] };
}

/** Elements of a list passed on the way to an index, from its nearer end's sign. */
function stepsTo(index: number): number {
  return index >= 0 ? index + 1 : -index;
}

function suffix(afterwards: Afterwards): string {
  return afterwards === "" ? "" : ` ${afterwards}`;
}

function rangeText(range: string, filtered: boolean): string {
  return filtered ? `${range} efilter` : range;
}
