import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ArcusToolError } from "../arcus-tool-error.ts";
import { CloudRegistry } from "../cloud/cloud-registry.ts";
import { formatZkList, type ZkServer } from "../command-line/zk-list.ts";
import { renderZooCfg } from "../configuration/zoo-cfg.ts";
import { askServer, modeIn, reasonOf } from "../coordination/ask-server.ts";
import { quoted } from "../hosts/shell-words.ts";
import type { TaskContext } from "./context.ts";
import { hasOwnZooKeeper, requirePackage } from "./deploy.ts";
import { onHosts, requireAll, requireSuccess, runShown } from "./on-hosts.ts";

const COMMAND_TIMEOUT_MS = 60_000;
const ASK_TIMEOUT_MS = 3_000;
const POLL_S = 1;
/** How long the rest of the servers may take once one leads. */
const STRAGGLERS_MS = 10_000;
const LEADS = ["leader", "standalone"];

/** `zookeeper init`: configures the servers, starts them, makes the znodes of Arcus, and stops them. */
export async function initialize(context: TaskContext): Promise<void> {
  await prepareServers(context);
  title(context, "Task", "zk_stop");
  await stopServers(context);
}

/** As `zookeeper init`, and leaves the servers running. */
export async function prepareServers(context: TaskContext): Promise<void> {
  title(context, "Task", "zk_config");
  await configureServers(context);
  title(context, "Task", "zk_start");
  await startServers(context);
  title(context, "Func", "zk_wait");
  await waitForLeader(context);
  title(context, "Task", "zk_create_arcus_structure");
  await createStructure(context);
}

/** A heading of a command of several parts. */
export function title({ report }: TaskContext, kind: "Task" | "Func", name: string): void {
  report.line(report.paint("cyan", `====== ${kind}: ${name}`));
}

async function configureServers(context: TaskContext): Promise<void> {
  const { arcusPath, zookeeperPath, line } = context;
  const names = hostNames(context);
  // Where operators edit it, and in a checkout.
  const templates = [join(arcusPath, "scripts", "conf", "zoo.cfg"), join(arcusPath, "conf", "arcus", "zoo.cfg")];
  const template = readFileSync(templates.find((file) => existsSync(file)) ?? templates[0]!, "utf8");
  const outcomes = await onHosts(context, "zk_config_id", names, async (host, lines) => {
    const at = names.indexOf(host.name);
    const text = renderZooCfg(template, { path: zookeeperPath, port: line.zkServers[at]!.port, hosts: names });
    const script = [
      `mkdir -p data conf && echo ${at + 1} >data/myid`,
      // What an operator changed there is not lost.
      `if [ -f conf/zoo.cfg ]; then cp -p conf/zoo.cfg conf/zoo.cfg.bak; fi && cat >conf/zoo.cfg`,
    ].join(" && ");
    const options = {
      timeoutMs: COMMAND_TIMEOUT_MS,
      input: text,
      shown: `echo ${at + 1} >data/myid; cat >conf/zoo.cfg`,
    };
    requireSuccess(host, "configure ZooKeeper", await runShown(host, lines, inFolder(zookeeperPath, script), options));
  });
  requireAll(outcomes, "zookeeper init");
}

/** `zookeeper start`. One that runs already is as good as one that was started. */
export async function startServers(context: TaskContext): Promise<void> {
  const outcomes = await onHosts(context, "zk_start", hostNames(context), async (host, lines) => {
    const shown = "bin/zkServer.sh start";
    const script = inFolder(context.zookeeperPath, shown);
    const result = await runShown(host, lines, script, { timeoutMs: COMMAND_TIMEOUT_MS, shown });
    if (!/already running as process/.test(result.stdout)) requireSuccess(host, "start ZooKeeper", result);
  });
  requireAll(outcomes, "zookeeper start");
}

/** `zookeeper stop`. One that does not run is as good as one that was stopped. */
export async function stopServers(context: TaskContext): Promise<void> {
  const outcomes = await onHosts(context, "zk_stop", hostNames(context), async (host, lines) => {
    const shown = "bin/zkServer.sh stop";
    const script = inFolder(context.zookeeperPath, shown);
    requireSuccess(
      host,
      "stop ZooKeeper",
      await runShown(host, lines, script, { timeoutMs: COMMAND_TIMEOUT_MS, shown }),
    );
  });
  requireAll(outcomes, "zookeeper stop");
}

