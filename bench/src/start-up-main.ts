import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { freePort, parseServerKind, type ServerKind, WireSession } from "@branta/tests-kit";
import { formatTable, median, rowsWithRatios, thousands } from "./table.ts";

/**
 * From `zkServer.sh start-foreground FILE` to the first answered session.
 *
 *   node --conditions=source bench/src/start-up-main.ts --times 10
 */
const { values } = parseArgs({
  options: { times: { type: "string", default: "10" }, servers: { type: "string", default: "branta,apache-3.9.5" } },
});

const REPOSITORY = resolve(import.meta.dirname, "../..");
const RETRY_MS = 5;
const GIVE_UP_MS = 30_000;

const servers = values.servers.split(",").map(parseServerKind);
const times = new Map<ServerKind, number[]>(servers.map((kind) => [kind, []]));
// In turn, so that whatever else the machine does falls on both.
for (let i = 0; i < Number(values.times); i++) {
  for (const kind of servers) times.get(kind)!.push(await startOnce(kind));
}
const figures = new Map([...times].map(([kind, list]) => [kind, [Math.min(...list), median(list), Math.max(...list)]]));
console.log(`From zkServer.sh start-foreground to the first session, ${values.times} starts on empty data\n`);
console.log(
  formatTable(["", "min ms", "median ms", "max ms"], rowsWithRatios(figures, [thousands, thousands, thousands])),
);

async function startOnce(kind: ServerKind): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "branta-start-"));
  const port = await freePort();
  await mkdir(join(folder, "data"));
  const file = join(folder, "zoo.cfg");
  await writeFile(
    file,
    `tickTime=2000\ndataDir=${folder}/data\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n`,
  );
  const command: [string, string[]] =
    kind === "branta"
      ? [join(REPOSITORY, "bin/zkServer.sh"), ["start-foreground", file]]
      : [
          join(REPOSITORY, "tests/conformance/apache-server.sh"),
          [kind.slice("apache-".length), "start-foreground", file],
        ];
  const began = performance.now();
  const child = spawn(command[0], command[1], { stdio: "ignore", env: { ...process.env, ZOO_LOG_DIR: folder } });
  const ended = new Promise((done) => child.once("close", done));
  try {
    await firstSession(port, began);
    return performance.now() - began;
  } finally {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstSession(port: number, began: number): Promise<void> {
  for (;;) {
    // Sessions that came too early are not answered by Apache at all: several are tried at a time.
    const opened = await Promise.race([WireSession.open(port).catch(() => null), pause(RETRY_MS * 20)]);
    if (opened !== null) {
      opened.connection.destroy();
      return;
    }
    if (performance.now() - began > GIVE_UP_MS)
      throw new Error(`Cannot measure the start: no session within ${GIVE_UP_MS} ms`);
    await pause(RETRY_MS);
  }
}

function pause(ms: number): Promise<null> {
  return new Promise((resolvePause) => setTimeout(() => resolvePause(null), ms));
}
