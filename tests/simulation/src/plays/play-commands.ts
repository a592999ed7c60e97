import { ConfigurationError } from "@branta/zookeeper-engine";
import { SimulationError } from "../simulation-error.ts";
import type { NewPeer } from "../world/peer.ts";
import { FORWARDED } from "../world/simulated-server.ts";
import { directionsOf, routeOf, type Words, zxidFrom } from "./play-words.ts";
import { Stage } from "./stage.ts";
import { strayCommands } from "./stray-commands.ts";

/** Runs a play's commands. Each answers with the lines that it brought about. */
export class PlayCommands {
  readonly #newPeer: NewPeer;
  #stage: Stage | null = null;

  constructor(newPeer: NewPeer) {
    this.#newPeer = newPeer;
  }

  /**
   * A broken property is an answer, too, so that plays can be written about bugs that are still there.
   *
   * @throws SimulationError `input` for what is no command
   */
  run(line: string): string[] {
    const [name = "", ...words] = line.split(/\s+/);
    if (name === "cluster") {
      return this.#setUp(words);
    }
    const command = COMMANDS[name];
    if (command === undefined) {
      const known = ["cluster", ...Object.keys(COMMANDS)].join(", ");
      throw new SimulationError("input", `Cannot play "${line}": "${name}" must be one of ${known}`);
    }
    const stage = this.#stage;
    if (stage === null) throw new SimulationError("input", `Cannot play "${line}": a cluster must be there first`);
    const isQuiet = words.at(-1) === "quietly";
    const run = (): void => command(stage, isQuiet ? words.slice(0, -1) : words);
    try {
      if (isQuiet) stage.quietly(run);
      else run();
    } catch (error) {
      if (!(error instanceof SimulationError) || error.code === "input") throw error;
      stage.say(`BROKEN ${error.message}`);
    }
    return stage.takeLines();
  }

  /** An ensemble that could never decide is refused. */
  #setUp(words: Words): string[] {
    try {
      this.#stage = newStage(words, this.#newPeer);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return [`refused: ${error.message.replaceAll("\n", " ")}`];
    }
  }
}

/**
 * `cluster 1 2 3 observers 4 strangers 5 window 2 dynamic masters patient oracle`; `groups 1:2:3 4:5:6` and `weights 1 1 1 0 1 1` (of server 1, 2, …)
 * may follow the voters.
 */
function newStage(words: Words, newPeer: NewPeer): Stage {
  const parts = new Map<string, string[]>();
  let part = "voters";
  for (const word of words) {
    if (STAGE_PARTS.has(word)) parts.set((part = word), []);
    else parts.set(part, [...(parts.get(part) ?? []), word]);
  }
  const numbers = (name: string): number[] => (parts.get(name) ?? []).map(Number);
  const groups = parts.get("groups")?.map((ids) => ids.split(":").map(Number));
  const isHierarchical = groups !== undefined || parts.has("weights");
  return new Stage(
    {
      voters: numbers("voters"),
      isDynamic: parts.has("dynamic"),
      hasObserverMasters: parts.has("masters"),
      areObserversPatient: parts.has("patient"),
      hasOracle: parts.has("oracle"),
      observers: numbers("observers"),
      strangers: numbers("strangers"),
      hierarchy: isHierarchical ? { groups: groups ?? [], weights: numbers("weights") } : null,
      windowEntries: numbers("window")[0] ?? 100,
    },
    newPeer,
  );
}

const STAGE_PARTS: ReadonlySet<string> = new Set([
  "observers",
  "strangers",
  "groups",
  "weights",
  "window",
  "dynamic",
  "masters",
  "patient",
  "oracle",
]);

