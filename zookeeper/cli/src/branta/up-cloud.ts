import { BrantaError } from "./branta-error.ts";
import { LocalCloud, type StartedNode } from "./local-cloud.ts";
import { Stopper } from "./stopper.ts";

const NODES_MAX = 64;
const SERVICE_CODE = "test";
const MEMORY_MEGABYTES = 100;

/** Options of `bin/branta up --cloud`, besides those of the coordination servers. */
export interface CloudOptions {
  readonly data: string;
  /** How many nodes. */
  readonly cloud: string;
  readonly json?: boolean;
  readonly detach?: boolean;
}

/** The coordination servers, which serve already. */
interface Coordination {
  /** `host:port,…` */
  readonly connect: string;
  readonly servers: readonly { readonly pid: number | null }[];
  readonly stop: () => Promise<unknown>;
}

/** Reads the number of nodes. @throws BrantaError badArgument */
export function readNodeCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= NODES_MAX) return count;
  throw new BrantaError("badArgument", `Cannot use --cloud "${text}": it must be a number from 1 to ${NODES_MAX}`);
}

/** Brings a cache cloud up beside its coordination servers, and stays until it is told to stop. Answers the exit code. */
export async function upCloud(coordination: Coordination, options: CloudOptions): Promise<number> {
  const plan = {
    serviceCode: SERVICE_CODE,
    nodeCount: readNodeCount(options.cloud),
    memoryMegabytes: MEMORY_MEGABYTES,
  };
  const cloud = await LocalCloud.create(options.data, plan);
  using stopper = new Stopper([...cloud.nodes, ...coordination.servers], options);
  let nodes: readonly StartedNode[] | null;
  try {
    nodes = await stopper.unlessStopped(cloud.start(coordination.connect));
  } catch (error) {
    await coordination.stop().catch(() => {});
    throw error;
  }
  if (nodes !== null) {
    announce(cloud, nodes, coordination.connect, options);
    if (options.detach === true) return 0;
    await Promise.all(nodes.map((started) => reportEnd(started, stopper)));
  }
  await cloud.stop().catch(() => {});
  await coordination.stop().catch(() => {});
  if (!stopper.isStopping) {
    process.stderr.write("All cache nodes ended\n");
    return 1;
  }
  if (options.json !== true) process.stdout.write("stopped\n");
  return 0;
}

async function reportEnd({ node, ended }: StartedNode, stopper: Stopper): Promise<void> {
  const code = await ended;
  if (stopper.isStopping) return;
  const how = code === null ? "was ended by a signal" : `ended with code ${code}`;
  process.stderr.write(
    `The cache node ${node.address} ${how}; the others go on, and clients leave it out within 10 s\n`,
  );
}

function announce(cloud: LocalCloud, nodes: readonly StartedNode[], connect: string, options: CloudOptions): void {
  const { serviceCode, configFile, memoryMegabytes } = cloud;
  if (options.json === true) {
    const answer = {
      connect,
      serviceCode,
      config: configFile,
      nodes: nodes.map(({ node, pid }) => ({ address: node.address, pid, log: node.logFile })),
    };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  const [first] = nodes;
  const stop = options.detach === true ? "bin/branta down" : "Ctrl-C here, or bin/branta down elsewhere";
  const lines = [
    `Branta is up: a cache cloud of ${nodes.length} nodes, for this machine only`,
    `  cloud     coordination servers ${connect}, service code ${serviceCode}    (for any Arcus client)`,
    ...nodes.map(
      ({ node, pid }) => `  node      ${node.address}  process ${pid}  ${memoryMegabytes} MB  log ${node.logFile}`,
    ),
    `  list      bin/arcus.sh -z ${connect} memcached list ${serviceCode}`,
    `  try       printf 'set a 0 0 5\\r\\nhello\\r\\nget a\\r\\nquit\\r\\n' | nc ${first!.node.address.replace(":", " ")}`,
    `  stop      ${stop}; kill -9 one node to see clients go on with the others`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
