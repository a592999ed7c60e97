import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseCacheNodeName } from "@branta/arcus-protocol";
import { ArcusToolError } from "../arcus-tool-error.ts";
import { CloudRegistry } from "../cloud/cloud-registry.ts";
import { formatZkList } from "../command-line/zk-list.ts";
import type { CacheNode } from "../configuration/cluster-config.ts";
import type { Host } from "../hosts/host.ts";
import type { TaskContext } from "./context.ts";
import { unique } from "./deploy.ts";
import {
  checkScript,
  nodeCommand,
  type NodeFiles,
  nodeFiles,
  readNodeAnswer,
  startScript,
  stopScript,
} from "./node-scripts.ts";
import { type HostLines, onHosts, type Outcome, shownAt } from "./on-hosts.ts";

const COMMAND_TIMEOUT_MS = 40_000;
const CONNECT_TIMEOUT_MS = 3_000;
const POLL_MS = 250;
/** How often a node that has not joined is asked whether it still runs. */
const CHECK_MS = 2_000;

/** One command's work at nodes of one cloud. */
interface NodeWork {
  readonly context: TaskContext;
  readonly registry: CloudRegistry;
  readonly serviceCode: string;
  readonly nodes: readonly CacheNode[];
  /** Address → what failed there. */
  readonly problems: Map<string, string>;
}

/**
 * `memcached start`: starts the nodes that are not there, and waits until they have joined their cloud.
 *
 * @param only addresses of the nodes that are meant; none: all
 */
export async function startNodes(context: TaskContext, serviceCode: string, only: readonly string[]): Promise<void> {
  await using registry = await CloudRegistry.connect(formatZkList(context.line.zkServers), context.line.timeoutMs);
  const work = await workAt(context, registry, serviceCode, only);
  const outcomes = await atNodes(work, "mc_start_server", startNode);
  await waitForNodes(work);
  summarize(work, outcomes, "online", "start");
}

/** `memcached stop`: ends the nodes that `memcached start` started, each by its id. */
export async function stopNodes(context: TaskContext, serviceCode: string, only: readonly string[]): Promise<void> {
  await using registry = await CloudRegistry.connect(formatZkList(context.line.zkServers), context.line.timeoutMs);
  const work = await workAt(context, registry, serviceCode, only);
  const outcomes = await atNodes(work, "mc_stop_server", stopNode);
  const present = await registry.present(serviceCode);
  for (const node of work.nodes) {
    if (work.problems.has(node.address) || !isPresent(node, present) || !(await isListening(node))) continue;
    const { pidFile } = nodeFiles(context.arcusPath, serviceCode, node);
    const problem = `is still online: it was not started by this arcus.sh (no process of ${pidFile})`;
    note(work, node, `${problem}; stop it where it was started`);
  }
  summarize(work, outcomes, "stopped", "stop");
}

/** @throws ArcusToolError notRegistered for a cloud or a node that there is not */
async function workAt(
  context: TaskContext,
  registry: CloudRegistry,
  serviceCode: string,
  only: readonly string[],
): Promise<NodeWork> {
  const all = (await registry.config(serviceCode)).nodes;
  const unknown = only.find((address) => all.every((node) => node.address !== address));
  if (unknown !== undefined) {
    const known = all.map(({ address }) => address).join(", ");
    throw new ArcusToolError("notRegistered", `"${unknown}" is no node of "${serviceCode}", which has ${known}`);
  }
  const nodes = only.length === 0 ? all : all.filter(({ address }) => only.includes(address));
  return { context, registry, serviceCode, nodes, problems: new Map() };
}

/** Works through the nodes of each host one after the other, and through the hosts side by side. */
async function atNodes(
  work: NodeWork,
  task: string,
  each: (work: NodeWork, node: CacheNode, host: Host, lines: HostLines) => Promise<void>,
): Promise<readonly Outcome<void>[]> {
  const { nodes } = work;
  const outcomes = await onHosts(work.context, task, unique(nodes.map(({ ip }) => ip)), async (host, lines) => {
    for (const node of nodes) if (node.ip === host.name) await each(work, node, host, lines);
  });
  for (const { host, problem } of outcomes) {
    if (problem === null) continue;
    for (const { ip, address } of nodes)
      if (ip === host && !work.problems.has(address)) work.problems.set(address, problem);
  }
  return outcomes;
}

async function startNode(work: NodeWork, node: CacheNode, host: Host, lines: HostLines): Promise<void> {
  const { context, registry, serviceCode } = work;
  if (isPresent(node, await registry.present(serviceCode))) {
    if (await isListening(node)) return lines.add(`${node.address} is online already`);
    lines.add(`${node.address} ended without a word: waiting for the end of its session`);
    if (!(await isGoneInTime(work, node)))
      return note(work, node, "is still in ZooKeeper, though nobody listens there");
  }
  const files = nodeFiles(context.arcusPath, serviceCode, node);
  if (await isTaken(node, host, files)) return note(work, node, "cannot start: another program has its port");
  const shown = nodeCommand(node, files, formatZkList(context.line.zkServers), context.arcusPath);
  lines.add(shownAt(host, shown));
  const { stdout, stderr } = await host.run(startScript(shown, files), { timeoutMs: COMMAND_TIMEOUT_MS });
  const { word, pid, rest } = readNodeAnswer(stdout);
  if (word === "running") lines.add(`${node.address} runs already as process ${pid}`);
  else if (word !== "started")
    note(work, node, `did not start: ${rest || stderr.trim() || `see ${files.logFile} there`}`);
}

