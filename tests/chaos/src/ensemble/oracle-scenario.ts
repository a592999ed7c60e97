import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  createBody,
  Ensemble,
  modeOf,
  OPEN,
  type ServerKind,
  type ServerProcess,
  WireSession,
} from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { keepLastWords } from "./last-words.ts";
import { patiently } from "./patiently.ts";
import { dumpTree, treeDifferences } from "./tree-dump.ts";

const WRITES = 20;
/** Until a server that may not decide any more serves nobody. */
const STOP_MS_MAX = 20_000;

/** Two voters, and what their oracles say. */
class Pair implements AsyncDisposable {
  readonly #ensemble: Ensemble;
  readonly #folder: string;
  readonly #written: string[] = [];

  private constructor(ensemble: Ensemble, folder: string) {
    this.#ensemble = ensemble;
    this.#folder = folder;
  }

  static async prepare(kinds: readonly ServerKind[]): Promise<Pair> {
    const folder = await mkdtemp(join(tmpdir(), "branta-oracle-"));
    const ensemble = await Ensemble.prepare({
      kind: kinds,
      heapMb: 256,
      config: { tickTime: 500 },
      configOf: (id) => ({ oraclePath: join(folder, String(id)) }),
    });
    return new Pair(ensemble, folder);
  }

  get ensemble(): Ensemble {
    return this.#ensemble;
  }

  server(id: 1 | 2): ServerProcess {
    return this.#ensemble.servers[id - 1]!;
  }

  async oracle(id: 1 | 2, answer: "0" | "1"): Promise<void> {
    await writeFile(join(this.#folder, String(id)), answer);
  }

  async launch(): Promise<void> {
    await this.#ensemble.launch();
  }

  /** Clients of one server write. */
  async write(id: 1 | 2): Promise<void> {
    for (let count = 0; count < WRITES; count++) {
      const path = `/${this.#written.length}`;
      await patiently(async () => {
        await using session = await WireSession.open(this.server(id).port);
        // What is there already is from an attempt that was not answered.
        await session.request(OpCode.create, createBody(path, Buffer.from(path), OPEN, 0));
      });
      this.#written.push(path);
    }
  }

  /** Null, or what one of them lacks, or how they differ. */
  async differences(): Promise<string | null> {
    const [one, two] = [
      await patiently(() => dumpTree(this.server(1))),
      await patiently(() => dumpTree(this.server(2))),
    ];
    const lost = this.#written.filter((path) => !one.has(path));
    if (lost.length > 0) return `lost: ${lost.join(" ")}`;
    return treeDifferences(one, two, ["server 1", "server 2"])[0] ?? null;
  }

  async stopsServing(id: 1 | 2): Promise<boolean> {
    const deadlineMs = performance.now() + STOP_MS_MAX;
    while (performance.now() < deadlineMs) {
      if ((await modeOf(this.server(id))) === null) return true;
      await pause(100);
    }
    return false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ensemble[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true });
  }
}

/** Plays the life of two voters with an oracle. @returns null, or what was not as it should be */
export async function playOracle(kinds: readonly ServerKind[], log: (line: string) => void): Promise<string | null> {
  await using pair = await Pair.prepare(kinds);
  try {
    const problem = await play(pair, log);
    if (problem !== null) await keepLastWords(pair.ensemble);
    return problem;
  } catch (error) {
    await keepLastWords(pair.ensemble);
    return String(error);
  }
}

async function play(pair: Pair, log: (line: string) => void): Promise<string | null> {
  await pair.oracle(1, "0");
  await pair.oracle(2, "1");
  await pair.launch();
  await pair.write(1);
  log("both serve");
  await goesOnAlone(pair, 2, 1, log);
  let problem = await pair.differences();
  if (problem !== null) return problem;
  // The operators' detector changes its mind: first no to the one, then yes to the other.
  await pair.oracle(2, "0");
  await pair.oracle(1, "1");
  await goesOnAlone(pair, 1, 2, log);
  problem = await pair.differences();
  if (problem !== null) return problem;
  await pair.oracle(1, "0");
  await pair.server(2).kill();
  if (!(await pair.stopsServing(1))) return "server 1 serves alone though the oracle says no";
  log("without the oracle's consent server 1 serves nobody");
  await pair.oracle(1, "1");
  await pair.write(1);
  log("server 1 serves once the oracle consents");
  await pair.launch();
  return pair.differences();
}

/** One server is killed; the other takes writes alone; then the first one is back. */
async function goesOnAlone(pair: Pair, survivor: 1 | 2, victim: 1 | 2, log: (line: string) => void): Promise<void> {
  await pair.server(victim).kill();
  const killedAtMs = performance.now();
  await pair.write(survivor);
  log(
    `server ${survivor} took ${WRITES} writes alone, ${Math.round(performance.now() - killedAtMs)} ms after the other was killed`,
  );
  await pair.launch();
  log(`server ${victim} is back as ${(await modeOf(pair.server(victim))) ?? "nothing"}`);
  await pair.write(victim);
}
