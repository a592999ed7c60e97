import { spawn } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ArcusToolError } from "../arcus-tool-error.ts";
import type { ClusterConfig } from "../configuration/cluster-config.ts";
import type { Host } from "../hosts/host.ts";
import { quoted } from "../hosts/shell-words.ts";
import type { TaskContext } from "./context.ts";
import { type HostLines, onHosts, requireAll, requireSuccess } from "./on-hosts.ts";

const UPLOAD_TIMEOUT_MS = 10 * 60_000;
const CHECK_TIMEOUT_MS = 20_000;
/** What belongs to one host: data, what runs there and its logs, and the configuration that `zookeeper init` writes. */
const NOT_DEPLOYED = ["zookeeper/data", "zookeeper/logs", "zookeeper/conf/zoo.cfg", "run", "logs", "scripts/build.log"];
const PARTS = ["bin/memcached", "zookeeper/bin/zkServer.sh"];

/**
 * `deploy`: copies the package to every host of the ensemble and of the cloud, to the path that it has here. Programs of
 * others, which the configuration names, are not copied: they must be there.
 */
export async function deploy(context: TaskContext, config: ClusterConfig): Promise<void> {
  const { arcusPath, report, line } = context;
  const servers = line.zkServers.map(({ host }) => host);
  const hosts = unique([...servers, ...config.nodes.map(({ ip }) => ip)]);
  const isNeeded = config.nodes.some(({ program }) => program === null) || !hasOwnZooKeeper(context);
  if (isNeeded) requirePackage(arcusPath);
  const folder = await mkdtemp(join(tmpdir(), "arcus-deploy-"));
  try {
    const archive = join(folder, `${basename(arcusPath)}.tar.gz`);
    let packed: Promise<number> | null = null;
    const outcomes = await onHosts(context, "deploy", hosts, async (host, lines) => {
      await requirePrograms(host, programsAt(host.name, context, config));
      if (!isNeeded) return false;
      if (host.isLocal) {
        lines.add(report.paint("green", "skipping localhost"));
        return false;
      }
      packed ??= pack(arcusPath, archive);
      await upload(host, archive, await packed, arcusPath, lines);
      return true;
    });
    requireAll(outcomes, "deploy");
    const copied = outcomes.filter(({ result }) => result === true).length;
    report.line("");
    const rest = copied < hosts.length ? "; the others have it, or need none" : "";
    report.line(`${copied} of ${hosts.length} hosts took the package${rest}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether a ZooKeeper of the operator's own is to be run instead of the one that comes along. */
export function hasOwnZooKeeper({ arcusPath, zookeeperPath }: TaskContext): boolean {
  return zookeeperPath !== join(arcusPath, "zookeeper");
}

/** What has to be at a host beforehand. */
function programsAt(host: string, context: TaskContext, { nodes }: ClusterConfig): readonly string[] {
  const isServer = context.line.zkServers.some((server) => server.host === host);
  return [
    ...unique(nodes.flatMap(({ ip, program }) => (ip === host && program !== null ? [program] : []))),
    ...(isServer && hasOwnZooKeeper(context) ? [join(context.zookeeperPath, "bin", "zkServer.sh")] : []),
  ];
}

async function requirePrograms(host: Host, programs: readonly string[]): Promise<void> {
  for (const program of programs) {
    const { exitCode } = await host.run(`test -x ${quoted(program)}`, { timeoutMs: CHECK_TIMEOUT_MS });
    if (exitCode === 0) continue;
    throw new ArcusToolError(
      "noPackage",
      `${host.name}: "${program}" is no program there; wanted is what is configured`,
    );
  }
}

/** @throws ArcusToolError noPackage where there is only a checkout */
export function requirePackage(arcusPath: string): void {
  const missing = PARTS.filter((part) => !existsSync(join(arcusPath, part)));
  if (missing.length === 0) return;
  const advice = "unpack the archive of `npm run archive -- --cloud`, and run scripts/arcus.sh there";
  throw new ArcusToolError(
    "noPackage",
    `"${arcusPath}" is no Arcus package, it has no ${missing.join(" and no ")}: ${advice}`,
  );
}

/** Bytes of the archive. */
async function pack(arcusPath: string, archive: string): Promise<number> {
  const name = basename(arcusPath);
  const excluded = NOT_DEPLOYED.map((part) => `--exclude=${name}/${part}`);
  const tar = spawn("tar", ["-czf", archive, "--anchored", ...excluded, "-C", dirname(arcusPath), name], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  tar.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const code = await new Promise<number | null>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("close", resolve);
  });
  if (code !== 0)
    throw new ArcusToolError("commandFailed", `Cannot pack "${arcusPath}": tar ended with code ${code}: ${said}`);
  return (await stat(archive)).size;
}

/**
 * Unpacks beside the package and puts it in its place when it is whole, so that a connection that breaks leaves what was
 * there. Files that are in use are replaced, not written over.
 */
async function upload(host: Host, archive: string, bytes: number, arcusPath: string, lines: HostLines): Promise<void> {
  const fresh = `${dirname(arcusPath)}/.${basename(arcusPath)}.new`;
  const [to, from] = [quoted(arcusPath), quoted(fresh)];
  lines.add(`[${host.name}] put: ${archive} (${(bytes / 1_048_576).toFixed(1)} MiB) -> ${arcusPath}`);
  const script = [
    "set -e",
    `rm -rf ${from}; mkdir -p ${from}`,
    `tar -xzf - -C ${from} --strip-components=1`,
    `if [ -d ${to} ]; then cp -a --remove-destination ${from}/. ${to}/; rm -rf ${from}; else mv ${from} ${to}; fi`,
  ].join("\n");
  const options = { timeoutMs: UPLOAD_TIMEOUT_MS, input: createReadStream(archive) };
  requireSuccess(host, `unpack ${arcusPath}`, await host.run(script, options));
  // A host without what runs it, such as a Node that is new enough, is better known now than when nodes are started.
  const check = `${to}/bin/memcached -h >/dev/null`;
  requireSuccess(host, `run ${arcusPath}/bin/memcached`, await host.run(check, { timeoutMs: CHECK_TIMEOUT_MS }));
}

/** Without repetitions, in order. */
export function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
