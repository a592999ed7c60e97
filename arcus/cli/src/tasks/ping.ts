import { connect } from "node:net";
import { ArcusToolError } from "../arcus-tool-error.ts";
import { CloudRegistry } from "../cloud/cloud-registry.ts";
import { formatZkList } from "../command-line/zk-list.ts";
import { reasonOf } from "../coordination/ask-server.ts";
import { LocalHost } from "../hosts/local-host.ts";
import { commandText } from "../hosts/shell-words.ts";
import type { TaskContext } from "./context.ts";
import { unique } from "./deploy.ts";
import { runShown } from "./on-hosts.ts";

const PING_TIMEOUT_MS = 30_000;
const KNOCKS = 3;
const KNOCK_TIMEOUT_MS = 3_000;
/** A shell's exit code for a program that there is not. */
const NOT_FOUND = 127;

/** `ping`: the hosts of the ensemble, then those of a cloud, by the system's ping; without one, by a TCP connection. */
export async function ping(context: TaskContext, serviceCode: string): Promise<void> {
  const { line, report } = context;
  report.line(report.paint("cyan", "====== Ping to ZooKeeper servers"));
  const silent = await pingAll(context, new Map(line.zkServers.map(({ host, port }) => [host, port])));
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers), line.timeoutMs);
  const { nodes } = await registry.config(serviceCode);
  report.line("");
  report.line(report.paint("cyan", "====== Ping to Memcached servers"));
  silent.push(...(await pingAll(context, new Map(nodes.map(({ ip, port }) => [ip, Number(port)])))));
  if (silent.length === 0) return;
  throw new ArcusToolError("hostUnreachable", `No answer to ping: ${unique(silent).join(", ")}`);
}

/** @param targets host → a port that should be open there */
async function pingAll({ report }: TaskContext, targets: ReadonlyMap<string, number>): Promise<string[]> {
  const here = new LocalHost("localhost");
  const silent: string[] = [];
  for (const [name, port] of targets) {
    const script = commandText(["ping", "-c", `${KNOCKS}`, name]);
    const lines = { add: (...said: readonly string[]) => said.forEach(report.line) };
    const { exitCode } = await runShown(here, lines, script, { timeoutMs: PING_TIMEOUT_MS });
    const answers = exitCode === NOT_FOUND ? await knockAt(name, port, report.line) : exitCode === 0;
    if (!answers) silent.push(name);
  }
  return silent;
}

async function knockAt(host: string, port: number, print: (line: string) => void): Promise<boolean> {
  let answers = 0;
  for (let knock = 1; knock <= KNOCKS; knock++) {
    const began = performance.now();
    const problem = await knockOnce(host, port);
    const isThere = problem === null || problem === "connection refused";
    if (isThere) answers++;
    const took = `${(performance.now() - began).toFixed(1)} ms`;
    print(`from ${host}: tcp port ${port} knock=${knock} ${problem === null ? "" : `${problem} `}time=${took}`);
  }
  return answers > 0;
}

/** Null: somebody listens. A refusal, too, comes from a host that is there. */
function knockOnce(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: KNOCK_TIMEOUT_MS });
    const settle = (problem: string | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => settle(null));
    socket.once("timeout", () => settle("no answer"));
    socket.once("error", (error) => settle(reasonOf(error)));
  });
}
