import { BrantaError } from "./branta-error.ts";
import { LocalEnsemble, type StartedMember } from "./local-ensemble.ts";
import { LocalServer } from "./local-server.ts";
import { HOST, readPort } from "./ports.ts";
import { Stopper } from "./stopper.ts";
import { readNodeCount, upCloud } from "./up-cloud.ts";

/** Options of `bin/branta up`. */
export interface UpOptions {
  readonly port: string;
  readonly servers: string;
  readonly data: string;
  readonly json?: boolean;
  readonly detach?: boolean;
  /** How many cache nodes the cloud beside the servers is to have; undefined for no cloud. */
  readonly cloud?: string;
}

const SERVERS_MAX = 9;

/** Starts one server or an ensemble, says how to use it, and stays until it is told to stop. Answers the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const port = readPort(options.port);
  const count = readCount(options.servers);
  if (options.cloud !== undefined) readNodeCount(options.cloud);
  refuseSecond([new LocalServer(options.data), ...(LocalEnsemble.find(options.data)?.servers ?? [])]);
  return count === 1 ? upAlone(port, options) : upTogether(port, count, options);
}

async function upAlone(port: number, options: UpOptions): Promise<number> {
  const server = new LocalServer(options.data);
  using stopper = new Stopper([server], options);
  const started = await stopper.unlessStopped(server.start(port));
  if (started === null) return sayStopped(options);
  if (options.cloud !== undefined) {
    stopper[Symbol.dispose]();
    const coordination = { connect: `${HOST}:${port}`, servers: [server], stop: () => server.stop() };
    return upCloud(coordination, { ...options, cloud: options.cloud });
  }
  announce(server, port, started.pid, options);
  if (options.detach === true) return 0;
  const code = await started.ended;
  if (stopper.isStopping) {
    await server.stop().catch(() => {});
    return sayStopped(options);
  }
  process.stderr.write(`The server ended with code ${code}; its last words are in ${server.logFile}\n`);
  return 1;
}

async function upTogether(port: number, count: number, options: UpOptions): Promise<number> {
  const ensemble = LocalEnsemble.of(options.data, count);
  using stopper = new Stopper(ensemble.servers, options);
  const members = await stopper.unlessStopped(ensemble.start(port));
  if (members === null) return sayStopped(options);
  if (options.cloud !== undefined) {
    stopper[Symbol.dispose]();
    const connect = members.map((member) => `${HOST}:${member.port}`).join(",");
    const coordination = { connect, servers: ensemble.servers, stop: () => ensemble.stop() };
    return upCloud(coordination, { ...options, cloud: options.cloud });
  }
  announceEnsemble(ensemble, members, options);
  if (options.detach === true) return 0;
  // One that ends is what an ensemble is made for, and what people try first: the others go on, and so does this command.
  await Promise.all(members.map((member) => reportEnd(member, stopper)));
  if (stopper.isStopping) {
    await ensemble.stop().catch(() => {});
    return sayStopped(options);
  }
  process.stderr.write("All servers ended\n");
  return 1;
}

async function reportEnd({ id, server, ended }: StartedMember, stopper: Stopper): Promise<void> {
  const code = await ended;
  if (stopper.isStopping) return;
  const how = code === null ? "was ended by a signal" : `ended with code ${code}`;
  const again = `bin/zkServer.sh start ${server.configFile}`;
  process.stderr.write(`Server ${id} ${how}; the others go on. To have it back: ${again}\n`);
}

function sayStopped({ json }: UpOptions): number {
  if (json !== true) process.stdout.write("stopped\n");
  return 0;
}

function refuseSecond(servers: readonly LocalServer[]): void {
  const running = servers.find((server) => server.pid !== null);
  if (running === undefined) return;
  throw new BrantaError("portTaken", `A server runs in ${running.dataDir} already, as process ${running.pid}`);
}

function stopHint({ detach }: UpOptions): string {
  return detach === true ? "bin/branta down" : "Ctrl-C here, or bin/branta down elsewhere";
}

function announce(server: LocalServer, port: number, pid: number, options: UpOptions): void {
  const connect = `${HOST}:${port}`;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ connect, pid, data: server.dataDir, log: server.logFile })}\n`);
    return;
  }
  const lines = [
    "Branta is up: one server, for this machine only",
    `  connect   bin/zkCli.sh -server ${connect}    (or any ZooKeeper client)`,
    `  data      ${server.dataDir}`,
    `  log       ${server.logFile}`,
    `  stop      ${stopHint(options)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function announceEnsemble(ensemble: LocalEnsemble, members: readonly StartedMember[], options: UpOptions): void {
  const connect = members.map(({ port }) => `${HOST}:${port}`).join(",");
  if (options.json === true) {
    const servers = members.map(({ id, pid, port, mode, server }) => {
      return { id, pid, port, mode, data: server.dataDir, log: server.logFile };
    });
    process.stdout.write(`${JSON.stringify({ connect, data: ensemble.dataDir, servers })}\n`);
    return;
  }
  const lines = [
    `Branta is up: an ensemble of ${members.length} servers, for this machine only`,
    `  connect   bin/zkCli.sh -server ${connect}    (or any ZooKeeper client)`,
    ...members.map(({ id, pid, port, mode }) => `  server ${id}  ${HOST}:${port}  process ${pid}  ${mode}`),
    `  data      ${ensemble.dataDir}/1 to ${members.length}, each with its server.log`,
    `  stop      ${stopHint(options)}; kill -9 one of them to see the others go on`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= SERVERS_MAX) return count;
  throw new BrantaError("badArgument", `Cannot use --servers "${text}": it must be a number from 1 to ${SERVERS_MAX}`);
}
