import { BrantaError } from "../branta/branta-error.ts";
import type { Software } from "./member-report.ts";
import { namedServers } from "./named-servers.ts";
import { settingsChecks } from "./settings-check.ts";
import { survey } from "./survey.ts";
import { judge, verdictJson, verdictText } from "./verdict.ts";

/** Options of `bin/branta migrate check`, as the command line has them. */
export interface MigrateCheckOptions {
  readonly server?: string;
  readonly to: string;
  readonly config?: string;
  /** Seconds. */
  readonly timeout: string;
  readonly json?: boolean;
}

const ANSWER_TIMEOUT_MS = 5_000;

/** Looks at a running ensemble and says whether one of its servers may be replaced. Answers the exit code: 0 if so. */
export async function migrateCheck(servers: string, options: MigrateCheckOptions): Promise<number> {
  const server = options.server === undefined ? null : wholeNumber("--server", options.server);
  const timeoutS = wholeNumber("--timeout", options.timeout);
  const step = { server, to: softwareOf(options.to) };
  const { addresses, file } = namedServers(servers);
  const looked = await survey(addresses, {
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
    catchUpTimeoutMs: timeoutS * 1_000,
  });
  const config = options.config ?? file;
  const firstId = looked.members.find(({ id }) => id !== null)?.id ?? null;
  // What Apache serves of its own file is not the question.
  const more = config === null || step.to === "apache" ? [] : settingsChecks(config, server ?? firstId);
  const verdict = judge(looked, step, more);
  process.stdout.write((options.json === true ? verdictJson : verdictText)(looked, verdict));
  return verdict.isSafe ? 0 : 1;
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new BrantaError("badArgument", `Cannot use ${option} "${text}": it must be a whole number`);
}

function softwareOf(text: string): Software {
  if (text === "apache" || text === "branta") return text;
  throw new BrantaError("badArgument", `Cannot use --to "${text}": it must be "branta" or "apache"`);
}
