import { type ClusterConfig, readClusterConfig } from "../configuration/cluster-config.ts";
import { list, listAll, register, unregister } from "./clouds.ts";
import type { TaskContext } from "./context.ts";
import { deploy, unique } from "./deploy.ts";
import { startNodes, stopNodes } from "./memcached.ts";
import { ping } from "./ping.ts";
import { initialize, prepareServers, showServers, startServers, stopServers, title } from "./zookeeper.ts";

/** Does what a command line asks for. @throws ArcusToolError */
export async function runCommand(outer: TaskContext): Promise<void> {
  const { command } = outer.line;
  const config = "file" in command ? readClusterConfig(command.file) : null;
  const context = { ...outer, zookeeperPath: config?.zookeeper ?? outer.zookeeperPath };
  printRoles(context, config);
  switch (command.name) {
    case "deploy":
      return deploy(context, config!);
    case "quicksetup":
      return quickSetup(context, config!);
    case "register":
      return register(context, config!);
    case "unregister":
      return unregister(context, command.serviceCode);
    case "start":
      return startNodes(context, command.serviceCode, command.nodes);
    case "stop":
      return stopNodes(context, command.serviceCode, command.nodes);
    case "list":
      return list(context, command.serviceCode);
    case "ping":
      return ping(context, command.serviceCode);
    case "listall":
      return listAll(context);
    case "zookeeper init":
      return initialize(context);
    case "zookeeper start":
      return startServers(context);
    case "zookeeper stop":
      return stopServers(context);
    case "zookeeper stat":
      return showServers(context);
  }
}

async function quickSetup(context: TaskContext, config: ClusterConfig): Promise<void> {
  title(context, "Task", "deploy");
  await deploy(context, config);
  await prepareServers(context);
  title(context, "Task", "mc_register");
  await register(context, config);
  title(context, "Task", "mc_start");
  await startNodes(context, config.serviceCode, []);
  title(context, "Task", "mc_list");
  await list(context, config.serviceCode);
}

function printRoles({ line, report }: TaskContext, config: ClusterConfig | null): void {
  const servers = line.zkServers.map(({ host }) => host);
  const nodes = unique(config?.nodes.map(({ ip }) => ip) ?? []);
  report.line("Server Roles");
  report.line(`\tzookeeper: ${servers.join(", ")}`);
  if (nodes.length > 0) report.line(`\tmemcached: ${nodes.join(", ")}`);
  report.line("");
}
