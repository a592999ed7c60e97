import { createInterface } from "node:readline";
import { ArcusToolError } from "../arcus-tool-error.ts";
import type { CloudStatus } from "../cloud/cloud-status.ts";
import { type Change, CloudRegistry } from "../cloud/cloud-registry.ts";
import { statusTable } from "../cloud/status-table.ts";
import { formatZkList } from "../command-line/zk-list.ts";
import type { ClusterConfig } from "../configuration/cluster-config.ts";
import type { Report } from "../output/report.ts";
import type { TaskContext } from "./context.ts";

/** `memcached register` */
export async function register({ line, report }: TaskContext, config: ClusterConfig): Promise<void> {
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers), line.timeoutMs);
  printChanges(report, await registry.register(config, localTime(new Date())));
  report.line("");
  report.line(`"${config.serviceCode}" is registered, ${config.nodes.length} nodes`);
}

/** `memcached unregister`: asks first. @throws ArcusToolError canceled */
export async function unregister({ line, report }: TaskContext, serviceCode: string): Promise<void> {
  const wanted = `Delete ${serviceCode}`;
  report.line(report.paint("red", "!!Caution!!"));
  report.line("This will delete an Arcus cluster permanently.");
  report.line(`Please type in the following texts to confirm: "${report.paint("red", wanted)}"`);
  report.ask(">> ");
  const answer = await readLine();
  // Typed at a terminal, the answer has ended its line itself.
  if (!process.stdin.isTTY) report.line("");
  if (answer !== wanted) throw new ArcusToolError("canceled", "Delete canceled.");
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers), line.timeoutMs);
  printChanges(report, await registry.unregister(serviceCode));
  report.line("");
  report.line(`"${serviceCode}" is unregistered`);
}

/** `memcached list` */
export async function list({ line, report }: TaskContext, serviceCode: string): Promise<void> {
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers), line.timeoutMs);
  const status = await registry.status(serviceCode);
  if (line.json) return printJson(status);
  for (const row of statusTable([status])) report.line(row);
  printNodes(report, "Online", "green", status.online);
  printNodes(report, "Offline", "red", status.offline);
  printNodes(report, "Undefined", "red", status.undefined);
}

/** `memcached listall` */
export async function listAll({ line, report }: TaskContext): Promise<void> {
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers), line.timeoutMs);
  const clouds = await registry.all();
  if (line.json) return printJson(clouds);
  for (const row of statusTable(clouds)) report.line(row);
}

function printNodes(report: Report, heading: string, colour: "green" | "red", addresses: CloudStatus["online"]): void {
  if (addresses.length === 0) return;
  report.line("");
  report.line(heading);
  for (const address of addresses) report.line(report.paint(colour, `\t${address}`));
}

function printChanges(report: Report, changes: readonly Change[]): void {
  for (const { what, path } of changes) report.line(`${what} ${path}`);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function readLine(): Promise<string | null> {
  const reader = createInterface({ input: process.stdin });
  for await (const line of reader) return line;
  return null;
}

/** `2026-11-21 04:34:42.323000`, the time of this machine's place, as Python's datetime has it. */
function localTime(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")}000`;
}