/** Whether somebody else listens where a node wants to. */
async function isTaken(node: CacheNode, host: Host, files: NodeFiles): Promise<boolean> {
  if (!(await isListening(node, false))) return false;
  const { stdout } = await host.run(checkScript(files), { timeoutMs: COMMAND_TIMEOUT_MS });
  return readNodeAnswer(stdout).word !== "running";
}

async function stopNode(work: NodeWork, node: CacheNode, host: Host, lines: HostLines): Promise<void> {
  const files = nodeFiles(work.context.arcusPath, work.serviceCode, node);
  const { stdout, stderr } = await host.run(stopScript(files), { timeoutMs: COMMAND_TIMEOUT_MS });
  const { word, pid } = readNodeAnswer(stdout);
  if (word === "absent") return lines.add(`${node.address} does not run`);
  lines.add(shownAt(host, `kill -INT ${pid}`));
  if (word === "stopped") lines.add(`${node.address} stopped`);
  else if (word === "stuck") note(work, node, `does not end: process ${pid} still runs`);
  else note(work, node, `could not be stopped: ${stderr.trim()}`);
}

/** Waits until all nodes without a problem are there; one that ended, or takes too long, has a problem then. */
async function waitForNodes(work: NodeWork): Promise<void> {
  const { registry, serviceCode, nodes, problems, context } = work;
  const end = Date.now() + context.line.timeoutMs;
  let nextCheck = Date.now() + CHECK_MS;
  for (;;) {
    const present = await registry.present(serviceCode);
    const missing = nodes.filter((node) => !problems.has(node.address) && !isPresent(node, present));
    if (missing.length === 0) return;
    if (Date.now() > end) {
      for (const node of missing)
        note(work, node, `has not joined its cloud within ${context.line.timeoutMs / 1_000} s`);
      return;
    }
    if (Date.now() > nextCheck) {
      await Promise.all(missing.map((node) => checkNode(work, node)));
      nextCheck = Date.now() + CHECK_MS;
    }
    await sleep(POLL_MS);
  }
}

async function checkNode(work: NodeWork, node: CacheNode): Promise<void> {
  const files = nodeFiles(work.context.arcusPath, work.serviceCode, node);
  try {
    const host = await work.context.hosts.get(node.ip);
    const { word, rest } = readNodeAnswer(
      (await host.run(checkScript(files), { timeoutMs: COMMAND_TIMEOUT_MS })).stdout,
    );
    if (word !== "running")
      note(work, node, `ended before it joined its cloud: ${rest || `see ${files.logFile} there`}`);
  } catch (error) {
    if (!(error instanceof ArcusToolError)) throw error;
    note(work, node, error.message);
  }
}

async function isGoneInTime({ context, registry, serviceCode }: NodeWork, node: CacheNode): Promise<boolean> {
  const end = Date.now() + context.line.timeoutMs;
  while (Date.now() < end) {
    if (!isPresent(node, await registry.present(serviceCode))) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function note({ context, problems }: NodeWork, { address }: CacheNode, problem: string): void {
  problems.set(address, problem);
  context.report.problem(`${address} ${problem}`);
}

/** @throws ArcusToolError commandFailed unless all went well */
function summarize(work: NodeWork, outcomes: readonly Outcome<void>[], done: string, attempt: string): void {
  const { context, serviceCode, nodes, problems } = work;
  const failed = nodes.filter(({ address }) => problems.has(address)).map(({ address }) => address);
  context.report.line("");
  context.report.line(`${nodes.length - failed.length} of ${nodes.length} nodes ${done}`);
  if (failed.length === 0) return;
  const hosts = outcomes.filter(({ problem }) => problem !== null).map(({ host }) => host);
  const where = hosts.length === 0 ? "" : `, hosts that cannot be used: ${hosts.join(", ")}`;
  const message = `Cannot ${attempt} ${failed.length} of ${nodes.length} nodes of "${serviceCode}": ${failed.join(", ")}${where}`;
  throw new ArcusToolError("commandFailed", message);
}

/** Whether a node has its znode, which is named by its address, or by the host's name where that was registered. */
function isPresent({ address, ip, port }: CacheNode, present: readonly string[]): boolean {
  return present.some((name) => {
    try {
      const node = parseCacheNodeName(name);
      return node.address === address || (node.hostName === ip && String(node.port) === port);
    } catch {
      return false;
    }
  });
}

/** Whether somebody takes connections there. @param otherwise the answer for a host that cannot be reached from here */
function isListening({ ip, port }: CacheNode, otherwise = true): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port: Number(port), timeout: CONNECT_TIMEOUT_MS });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(otherwise));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code !== "ECONNREFUSED" && otherwise));
  });
}
