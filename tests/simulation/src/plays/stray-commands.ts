import type { Input, LinkId, ServerId } from "@branta/zookeeper-engine";
import type { Notification } from "@branta/zookeeper-protocol";
import { SimulationError } from "../simulation-error.ts";
import { logEntry } from "../world/entry.ts";
import { routeOf, type Words, zxidFrom } from "./play-words.ts";
import type { Stage } from "./stage.ts";
import { strayPacket } from "./stray-packet.ts";

/** A link that nobody has. */
const NO_LINK = 999;

/** What servers, networks and runtimes would not do, or not now: what is late, foreign or hostile. */
export const strayCommands: Readonly<Record<string, (stage: Stage, words: Words) => void>> = {
  /** say A->B KIND [ZXID]: A sends a packet that it would not send, on the newest connection between the two. */
  say: (stage, [route, kind = "", ...numbers]) => {
    const [from = 0, to = 0] = routeOf(route);
    const packet = strayPacket(kind, numbers.map(zxidFrom));
    const connection = [...stage.cluster.links.connections].findLast(({ dialler, acceptor }) => {
      const ends = [dialler.server, acceptor.server];
      return ends.includes(from) && ends.includes(to);
    });
    if (connection === undefined) return stage.say(`${from} and ${to} have no connection`);
    stage.cluster.links.send(from, connection, { kind: "packet", packet });
    stage.deliverAll(from, to);
  },
  /** vote FROM->TO STATE LEADER ZXID EPOCH ROUND: a vote that nobody has sent, or that is old. */
  vote: (stage, [route, state = "", leader, zxid = "", epoch, round]) => {
    const [from = 0, to = 0] = routeOf(route);
    stage.cluster.server(to).notified(from, {
      state: state as Notification["state"],
      leader: Number(leader),
      zxid: zxidFrom(zxid),
      peerEpoch: Number(epoch),
      electionEpoch: Number(round),
      configuration: null,
    });
  },
  /** dial FROM->TO [observers]: somebody connects in the name of FROM, whose core knows nothing of it. */
  dial: (stage, [route, port]) => {
    const [from = 0, to = 0] = routeOf(route);
    stage.cluster.links.dial(from, stage.nextStrayLink(), to, port === "observers" ? port : "quorum");
    stage.deliverAll(from, to);
    stage.deliverAll(from, to);
  },
  /**
   * input ID KIND …: a runtime tells its core something that it would not tell, or not now. A link is `->3`, the last one to
   * server 3, `old->3`, the one before, or `none`.
   */
  input: (stage, [id, kind = "", ...words]) => {
    const server = Number(id);
    stage.cluster.server(server).step(strayInput(stage, server, kind, words), stage.nowMs);
  },
};

function strayInput(stage: Stage, server: ServerId, kind: string, [what = "", ...words]: Words): Input {
  switch (kind) {
    case "time":
      return { kind };
    case "unreachable":
      return { kind, server: Number(what) };
    case "linkOpened":
    case "linkClosed":
    case "transferring":
      return { kind, link: linkFrom(stage, server, what) };
    case "snapshotReceived":
      return { kind, link: linkFrom(stage, server, what), ref: stage.emptySnapshot() };
    case "logRead":
      return { kind, link: linkFrom(stage, server, what), entries: [] };
    case "packet": {
      const [packet = "", ...numbers] = words;
      return { kind, link: linkFrom(stage, server, what), packet: strayPacket(packet, numbers.map(zxidFrom)) };
    }
    case "propose":
      return { kind, entry: logEntry(zxidFrom(what), 0) };
    case "sync":
      return { kind, ticket: 0 };
    case "ask":
      return { kind, question: { kind: "revalidate", sessionId: 1n, timeoutMs: 1000 } };
    default:
      throw new SimulationError("input", `Cannot give "${kind}" to a core: must be a kind of input`);
  }
}

function linkFrom(stage: Stage, server: ServerId, word: string): LinkId {
  const [age, other] = word.split("->");
  return stage.linksTo(server, Number(other)).at(age === "old" ? -2 : -1) ?? NO_LINK;
}
