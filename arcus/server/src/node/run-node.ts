import { readFileSync } from "node:fs";
import { ArcusServerError } from "../server-error.ts";
import { isDaemon, reportToStarter, startDaemon } from "./daemon.ts";
import { ExitCode } from "./exit-code.ts";
import { parseOptions } from "./parse-options.ts";
import { switchUser } from "./switch-user.ts";
import { LICENSE, USAGE } from "./usage.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const EXIT_CODES: Record<ArcusServerError["code"], ExitCode> = {
  badOption: ExitCode.failure,
  badOptionValue: ExitCode.failure,
  unsupported: ExitCode.usage,
  rootWithoutUser: ExitCode.usage,
  unknownUser: ExitCode.noUser,
  cannotListen: ExitCode.osError,
  cannotJoin: ExitCode.protocol,
  cannotNameNode: ExitCode.unavailable,
};

/** The `memcached` program: reads its command line, serves until it is told to stop, and ends the process. */
export async function runNode(args: readonly string[], environment: Environment): Promise<void> {
  try {
    await run(args, environment);
  } catch (error) {
    const isOurs = error instanceof ArcusServerError;
    const problem = isOurs ? withCause(error) : ((error as Error).stack ?? String(error));
    process.stderr.write(`${problem}\n`);
    await reportToStarter({ problem });
    process.exit(isOurs ? EXIT_CODES[error.code] : ExitCode.software);
  }
}

/** What failed, and why the system says it did. */
function withCause({ message, cause }: ArcusServerError): string {
  return cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
}

async function run(args: readonly string[], environment: Environment): Promise<void> {
  const wanted = parseOptions(args, { environment, readFile: (path) => readFileSync(path, "utf8") });
  if (wanted.kind !== "run") {
    process.stdout.write(wanted.kind === "help" ? USAGE : LICENSE);
    return;
  }
  const { options, warnings } = wanted;
  if (!isDaemon()) for (const warning of warnings) process.stderr.write(`${warning}\n`);
  if (options.isDaemon && !isDaemon()) process.exit(await startDaemon(args, options.verbosity === 0));
  switchUser(options.user);
  // Loaded when it is wanted: the starter of a daemon has no use for a cache.
  const { NodeProcess } = await import("./node-process.ts");
  await new NodeProcess(options, environment).run();
}
