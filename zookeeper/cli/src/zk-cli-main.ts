import { createInterface } from "node:readline";
import { type ClientSecurity, clientSecurity, withPropertiesFile } from "./client-security.ts";
import { type Invocation, parseInvocation } from "./console/invocation.ts";
import { Console } from "./console/console.ts";
import { createConsoleOutput } from "./console/console-output.ts";
import { toConsoleError } from "./console/failure-text.ts";
import { type PrintAbove, runPrompt } from "./console/prompt.ts";
import { WatchPrinter } from "./console/watch-printer.ts";

/** `bin/zkCli.sh`: the prompt, lines from a pipe, or one command. */

const writeOut = (text: string): void => void process.stdout.write(text);
const writeError = (text: string): void => void process.stderr.write(text);
const printPlainly: PrintAbove = (lines) => writeOut(`${lines.join("\n")}\n`);

async function run(invocation: Invocation): Promise<number> {
  const output = createConsoleOutput(invocation.json, writeOut, writeError);
  let print = printPlainly;
  const watches = new WatchPrinter(output, (lines) => print(lines));
  output.line(`Connecting to ${invocation.server}`);
  const settings = { ...invocation, client: await clientOptions(invocation) };
  const console = new Console(invocation.server, settings, output, watches);
  if (invocation.waitForConnection) await console.connection.ready();
  if (invocation.command !== null) {
    await console.execute(invocation.command);
  } else {
    output.line("Welcome to ZooKeeper!");
    output.line(`JLine support is ${process.stdin.isTTY ? "enabled" : "disabled"}`);
    // The first prompt should say CONNECTED; where nobody answers, it says CONNECTING, and the first command why.
    await console.connection.ready().catch(() => {});
    if (process.stdin.isTTY) {
      await runPrompt(console, (printAbove) => {
        print = printAbove;
      });
    } else {
      await runLines(console);
    }
  }
  await console.end();
  return console.exitCode;
}

async function clientOptions({ configurationFile, properties }: Invocation): Promise<ClientSecurity> {
  return clientSecurity(
    configurationFile === undefined ? properties : await withPropertiesFile(properties, configurationFile),
  );
}

async function runLines(console: Console): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    await console.executeLine(line);
    if (console.hasQuit) return;
  }
}

/** Ends when both streams have taken everything: a pipe may be slower than this process. */
function exit(code: number): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

const invocation = parseInvocation(process.argv.slice(2));
if ("problem" in invocation) {
  writeError(`${invocation.problem}\n`);
  exit(1);
} else {
  run(invocation).then(exit, (error: unknown) => {
    writeError(`${toConsoleError(error).message}\n`);
    exit(1);
  });
}
