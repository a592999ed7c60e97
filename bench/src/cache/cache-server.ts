import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");
const FLOOR_SERVER = resolve(import.meta.dirname, "floor-server-main.ts");
const START_MS_MAX = 20_000;

/** A cache that listens on the loopback. */
export interface CacheServer extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Whether it has collections. */
  readonly isArcus: boolean;
}

/**
 * Starts a cache with one thread.
 *
 * @param kind `branta`, `memcached` (Debian's), `floor` (the least that a server in Node costs) or the path of a real
 *   arcus-memcached, its engine in `.libs` beside it
 * @throws Error where it is not installed, or does not start
 */
export async function startCacheServer(kind: string, memoryMb: number): Promise<CacheServer> {
  const port = await freePort();
  const { program, flags, isArcus } = commandOf(kind);
  const user = process.getuid?.() === 0 ? ["-u", "root"] : [];
  const words = [
    ...flags,
    "-p",
    String(port),
    "-U",
    "0",
    "-l",
    "127.0.0.1",
    "-m",
    String(memoryMb),
    "-t",
    "1",
    "-c",
    "4096",
  ];
  const child = spawn(program, [...words, ...user], { stdio: ["ignore", "ignore", "inherit"] });
  const failed = once(child, "error").then(([error]) => Promise.reject(error as Error));
  await Promise.race([isListening(port, child), failed]);
  return {
    name: kind.includes("/") ? "arcus" : kind,
    port,
    pid: child.pid!,
    isArcus,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill("SIGINT");
      await once(child, "exit");
    },
  };
}

function commandOf(kind: string): { program: string; flags: string[]; isArcus: boolean } {
  if (kind === "floor") return { program: process.execPath, flags: [FLOOR_SERVER], isArcus: false };
  if (kind === "branta") return { program: join(ROOT, "bin/memcached"), flags: [], isArcus: true };
  if (kind === "memcached") return { program: "/usr/bin/memcached", flags: [], isArcus: false };
  if (!existsSync(kind))
    throw new Error(`Cannot start "${kind}": must be branta, memcached, floor, or the path of arcus-memcached`);
  return { program: kind, flags: ["-E", join(dirname(kind), ".libs/default_engine.so")], isArcus: true };
}

async function isListening(port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_MS_MAX; Date.now() < end && child.exitCode === null;) {
    const socket = connect({ port, host: "127.0.0.1" });
    const isOpen = await new Promise<boolean>((done) => {
      socket.once("connect", () => done(true));
      socket.once("error", () => done(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`Cannot measure "${child.spawnfile}": it does not listen on port ${port}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