const COMMANDS: Readonly<Record<string, (stage: Stage, words: Words) => void>> = {
  /** start [ID…] */
  start: (stage, words) => {
    for (const id of idsOf(stage, words)) stage.cluster.server(id).start(stage.nowMs);
  },
  /** load ID: the process is there, its core is not told to start. */
  load: (stage, [id]) => stage.cluster.server(Number(id)).load(),
  restart: (stage, words) => {
    for (const id of idsOf(stage, words)) stage.cluster.server(id).start(stage.nowMs);
  },
  /** crash ID [kept N]: of the writes under way the disk keeps the first N, else none. */
  crash: (stage, [id, kept, count]) => {
    stage.cluster.server(Number(id)).crash(kept === "kept" ? Number(count) : 0);
  },
  /** crash-silently ID: the host goes down, nobody is told. */
  "crash-silently": (stage, [id]) => stage.cluster.server(Number(id)).crash(0, true),
  /** deliver [FROM->TO | ->TO | FROM->]: what waits now. */
  deliver: (stage, [route]) => void stage.deliverAll(...routeOf(route)),
  /** deliver-one FROM->TO: the first message that waits. */
  "deliver-one": (stage, [route]) => {
    const channel = stage.channels(...routeOf(route))[0];
    if (channel === undefined) stage.say(`nothing waits for ${route}`);
    else stage.deliver(channel);
  },
  /** drop FROM->TO: the connections between the two break, what is on them is gone. */
  drop: (stage, [route]) => {
    const [from = 0, to = 0] = routeOf(route);
    for (const connection of stage.cluster.links.connections) {
      const ends = [connection.dialler.server, connection.acceptor.server];
      if (ends.includes(from) && ends.includes(to)) stage.cluster.links.reset(connection);
    }
    stage.cluster.votes.reset(from, to);
  },
  /** tick [N]: time passes, 100 ms each. */
  tick: (stage, [count]) => stage.pass(100 * Number(count ?? 1)),
  /** oversleep ID MS: time passes, and this server is woken at the end only. */
  oversleep: (stage, [id, durationMs]) => stage.pass(Number(durationMs), Number(id)),
  /** pass MS */
  pass: (stage, [durationMs]) => stage.pass(Number(durationMs)),
  stabilize: (stage) => stage.stabilize(),
  /** stabilize-for MS: goes on as time passes, a quarter of a tick at a time. Pings are not written down. */
  "stabilize-for": (stage, [durationMs]) => {
    stage.withoutPings(() => {
      for (let passedMs = 0; passedMs < Number(durationMs); passedMs += 25) {
        stage.stabilize();
        stage.pass(25);
      }
      stage.stabilize();
    });
  },
  /** propose ID [N]: a client of the leader writes N times. */
  propose: (stage, [id, count]) => {
    for (let done = 0; done < Number(count ?? 1); done++) stage.cluster.server(Number(id)).propose(stage.nowMs);
  },
  /** forward ID: a client of a learner writes. */
  forward: (stage, [id]) => stage.cluster.server(Number(id)).forward(FORWARDED.write),
  /** sync ID: a client syncs. */
  sync: (stage, [id]) => {
    const server = stage.cluster.server(Number(id));
    if (server.status.role === "leading") server.sync(stage.nowMs);
    else server.forward(FORWARDED.sync);
  },
  /**
   * reconfig ID VOTER…: a client of the leader has these vote, `5@elsewhere` from another address, and all others observe. Needs
   * `cluster … dynamic`.
   */
  reconfig: (stage, [id, ...voters]) => {
    const moved = voters.filter((voter) => voter.endsWith("@elsewhere")).map((voter) => Number.parseInt(voter, 10));
    const ids = new Set(voters.map((voter) => Number.parseInt(voter, 10)));
    stage.cluster.server(Number(id)).reconfigure(ids, stage.nowMs, new Set(moved));
  },
  resign: (stage, [id]) => {
    stage.cluster.server(Number(id)).step({ kind: "resign", reason: "it was asked to" }, stage.nowMs);
  },
  /** oracle ID yes|no: may it decide alone? */
  oracle: (stage, [id, answer]) => {
    stage.cluster.server(Number(id)).step({ kind: "oracle", isGranted: answer === "yes" }, stage.nowMs);
  },
  /** persist [ID…]: what waits for these disks is written. */
  persist: (stage, words) => {
    for (const id of idsOf(stage, words)) stage.persist(stage.cluster.server(id));
  },
  /** begin-sync ID: its disk syncs what was written up to now, and no more; `persist` ends that. */
  "begin-sync": (stage, [id]) => void stage.cluster.server(Number(id)).disk.beginSync(),
  /** slow-disk ID…: they sync only on `persist`. */
  "slow-disk": (stage, words) => {
    for (const id of idsOf(stage, words)) stage.setSlow(id, true);
  },
  /** From now on logs are longer than the snapshots that they would save. */
  "long-logs": (stage) => stage.setLongLogs(true),
  "short-logs": (stage) => stage.setLongLogs(false),
  /** From now on logs are read by `read` only. */
  "slow-reads": (stage) => stage.setSlowReads(true),
  /** read: what servers wanted to have of their logs has been read. */
  read: (stage) => void stage.endReads(),
  /** lose ID: what the disk of a server that is down had is gone, and its database must not be empty. */
  lose: (stage, [id]) => stage.cluster.server(Number(id)).disk.lose(),
  /** begin-epoch ID N: a server that is down has led epoch N, as an Apache server, and was stopped before its first write. */
  "begin-epoch": (stage, [id, epoch]) => {
    stage.cluster.server(Number(id)).disk.beginEpoch(zxidFrom(`${epoch}/0`), Number(epoch));
  },
  "fast-disk": (stage, words) => {
    for (const id of idsOf(stage, words)) stage.setSlow(id, false);
  },
  /** cut A B…: A and each of the others do not reach each other; cut A->B: in this direction. */
  cut: (stage, words) => {
    for (const [from, to] of directionsOf(words)) stage.cluster.cuts.cut(from, to);
  },
  heal: (stage, words) => {
    for (const [from, to] of directionsOf(words)) stage.cluster.cuts.heal(from, to);
  },
  /** log [ID…] */
  log: (stage, words) => {
    for (const id of idsOf(stage, words)) {
      for (const line of stage.logOf(stage.cluster.server(id))) stage.say(`${id}: ${line}`);
    }
  },
  status: (stage) => {
    for (const line of stage.status()) stage.say(line);
  },
  ...strayCommands,
};

function idsOf(stage: Stage, words: Words): number[] {
  return words.length === 0 ? [...stage.cluster.servers.keys()] : words.map(Number);
}
