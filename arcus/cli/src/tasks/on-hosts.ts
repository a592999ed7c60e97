import { ArcusToolError } from "../arcus-tool-error.ts";
import type { Host, ScriptOptions, ScriptResult } from "../hosts/host.ts";
import type { TaskContext } from "./context.ts";

/** What happened at one host: its result, or why there is none. */
export type Outcome<Result> =
  | { readonly host: string; readonly result: Result; readonly problem: null }
  | { readonly host: string; readonly result: null; readonly problem: string };

/** The lines of one host, printed together. */
export interface HostLines {
  add(...lines: readonly string[]): void;
}

const HOSTS_AT_ONCE = 8;

/**
 * Does something at several hosts, side by side. Their lines appear in the order of the hosts: those of the first that is
 * not through as they come, those of others when it is their turn. A host that fails does not keep the others.
 */
export async function onHosts<Result>(
  context: TaskContext,
  task: string,
  names: readonly string[],
  work: (host: Host, lines: HostLines) => Promise<Result>,
): Promise<readonly Outcome<Result>[]> {
  const pages = new Pages(names.length, (line) => context.report.line(line));
  const outcomes: Promise<Outcome<Result>>[] = [];
  const running = new Set<Promise<unknown>>();
  for (const [at, name] of names.entries()) {
    while (running.size >= HOSTS_AT_ONCE) await Promise.race(running);
    const outcome = atHost(context, task, name, { add: (...lines) => pages.add(at, lines) }, work);
    const settled = outcome.finally(() => {
      running.delete(settled);
      pages.close(at);
    });
    running.add(settled);
    outcomes.push(settled);
  }
  return Promise.all(outcomes);
}

/** Lines that come side by side, printed one page after the other. */
class Pages {
  readonly #print: (line: string) => void;
  readonly #waiting: string[][];
  readonly #isClosed: boolean[];
  /** The page whose lines are printed as they come. */
  #open = 0;

  constructor(count: number, print: (line: string) => void) {
    this.#print = print;
    this.#waiting = Array.from({ length: count }, () => []);
    this.#isClosed = Array.from({ length: count }, () => false);
  }

  add(page: number, lines: readonly string[]): void {
    if (page === this.#open) lines.forEach(this.#print);
    else this.#waiting[page]!.push(...lines);
  }

  close(page: number): void {
    this.#isClosed[page] = true;
    while (this.#open < this.#isClosed.length && this.#isClosed[this.#open]!) {
      this.#open++;
      this.#waiting[this.#open]?.forEach(this.#print);
    }
  }
}

async function atHost<Result>(
  context: TaskContext,
  task: string,
  name: string,
  lines: HostLines,
  work: (host: Host, lines: HostLines) => Promise<Result>,
): Promise<Outcome<Result>> {
  lines.add(`[${name}] Executing task '${task}'`);
  try {
    return { host: name, result: await work(await context.hosts.get(name), lines), problem: null };
  } catch (error) {
    if (!(error instanceof ArcusToolError)) throw error;
    context.report.problem(error.message);
    return { host: name, result: null, problem: error.message };
  }
}

/**
 * Runs a script at a host and shows it as people know it: what runs, and what it says.
 *
 * @param shown the command as an operator would type it, if the script does more around it
 */
export async function runShown(
  host: Host,
  lines: HostLines,
  script: string,
  options: ScriptOptions & { readonly shown?: string },
): Promise<ScriptResult> {
  const shown = options.shown ?? script;
  lines.add(shownAt(host, shown));
  const result = await host.run(script, options);
  const said = `${result.stderr}${result.stdout}`.trimEnd();
  if (said !== "") lines.add(...said.split("\n").map((line) => (host.isLocal ? line : `[${host.name}] out: ${line}`)));
  return result;
}

/** The line that says what runs where. */
export function shownAt(host: Host, command: string): string {
  return host.isLocal ? `[localhost] local: ${command}` : `[${host.name}] run: ${command}`;
}

/** @throws ArcusToolError commandFailed unless a script succeeded */
export function requireSuccess(host: Host, attempt: string, { exitCode, stdout, stderr }: ScriptResult): void {
  if (exitCode === 0) return;
  const said = `${stderr}${stdout}`.trim();
  const how = exitCode === null ? "was ended by a signal" : `ended with code ${exitCode}`;
  throw new ArcusToolError(
    "commandFailed",
    `${host.name}: cannot ${attempt}: it ${how}${said === "" ? "" : `: ${said}`}`,
  );
}

/** @throws ArcusToolError commandFailed when some hosts failed; what failed there has been said */
export function requireAll(outcomes: readonly Outcome<unknown>[], what: string): void {
  const failed = outcomes.filter(({ problem }) => problem !== null);
  if (failed.length === 0) return;
  const names = failed.map(({ host }) => host).join(", ");
  const message = `${what} failed at ${failed.length} of ${outcomes.length} hosts: ${names}`;
  throw new ArcusToolError("commandFailed", message);
}
