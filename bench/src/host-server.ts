import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  handshake,
  requestFrame,
  serverCommand,
  type ServerKind,
  type TestHost,
  WireConnection,
} from "@branta/tests-kit";

const CLIENT_PORT = 2181;
const SESSION_TIMEOUT_MS = 10_000;

/** Server `id` of those on the hosts, 1 on the first. */
export interface HostServerOptions {
  readonly kind: ServerKind;
  readonly hosts: readonly TestHost[];
  readonly id: number;
  readonly tickTime: number;
  readonly syncLimit: number;
}

/** One member of an ensemble, on a test host of its own. */
export class HostServer implements AsyncDisposable {
  readonly host: TestHost;
  readonly address: string;
  readonly port = CLIENT_PORT;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(host: TestHost, folder: string, child: ChildProcess) {
    this.host = host;
    this.address = host.address;
    this.#folder = folder;
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once("close", () => resolve()));
  }

  static async start({ kind, hosts, id, tickTime, syncLimit }: HostServerOptions): Promise<HostServer> {
    const folder = await mkdtemp(join(tmpdir(), "branta-bench-host-"));
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "myid"), `${id}\n`);
    const lines = [
      `tickTime=${tickTime}`,
      "initLimit=10",
      `syncLimit=${syncLimit}`,
      `dataDir=${folder}/data`,
      `clientPort=${CLIENT_PORT}`,
      "maxClientCnxns=0",
      "admin.enableServer=false",
      ...hosts.map(({ address }, at) => `server.${at + 1}=${address}:2888:3888`),
    ];
    await writeFile(join(folder, "zoo.cfg"), `${lines.join("\n")}\n`);
    const command = serverCommand(kind, join(folder, "zoo.cfg"), { heapMb: 256 });
    const host = hosts[id - 1]!;
    const { file, args } = host.networkOnly(command.file, command.args);
    const env = { ...process.env, ...command.env };
    return new HostServer(host, folder, spawn(file, args, { cwd: folder, env, stdio: "ignore" }));
  }

  /**
   * One request in a session of its own; answers the error code of the reply.
   *
   * @throws KitError when there is no server, no session or no answer within the time
   */
  async request(type: number, body: Uint8Array, timeoutMs: number): Promise<number | null> {
    await using connection = await WireConnection.open(CLIENT_PORT, this.host.address);
    const session = await handshake(connection, { timeoutMs: SESSION_TIMEOUT_MS, readOnly: false }, timeoutMs);
    if (session === null || session.timeoutMs === 0) return null;
    connection.write(requestFrame(1, type, body));
    return (await connection.frame(timeoutMs))?.readInt32BE(12) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
