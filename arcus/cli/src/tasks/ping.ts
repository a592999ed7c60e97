import { ArcusToolError } from "../arcus-tool-error.ts";
import { CloudRegistry } from "../cloud/cloud-registry.ts";
import { formatZkList } from "../command-line/zk-list.ts";
import { LocalHost } from "../hosts/local-host.ts";
import { commandText } from "../hosts/shell-words.ts";
import type { TaskContext } from "./context.ts";
import { unique } from "./deploy.ts";
import { runShown } from "./on-hosts.ts";

const PING_TIMEOUT_MS = 30_000;

/** `ping`: the hosts of the ensemble, then those of a cloud, by the system's ping. */
export async function ping(context: TaskContext, serviceCode: string): Promise<void> {
  const { line, report } = context;
  report.line(report.paint("cyan", "====== Ping to ZooKeeper servers"));
  const silent = await pingAll(context, unique(line.zkServers.map(({ host }) => host)));
  await using registry = await CloudRegistry.connect(formatZkList(line.zkServers));
  const { nodes } = await registry.config(serviceCode);
  report.line("");
  report.line(report.paint("cyan", "====== Ping to Memcached servers"));
  silent.push(...(await pingAll(context, unique(nodes.map(({ ip }) => ip)))));
  if (silent.length === 0) return;
  throw new ArcusToolError("hostUnreachable", `No answer to ping: ${unique(silent).join(", ")}`);
}

async function pingAll({ report }: TaskContext, names: readonly string[]): Promise<string[]> {
  const here = new LocalHost("localhost");
  const silent: string[] = [];
  for (const name of names) {
    const script = commandText(["ping", "-c", "3", name]);
    const { exitCode } = await runShown(here, { add: (...lines) => lines.forEach(report.line) }, script, {
      timeoutMs: PING_TIMEOUT_MS,
    });
    if (exitCode === 127) throw new ArcusToolError("commandFailed", 'There is no program "ping" on this machine');
    if (exitCode !== 0) silent.push(name);
  }
  return silent;
}
