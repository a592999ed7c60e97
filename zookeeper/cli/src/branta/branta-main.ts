import { Command } from "commander";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { CLI_VERSION } from "../version.ts";
import type { MigrateCheckOptions } from "../migrate/migrate-check.ts";
import { BrantaError } from "./branta-error.ts";
import { CHECKOUT } from "./checkout.ts";
import type { LocalCacheNode } from "./local-cache-node.ts";
import { LocalCloud } from "./local-cloud.ts";
import { LocalEnsemble } from "./local-ensemble.ts";
import { LocalServer } from "./local-server.ts";
import { HOST } from "./ports.ts";
import { up, type UpOptions } from "./up.ts";

/** `bin/branta`: the front door. */

const DEFAULT_DATA = "branta-data";
/** Nodes of a cloud when nobody says how many. */
const CLOUD_NODES = "3";

interface Folder {
  readonly data: string;
  readonly json?: boolean;
}

/** Everything that may run in a folder: a server by itself, and the members of an ensemble. */
function serversOf(data: string): readonly LocalServer[] {
  return [new LocalServer(data), ...(LocalEnsemble.find(data)?.servers ?? [])];
}

async function down({ data }: Folder): Promise<number> {
  const nodes = (LocalCloud.find(data)?.nodes ?? []).filter((node) => node.pid !== null);
  await Promise.all(nodes.map((node) => node.stop()));
  for (const node of nodes) process.stdout.write(`Stopped the cache node ${node.address}\n`);
  const running = serversOf(data).filter((server) => server.pid !== null);
  // Says that none runs.
  if (running.length === 0) await new LocalServer(data).stop();
  await Promise.all(running.map((server) => server.stop()));
  for (const server of running) process.stdout.write(`Stopped the server of ${server.dataDir}\n`);
  return 0;
}

async function status({ data, json }: Folder): Promise<number> {
  const ensemble = LocalEnsemble.find(data);
  const alone = new LocalServer(data);
  const servers = ensemble === null || alone.pid !== null ? [alone] : ensemble.servers;
  const answers = await Promise.all(servers.map((server) => statusOf(server)));
  const nodes = await Promise.all((LocalCloud.find(data)?.nodes ?? []).map((node) => statusOfNode(node)));
  if (json === true) {
    const facts = answers.map((answer) => answer.facts);
    const all = servers.length === 1 ? facts[0] : { servers: facts };
    const cloud = nodes.length === 0 ? {} : { nodes: nodes.map((node) => node.facts) };
    process.stdout.write(`${JSON.stringify({ ...all, ...cloud })}\n`);
  } else {
    process.stdout.write([...answers, ...nodes].map((answer) => answer.text).join("\n"));
  }
  return answers.every((answer) => answer.facts.running) ? 0 : 1;
}

async function statusOf(server: LocalServer) {
  const { pid, port } = server;
  const description = pid === null ? null : await server.describe();
  const mode = description === null ? null : (/^Mode: (.*)$/m.exec(description)?.[1] ?? null);
  const text =
    description === null
      ? `No server runs in ${server.dataDir}\n`
      : `Process ${pid} serves ${HOST}:${port}, data in ${server.dataDir}\n${description}`;
  return { text, facts: { running: description !== null, pid, port, mode, data: server.dataDir } };
}

async function statusOfNode(node: LocalCacheNode) {
  const { pid, address } = node;
  const ready = pid !== null && (await node.isReady());
  const text =
    pid === null
      ? `No cache node runs at ${address}\n`
      : `Process ${pid} is the cache node ${address}, ${ready ? "ready" : "not ready"}\n`;
  return { text, facts: { address, pid, ready } };
}

/** Loaded when it is wanted: nobody else needs the server's parts for it. */
async function check(servers: string, options: MigrateCheckOptions): Promise<number> {
  const { migrateCheck } = await import("../migrate/migrate-check.ts");
  return migrateCheck(servers, options);
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
  .description("start one server or an ensemble for this machine, data in the working folder; Ctrl-C stops it")
  .option("--port <number>", "port for clients; of several servers each takes the next free one", "2181")
  .option("--servers <number>", "how many servers: 3 are an ensemble that outlives one of them", "1")
  .option("--cloud [nodes]", "also a cache cloud of so many Arcus cache nodes (3 unless you say more)")
  .option("--data <folder>", "folder that holds everything", DEFAULT_DATA)
  .option("--detach", "return when the server answers; bin/branta down stops it")
  .option("--json", "print one line of JSON")
  .action(({ cloud, ...options }: Omit<UpOptions, "cloud"> & { readonly cloud?: string | true }) =>
    finish(up({ ...options, ...(cloud === undefined ? {} : { cloud: cloud === true ? CLOUD_NODES : cloud }) })),
  );

program
  .command("down")
  .description("stop what `up` started")
  .option("--data <folder>", "its folder", DEFAULT_DATA)
  .action((options: Folder) => finish(down(options)));

program
  .command("status")
  .description("say what runs, and what each server says of itself")
  .option("--data <folder>", "its folder", DEFAULT_DATA)
  .option("--json", "print one line of JSON")
  .action((options: Folder) => finish(status(options)));

program
  .command("migrate")
  .description("replace the servers of a running ensemble one by one; see docs/guides/zookeeper-migration.md")
  .command("check")
  .description("say whether the next server may be replaced now: exit code 0 if so, 1 if not")
  .argument("<servers>", "host:port,host:port,… of all servers, or the zoo.cfg of one")
  .option("--server <number>", "the server to replace, or the one that has just been; else the next one is chosen")
  .option("--to <software>", "what to replace it by: branta, or apache for the way back", "branta")
  .option("--config <file>", "zoo.cfg of the server to replace: says what in it Branta does not serve")
  .option("--timeout <seconds>", "how long followers may take to have what the leader has", "10")
  .option("--json", "print one line of JSON")
  .action((servers: string, options: MigrateCheckOptions) => finish(check(servers, options)));

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
