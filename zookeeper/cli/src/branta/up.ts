import { BrantaError } from "./branta-error.ts";
import { LocalServer } from "./local-server.ts";

/** Options of `bin/branta up`. */
export interface UpOptions {
  readonly port: string;
  readonly data: string;
  readonly json?: boolean;
  readonly detach?: boolean;
}

const PORT_MAX = 65_535;

/** Starts one server, says how to use it, and stays until it is told to stop. Answers the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const port = readPort(options.port);
  const server = new LocalServer(options.data);
  if (server.pid !== null) {
    throw new BrantaError("portTaken", `A server runs in ${server.dataDir} already, as process ${server.pid}`);
  }
  const { pid, ended } = await server.start(port);
  announce(server, port, pid, options);
  if (options.detach === true) return 0;

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    if (options.json !== true) process.stdout.write("\nStopping ... ");
    process.kill(pid, "SIGTERM");
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  const code = await staysUntil(ended);
  if (stopping) {
    await server.stop().catch(() => {});
    if (options.json !== true) process.stdout.write("stopped\n");
    return 0;
  }
  process.stderr.write(`The server ended with code ${code}; its last words are in ${server.logFile}\n`);
  return 1;
}

/** A server that was let go of does not keep this process; a timer does. */
async function staysUntil(ended: Promise<number | null>): Promise<number | null> {
  const hold = setInterval(() => {}, 1 << 30);
  try {
    return await ended;
  } finally {
    clearInterval(hold);
  }
}

function announce(server: LocalServer, port: number, pid: number, options: UpOptions): void {
  const connect = `127.0.0.1:${port}`;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ connect, pid, data: server.dataDir, log: server.logFile })}\n`);
    return;
  }
  const stop = options.detach === true ? "bin/branta down" : "Ctrl-C here, or bin/branta down elsewhere";
  const lines = [
    "Branta is up: one server, for this machine only",
    `  connect   bin/zkCli.sh -server ${connect}    (or any ZooKeeper client)`,
    `  data      ${server.dataDir}`,
    `  log       ${server.logFile}`,
    `  stop      ${stop}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port;
  throw new BrantaError("badArgument", `Cannot use --port "${text}": it must be a number from 1 to ${PORT_MAX}`);
}
