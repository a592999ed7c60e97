import { readFile } from "node:fs/promises";
import type { Command, CommandCall } from "../command.ts";
import { ConsoleError } from "../console-error.ts";
import { statJson, statLines } from "../stat-block.ts";

export const config: Command = {
  name: "config",
  usage: "[-c] [-w] [-s]",
  options: [{ name: "s" }, { name: "w" }, { name: "c" }],
  async run(call, { zk, output, watches }) {
    const { data, stat } = await zk.config();
    // The node that holds the configuration is an ordinary one to watches, wherever a chroot is.
    if (call.has("w") && zk.chroot === "") await zk.exists("/zookeeper/config", { watch: watches.watch("data") });
    const text = data?.toString("utf8") ?? "null";
    output.line(call.has("c") ? clientConnectionText(text) : text);
    if (call.has("s")) statLines(stat).forEach((line) => output.line(line));
    output.value({ config: data?.toString("utf8") ?? null, stat: statJson(stat) });
  },
};

export const reconfig: Command = {
  name: "reconfig",
  usage:
    "[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | " +
    "[-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]",
  options: [
    { name: "s" },
    { name: "v", takesValue: true },
    { name: "file", takesValue: true },
    { name: "members", takesValue: true },
    { name: "add", takesValue: true },
    { name: "remove", takesValue: true },
  ],
  async run(call, { zk, output }) {
    checkModes(call);
    const list = (option: string): string[] | undefined => call.text(option)?.toLowerCase().split(",");
    const file = call.text("file");
    const { data, stat } = await zk.reconfig({
      joining: list("add"),
      leaving: list("remove"),
      members: file === undefined ? list("members") : await membersOf(file),
      fromConfig: versionOf(call),
    });
    output.line(`Committed new configuration:\n${data?.toString("utf8") ?? ""}`);
    if (call.has("s")) statLines(stat).forEach((line) => output.line(line));
    output.value({ config: data?.toString("utf8") ?? null, stat: statJson(stat) });
  },
};

function checkModes(call: CommandCall): void {
  const replaces = call.has("file") || call.has("members");
  const changes = call.has("add") || call.has("remove");
  if (!replaces && !changes) throw call.misused();
  if (replaces && changes) {
    throw refuse(
      "Can't use -file or -members together with -add or -remove (mixing incremental" +
        " and non-incremental modes is not allowed)",
    );
  }
  if (call.has("file") && call.has("members")) {
    throw refuse("Can't use -file and -members together (conflicting non-incremental modes)");
  }
}

/** The version stands in hexadecimal, as `config` shows it. */
function versionOf(call: CommandCall): number | undefined {
  const text = call.text("v");
  if (text === undefined) return undefined;
  if (!/^[+-]?[0-9a-fA-F]+$/.test(text)) throw refuse("-v must be followed by a long (configuration version)");
  return Number.parseInt(text, 16);
}

/** The `server.N=…` lines of a configuration file. */
async function membersOf(file: string): Promise<string[]> {
  try {
    const lines = (await readFile(file, "utf8")).split(/\r?\n/);
    const members = lines
      .map((line) => line.replaceAll(/\s/g, ""))
      .filter((line) => /^(server|group|weight)\./.test(line));
    if (members.length === 0) throw new Error(": it has no server.N=... lines");
    return members;
  } catch (error) {
    throw refuse(`Error processing ${file}${reasonOf(error, file)}`);
  }
}

function reasonOf(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.code === "ENOENT" ? `${file} (No such file or directory)` : error.message;
}

/** `version host:port,host:port` of the addresses for clients in a configuration. */
function clientConnectionText(config: string): string {
  const addresses: string[] = [];
  let version = "";
  for (const line of config.split("\n")) {
    const [, key = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === "version") version = value;
    const client = key.startsWith("server.") ? value.split(";")[1] : undefined;
    if (client !== undefined) addresses.push(client.includes(":") ? client : `0.0.0.0:${client}`);
  }
  return `${version} ${addresses.join(",")}`;
}

function refuse(message: string): ConsoleError {
  return new ConsoleError("malformedCommand", message);
}
