import { setTimeout as pause } from "node:timers/promises";
import {
  createBody,
  Ensemble,
  freePorts,
  modeOf,
  multiBody,
  OPEN,
  Random,
  type ServerKind,
  type ServerPorts,
  type ServerProcess,
  WireSession,
} from "@branta/tests-kit";
import { ErrorCode, OpCode } from "@branta/zookeeper-protocol";
import { askServer } from "./ask-server.ts";
import { Cables } from "./cables.ts";
import { ChaosClient, REGISTERS } from "./chaos-client.ts";
import { checkHistory } from "./check-history.ts";
import { compareDigests, countMismatches } from "./compare-digests.ts";
import { HARMABLE } from "./disk-harm.ts";
import { History } from "./history.ts";
import { deleteFolder, purgeFiles } from "./housekeeping.ts";
import { keepLastWords } from "./last-words.ts";
import { type HarmChoice, Nemesis } from "./nemesis.ts";
import { patiently } from "./patiently.ts";
import { SmallDisks } from "./small-disks.ts";
import { Stalls } from "./stalls.ts";
import { dumpTree, type Tree, treeDifferences } from "./tree-dump.ts";

const CLIENTS = 8;
const LOAD_MS_BEFORE = 500;
const LOAD_MS_AFTER = 800;
/** Until every client has found a server again, and until abandoned sessions have expired. */
const SETTLE_MS_MAX = 60_000;
const EXPIRY_MS_MAX = 30_000;
/** Allowed, but worth a look at what took so long. */
const MEND_MS_SLOW = 10_000;
/** After so many rounds the files that nobody needs are deleted, and the nodes of the rounds before these. */
const HOUSEKEEPING_ROUNDS = 10;
const EMPTY = Buffer.alloc(0);

/** Who takes part in a campaign. */
export interface CampaignOptions {
  /** What runs as server 1, 2, …. */
  readonly kinds: readonly ServerKind[];
  /** Those that do not vote. */
  readonly observers?: readonly number[];
  /**
   * Left out: observers follow the leader. Else which of two observerMasterPorts server 1, 2, … has, so that it is known who may
   * follow whom; then no cables between servers can be cut.
   */
  readonly observerMasters?: readonly (0 | 1)[];
  /** More lines for every server's zoo.cfg. */
  readonly config?: Readonly<Record<string, string | number>>;
  readonly seed: number;
  readonly harms?: HarmChoice;
  /** Whether each server has a disk of its own that can be full; see {@link SmallDisks} for what that needs. */
  readonly smallDisks?: boolean;
}

/** What a campaign did and found. */
export interface CampaignReport {
  rounds: number;
  acknowledged: number;
  /** Writes whose answer never came. */
  unanswered: number;
  reads: number;
  sessionsEnded: number;
  nodesCompared: number;
  /** Digests of the same transaction on two servers. */
  digestsCompared: number;
  /** Of these the ones that differed for a while. */
  digestsPassing: number;
  /** Transactions that told servers of a digest that was not theirs, by the servers' own count since they were started. */
  mismatchesMax: number;
  /** From the end of the harm until all servers served, the longest. */
  mendMsMax: number;
  /** The longest time for which the machine let nobody work. */
  stallMsMax: number;
  elapsedMs: number;
  harms: Map<string, number>;
  /** How often which server was what when all was well again, as in "1 leader". */
  modes: Map<string, number>;
  readonly broken: string[];
}

/** What a campaign can harm besides the processes. */
interface World {
  readonly cables: Cables;
  readonly disks: SmallDisks | null;
  /** All of it, and the servers; taken down from the last to the first. */
  readonly resources: AsyncDisposable;
}

/** Rounds of load and harm on one ensemble, each followed by a look at everything. */
export class Campaign implements AsyncDisposable {
  readonly ensemble: Ensemble;
  readonly report: CampaignReport;
  readonly #resources: AsyncDisposable;
  readonly #nemesis: Nemesis;
  readonly #clients: readonly ChaosClient[];

  /**
   * Then more is promised: a leader answers a sync only when a quorum has just shown that it leads, and no server takes the
   * digests of a tree that it is still catching up with for a difference.
   */
  readonly #isOurs: boolean;
  /** As all servers had it at the end of the last round. */
  #tree: Tree = new Map();

