import { Command } from "commander";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { CLI_VERSION } from "../version.ts";
import { BrantaError } from "./branta-error.ts";
import { CHECKOUT } from "./checkout.ts";
import { LocalServer } from "./local-server.ts";
import { up, type UpOptions } from "./up.ts";

/** `bin/branta`: the front door. */

const DEFAULT_DATA = "branta-data";

async function down({ data }: { readonly data: string }): Promise<number> {
  const server = new LocalServer(data);
  await server.stop();
  process.stdout.write(`Stopped the server of ${server.dataDir}\n`);
  return 0;
}

async function status({ data, json }: { readonly data: string; readonly json?: boolean }): Promise<number> {
  const server = new LocalServer(data);
  const { pid, port } = server;
  const description = pid === null ? null : await server.describe();
  const mode = description === null ? null : (/^Mode: (.*)$/m.exec(description)?.[1] ?? null);
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ running: description !== null, pid, port, mode, data: server.dataDir })}\n`,
    );
  } else if (description === null) {
    process.stdout.write(`No server runs in ${server.dataDir}\n`);
  } else {
    process.stdout.write(`Process ${pid} serves 127.0.0.1:${port}, data in ${server.dataDir}\n${description}`);
  }
  return description === null ? 1 : 0;
}

/** The unit and integration tests of the checkout; arguments go to the test runner. */
function test(args: readonly string[]): Promise<number> {
  const runner = join(CHECKOUT, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [runner, "run", ...args], { cwd: CHECKOUT, stdio: "inherit" });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => done(code ?? 1));
  });
}

async function finish(work: Promise<number>): Promise<void> {
  try {
    process.exitCode = await work;
  } catch (error) {
    if (!(error instanceof BrantaError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

const program = new Command("branta")
  .description("A ZooKeeper-compatible coordination service. Guides: docs/guides/")
  .version(CLI_VERSION, "-V, --version")
  .helpCommand("help [command]", "explain a command");

program
  .command("up")
  .description("start one server for this machine, data in the working folder; Ctrl-C stops it")
  .option("--port <number>", "port for clients", "2181")
  .option("--data <folder>", "folder that holds everything", DEFAULT_DATA)
  .option("--detach", "return when the server answers; bin/branta down stops it")
  .option("--json", "print one line of JSON")
  .action((options: UpOptions) => finish(up(options)));

program
  .command("down")
  .description("stop the server that `up` started")
  .option("--data <folder>", "its folder", DEFAULT_DATA)
  .action((options: { readonly data: string }) => finish(down(options)));

program
  .command("status")
  .description("say whether the server runs, and what it says of itself")
  .option("--data <folder>", "its folder", DEFAULT_DATA)
  .option("--json", "print one line of JSON")
  .action((options: { readonly data: string; readonly json?: boolean }) => finish(status(options)));

program
  .command("test")
  .description("run the tests; arguments go to the test runner, for example a path")
  .argument("[args...]")
  .allowUnknownOption()
  .action((args: readonly string[]) => finish(test(args)));

program
  .command("version")
  .description("print the version")
  .action(() => {
    process.stdout.write(`Branta, compatible with Apache ZooKeeper ${CLI_VERSION}\n`);
  });

await program.parseAsync();