/** @throws ArcusToolError outOfTime, with what each server says */
async function waitForLeader({ line, report }: TaskContext): Promise<void> {
  const began = Date.now();
  for (;;) {
    const states = await Promise.all(line.zkServers.map((server) => stateOf(server, "srvr")));
    const isLed = states.some(({ mode }) => mode !== null && LEADS.includes(mode));
    const isWhole = states.every(({ mode }) => mode !== null);
    const waitedMs = Date.now() - began;
    if (isLed && isWhole) return report.line(report.paint("green", "got a leader, and all nodes are up"));
    if (isLed && waitedMs > STRAGGLERS_MS) {
      return report.line(report.paint("green", "got a leader, but some nodes are out of order"));
    }
    if (waitedMs > line.timeoutMs) {
      const said = states
        .map(({ server, mode, reason }) => `${server.host}:${server.port} ${mode ?? reason}`)
        .join("; ");
      throw new ArcusToolError("outOfTime", `No leader within ${line.timeoutMs / 1_000} s: ${said}`);
    }
    report.line(report.paint("red", `zookeeper cluster not complete yet; sleeping ${POLL_S} seconds`));
    await sleep(POLL_S * 1_000);
  }
}

async function createStructure({ line, report }: TaskContext): Promise<void> {
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers), line.timeoutMs);
  const made = await registry.createStructure();
  if (made.length === 0) report.line("init_arcus_structure: /arcus exists");
  for (const { what, path } of made) report.line(`${what} ${path}`);
  for (const path of await registry.structure()) report.line(path);
}

interface ServerState {
  readonly server: ZkServer;
  readonly text: string;
  readonly mode: string | null;
  /** Why there is no mode. */
  readonly reason: string;
}

async function stateOf(server: ZkServer, word: "srvr" | "stat"): Promise<ServerState> {
  try {
    const text = await askServer(word, server, ASK_TIMEOUT_MS);
    return { server, text, mode: modeIn(text), reason: text.trim().split("\n").at(-1) ?? "no answer" };
  } catch (error) {
    return { server, text: "", mode: null, reason: reasonOf(error) };
  }
}

/** `zookeeper stat`: what each server says, and whether one leads. @throws ArcusToolError when one does not serve, or none leads */
export async function showServers({ line, report, hosts }: TaskContext): Promise<void> {
  const states = await Promise.all(line.zkServers.map((server) => stateOf(server, "stat")));
  if (line.json) {
    const facts = states.map(({ server, mode, reason }) => ({
      ...server,
      mode,
      problem: mode === null ? reason : null,
    }));
    process.stdout.write(`${JSON.stringify({ servers: facts })}\n`);
  }
  for (const { server, text, mode, reason } of states) {
    report.line(`[${server.host}] Executing task 'zk_stat'`);
    const prefix = (await hosts.isLocal(server.host)) ? "" : `[${server.host}] out: `;
    if (text !== "") for (const each of text.trimEnd().split("\n")) report.line(`${prefix}${each}`);
    if (mode === null) report.problem(`${server.host}:${server.port} does not serve: ${reason}`);
  }
  const serving = states.filter(({ mode }) => mode !== null);
  const leaders = serving.filter(({ mode }) => LEADS.includes(mode!));
  report.line("");
  const leader =
    leaders.map(({ server, mode }) => `${server.host}:${server.port} is ${mode}`).join(", ") || "none leads";
  report.line(`${serving.length} of ${states.length} servers serve; ${leader}`);
  if (serving.length < states.length || leaders.length === 0) {
    throw new ArcusToolError(
      "commandFailed",
      `${states.length - serving.length} of ${states.length} servers do not serve`,
    );
  }
}

/** @throws ArcusToolError badArgument where the list has two servers on one host: the package has one folder for it */
function serverHosts({ line }: TaskContext): readonly ZkServer[] {
  const hosts = line.zkServers.map(({ host }) => host);
  const twice = hosts.find((host, at) => hosts.indexOf(host) !== at);
  if (twice === undefined) return line.zkServers;
  const message = `Cannot run two ZooKeeper servers on "${twice}": arcus.sh runs one a host; wanted is a list of different hosts`;
  throw new ArcusToolError("badArgument", message);
}

/** The hosts on which servers are run. @throws ArcusToolError noPackage where there is nothing to run */
function hostNames(context: TaskContext): readonly string[] {
  if (!hasOwnZooKeeper(context)) requirePackage(context.arcusPath);
  return serverHosts(context).map(({ host }) => host);
}

function inFolder(folder: string, script: string): string {
  return `cd ${quoted(folder)} && ${script}`;
}