  private constructor(ensemble: Ensemble, world: World, { seed, harms = "all" }: CampaignOptions) {
    const { cables, disks, resources } = world;
    const random = new Random(seed);
    this.ensemble = ensemble;
    this.#resources = resources;
    this.#isOurs = ensemble.servers.every(({ kind }) => kind === "branta");
    this.#nemesis = new Nemesis(ensemble, cables, random, harms, disks);
    const ports = ensemble.servers.map(({ port }) => port);
    // A generator each: what one client draws must not depend on when the others are answered.
    this.#clients = Array.from(
      { length: CLIENTS },
      (_, number) => new ChaosClient(number, ports, new Random(random.next()), new History()),
    );
    this.report = {
      rounds: 0,
      acknowledged: 0,
      unanswered: 0,
      reads: 0,
      sessionsEnded: 0,
      nodesCompared: 0,
      digestsCompared: 0,
      digestsPassing: 0,
      mismatchesMax: 0,
      mendMsMax: 0,
      stallMsMax: 0,
      elapsedMs: 0,
      harms: new Map(),
      modes: new Map(),
      broken: [],
    };
  }

  static async start(options: CampaignOptions): Promise<Campaign> {
    const { kinds, observers = [] } = options;
    await using resources = new AsyncDisposableStack();
    const { observerMasters = null } = options;
    const cables = resources.use(await Cables.lay(observerMasters === null ? kinds.length : 0));
    const masterPorts = await freePorts(2);
    const ensemble = await Ensemble.prepare({
      kind: kinds,
      observers,
      heapMb: 256,
      env: HARMABLE,
      ...(observerMasters === null
        ? { route: (from: number, to: number, listens: ServerPorts) => cables.route(from, to, listens) }
        : {
            ownHosts: true,
            configOf: (id: number) => ({ observerMasterPort: masterPorts[observerMasters[id - 1]!]! }),
          }),
      // Small, so that rounds meet snapshots, new log files and learners that are far behind.
      config: {
        tickTime: 500,
        maxSessionTimeout: 60_000,
        snapCount: 2_000,
        preAllocSize: 64,
        maxClientCnxns: 0,
        commitLogCount: 200,
        ...options.config,
      },
    });
    resources.use(ensemble);
    const disks = options.smallDisks === true ? resources.use(await SmallDisks.mount(ensemble.servers)) : null;
    await ensemble.launch();
    return new Campaign(ensemble, { cables, disks, resources: resources.move() }, options);
  }

  /** Rounds, until there have been so many, the time is over or a promise is broken. */
  async rounds(count: number, minutes: number): Promise<void> {
    const { report } = this;
    const began = performance.now();
    using stalls = new Stalls();
    try {
      while (report.rounds < count && report.elapsedMs < minutes * 60_000 && report.broken.length === 0) {
        await this.#round();
        if (report.rounds % HOUSEKEEPING_ROUNDS === 0) await this.#keepHouse();
        report.elapsedMs = performance.now() - began;
        report.stallMsMax = stalls.longestMs;
        if (report.rounds % 5 === 0) console.log(`${report.rounds} rounds, ${report.acknowledged} acknowledged writes`);
      }
    } catch (error) {
      report.stallMsMax = stalls.longestMs;
      report.broken.push(`round ${report.rounds}: ${String(error)}`);
    }
  }

  /** Load, harm, load, mend, check. */
  async #round(): Promise<void> {
    const folder = folderOf(this.report.rounds);
    const history = new History();
    const madeAtZxid = await patiently(() => this.#makeFolder(folder));
    for (const client of this.#clients) client.beginRound(folder, madeAtZxid, history);
    const work = Promise.all(this.#clients.map((client) => client.run()));
    await pause(LOAD_MS_BEFORE);
    const harm = await this.#nemesis.strike();
    const mendedFromMs = performance.now();
    await this.#nemesis.mend();
    await this.#mended(harm, performance.now() - mendedFromMs);
    await pause(LOAD_MS_AFTER);
    for (const client of this.#clients) client.stop();
    await work;
    const broken = await this.#check(folder, history);
    this.#count(history, harm);
    await this.#countModes();
    this.report.broken.push(...broken.map((text) => `round ${this.report.rounds} (${harm}): ${text}`));
    this.report.rounds++;
  }

  async #keepHouse(): Promise<void> {
    await purgeFiles(this.ensemble.servers);
    const newest = this.report.rounds - HOUSEKEEPING_ROUNDS;
    for (let round = newest - HOUSEKEEPING_ROUNDS; round < newest; round++) {
      await patiently(() => deleteFolder(this.ensemble.servers[0]!, folderOf(round), this.#tree));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.stop();
    await this.#resources[Symbol.asyncDispose]();
  }

  async #mended(harm: string, elapsedMs: number): Promise<void> {
    const { report } = this;
    report.mendMsMax = Math.max(report.mendMsMax, elapsedMs);
    if (elapsedMs < MEND_MS_SLOW) return;
    console.log(`Round ${report.rounds} (${harm}): all serve again only after ${Math.round(elapsedMs)} ms`);
    await keepLastWords(this.ensemble);
  }

  async #makeFolder(folder: string): Promise<number> {
    const paths = [folder, ...["q", "l", "e"].map((name) => `${folder}/${name}`)];
    for (let register = 0; register < REGISTERS; register++) paths.push(`${folder}/r${register}`);
    const parts = paths.map((path) => ({ type: OpCode.create, body: createBody(path, EMPTY, OPEN, 0) }));
    await using session = await WireSession.open(this.ensemble.servers[0]!.port);
    const reply = await session.request(OpCode.multi, multiBody(parts));
    // What is there already is from an earlier attempt, which was not answered.
    const isThere = reply.err === 0 || reply.err === ErrorCode.NodeExists;
    if (!isThere) throw new Error(`Cannot make "${folder}": error ${reply.err}`);
    await session.close();
    return reply.zxid;
  }

  async #check(folder: string, history: History): Promise<string[]> {
    const deadlineMs = performance.now() + SETTLE_MS_MAX;
    await Promise.all(this.#clients.map((client) => client.fence(deadlineMs)));
    const idle = Promise.all(this.#clients.map((client) => client.idle()));
    const alive = new Set(this.#clients.map(({ sessionId }) => sessionId).filter((id) => id !== null));
    await this.#expired(alive);
    const trees: Tree[] = [];
    for (const server of this.ensemble.servers) trees.push(await patiently(() => dumpTree(server)));
    this.#tree = trees[0]!;
    const stillAlive = new Set(this.#clients.map(({ sessionId }) => sessionId));
    for (const client of this.#clients) client.stop();
    await idle;
    this.report.nodesCompared += trees[0]!.size * trees.length;
    const digests = await compareDigests(this.ensemble.servers);
    this.report.digestsCompared += digests.compared;
    this.report.digestsPassing += digests.passing;
    const mismatches = await countMismatches(this.ensemble.servers);
    this.report.mismatchesMax = Math.max(this.report.mismatchesMax, mismatches);
    const differences = trees
      .slice(1)
      .flatMap((tree, at) => treeDifferences(trees[0]!, tree, ["server 1", `server ${at + 2}`]));
    const lost = [...alive]
      .filter((id) => !stillAlive.has(id))
      .map((id) => `session 0x${id.toString(16)} expired while it was kept alive`);
    const broken = checkHistory(history, folder, trees[0]!, alive, this.#isOurs);
    const alarms = this.#isOurs && mismatches > 0 ? [`${mismatches} digests were not what transactions foretold`] : [];
    return [...lost, ...differences, ...digests.differences, ...alarms, ...broken];
  }

  /** Waits until no ephemeral node of a session is left that nobody keeps alive, for as long as that may take. */
  async #expired(alive: ReadonlySet<bigint>): Promise<void> {
    const deadlineMs = performance.now() + EXPIRY_MS_MAX;
    for (;;) {
      const tree = await patiently(() => dumpTree(this.ensemble.servers[0]!));
      const isLeft = [...tree.values()].some(({ owner }) => owner !== 0n && !alive.has(owner));
      if (!isLeft || performance.now() > deadlineMs) return;
      await pause(300);
    }
  }

  async #countModes(): Promise<void> {
    for (const [at, server] of this.ensemble.servers.entries()) {
      const mode = `${at + 1} ${(await modeOf(server)) ?? "nothing"}${await masterOf(server)}`;
      this.report.modes.set(mode, (this.report.modes.get(mode) ?? 0) + 1);
    }
  }

  #count(history: History, harm: string): void {
    const { report } = this;
    const acknowledged = history.writes.filter(({ answer }) => answer !== null).length;
    report.acknowledged += acknowledged;
    report.unanswered += history.writes.length - acknowledged;
    report.reads += history.reads;
    report.sessionsEnded += history.endedSessions.size;
    for (const name of harm.split(", ")) report.harms.set(name, (report.harms.get(name) ?? 0) + 1);
  }
}

/** Of an observer whom it follows, as " of 2". */
async function masterOf(server: ServerProcess): Promise<string> {
  const master = /^zk_observer_master_id\s+(\d+)/m.exec(await askServer(server, "mntr"))?.[1];
  return master === undefined ? "" : ` of ${master}`;
}

function folderOf(round: number): string {
  return `/round-${round}`;
}
