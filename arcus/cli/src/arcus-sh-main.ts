import { join } from "node:path";
import { isZooKeeperError } from "@branta/zookeeper-client";
import { ArcusProtocolError } from "@branta/arcus-protocol";
import { ArcusToolError } from "./arcus-tool-error.ts";
import { type CommandLine, parseCommandLine, type ParsedLine } from "./command-line/command-line.ts";
import { usage } from "./command-line/usage.ts";
import { HostPool } from "./hosts/host-pool.ts";
import { consoleReport } from "./output/report.ts";
import { runCommand } from "./tasks/run-command.ts";

/** The program behind `arcus.sh`, which says in the environment where it lies and how it was called. */

const arcusPath = process.env["ARCUS_HOME"] ?? process.cwd();
const self = process.env["ARCUS_SH"] ?? "arcus.sh";

async function run(line: CommandLine): Promise<number> {
  const report = consoleReport(line.json);
  const hosts = new HostPool(line.ssh);
  const zookeeperPath = process.env["ARCUS_ZOOKEEPER"] || join(arcusPath, "zookeeper");
  let exitCode = 0;
  try {
    await runCommand({ line, hosts, report, arcusPath, self, zookeeperPath });
    report.line("");
    report.line("Done.");
  } catch (error) {
    if (!isForOperator(error)) throw error;
    report.problem(error.message);
    exitCode = 1;
  } finally {
    for (const name of await hosts.close()) report.line(`Disconnecting from ${name}... done.`);
  }
  return exitCode;
}

/** Others are faults of this program, and show where they happened. */
function isForOperator(error: unknown): error is Error {
  return error instanceof ArcusToolError || error instanceof ArcusProtocolError || isZooKeeperError(error);
}

function parse(): ParsedLine {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    if (error instanceof ArcusToolError) return { problem: error.message };
    throw error;
  }
}

/** Ends when both streams have taken everything: a pipe may be slower than this process. */
function exit(code: number): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

const parsed = parse();
if ("usage" in parsed) {
  process.stdout.write(usage(self));
  exit(parsed.exitCode);
} else if ("problem" in parsed) {
  process.stderr.write(`${parsed.problem}\n`);
  exit(1);
} else {
  run(parsed.line).then(exit, (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exit(1);
  });
}
