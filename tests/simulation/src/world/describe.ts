import type { DurableWrite, Effect, EnsembleConfiguration, Input, LinkId, RoleStatus } from "@branta/zookeeper-engine";
import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";
import { payloadOf } from "./entry.ts";
import { epochOf, zxidText } from "./history-node.ts";

/** How a link is called. */
export type LinkName = (link: LinkId) => string;

const byNumber: LinkName = (link) => `link ${link}`;

/** An input in a few words. */
export function describeInput(input: Input, nameOf: LinkName = byNumber): string {
  switch (input.kind) {
    case "notification":
      return `vote of ${input.from}: ${describeVote(input.notification)}`;
    case "packet":
      return `${nameOf(input.link)}: ${describePacket(input.packet)}`;
    case "snapshotReceived":
      return `${nameOf(input.link)}: snapshot ${input.ref}`;
    case "transferring":
      return `${nameOf(input.link)}: the snapshot moves on`;
    case "linkAccepted":
      return `${nameOf(input.link)}: accepted${input.port === "observers" ? " at the observers' port" : ""}`;
    case "linkOpened":
    case "linkClosed":
      return `${nameOf(input.link)}: ${input.kind.slice(4).toLowerCase()}`;
    case "persisted":
      return `persisted ${input.token}`;
    case "logRead":
      return `log for ${nameOf(input.link)}: ${input.entries === null ? "too long" : `${input.entries.length} entries`}`;
    case "propose":
      return `propose ${zxidText(input.entry.zxid)} "${payloadOf(input.entry)}"`;
    case "unreachable":
      return `${input.server} is not there`;
    case "sync":
      return `sync ${input.ticket}`;
    case "syncLearner":
      return `sync for ${nameOf(input.link)}`;
    case "oracle":
      return `the oracle says ${input.isGranted ? "yes" : "no"}`;
    case "ask":
      return `ask ${input.question.kind}`;
    case "resign":
      return `resign: ${input.reason}`;
    default:
      return input.kind;
  }
}

/** An effect in a few words. */
export function describeEffect(effect: Effect, nameOf: LinkName = byNumber): string {
  switch (effect.kind) {
    case "persist":
      return `persist ${effect.token}: ${describeWrite(effect.write)}`;
    case "send":
      return `${nameOf(effect.link)}: ${describePacket(effect.packet)}${afterText(effect.after)}`;
    case "notify":
      return `to ${effect.to}: ${describeVote(effect.notification)}${afterText(effect.after)}`;
    case "reconnect":
      return `reconnect to ${effect.servers.join(", ")}`;
    case "dial":
      return `dial ${effect.server}${effect.port === "observers" ? " at the observers' port" : ""}`;
    case "closeLink":
      return `close ${nameOf(effect.link)}: ${effect.reason}`;
    case "readLog":
      return `read the log from ${zxidText(effect.after)} to ${zxidText(effect.to)} for ${nameOf(effect.link)}`;
    case "streamSnapshot":
      return `${nameOf(effect.link)}: the tree`;
    case "commit":
      return `commit ${zxidText(effect.entry.zxid)} "${payloadOf(effect.entry)}"`;
    case "restore":
      return `restore snapshot ${effect.ref} at ${zxidText(effect.zxid)}`;
    case "reload":
      return `reload up to ${zxidText(effect.zxid)}`;
    case "pong":
      return `${nameOf(effect.link)}: pong ${zxidText(effect.zxid)}`;
    case "deliver":
      return `deliver ${effect.packet.kind} of ${effect.from}`;
    case "synced":
      return `synced ${effect.ticket}`;
    case "role":
      return `is ${describeStatus(effect.status)}`;
    case "configured":
      return `configured: ${describeVoters(effect.committed)}${effect.next === null ? "" : `, next ${describeVoters(effect.next)}`}`;
    case "log":
      return `${effect.level}: ${effect.message}`;
  }
}

/** `leading epoch 1, broadcast`. */
export function describeStatus({ role, phase, epoch, leader }: RoleStatus): string {
  if (role === "looking") return "looking";
  const whom = role === "leading" ? "" : ` ${leader}`;
  return `${role}${whom}, ${phase}${epoch > 0 ? ` of epoch ${epoch}` : ""}`;
}

function describeWrite(write: DurableWrite): string {
  switch (write.kind) {
    case "append":
      return `append ${zxidText(write.entry.zxid)}`;
    case "truncate":
      return `truncate to ${zxidText(write.zxid)}`;
    case "snapshot":
      return `snapshot ${write.ref} at ${zxidText(write.zxid)}`;
    case "acceptedEpoch":
    case "currentEpoch":
      return `${write.kind} ${write.epoch}`;
    case "configuration":
    case "nextConfiguration":
      return `${write.kind}, ${describeVoters(write.configuration)}`;
  }
}

/** A packet in a few words. */
export function describePacket(packet: QuorumPacket): string {
  switch (packet.kind) {
    case "followerInfo":
    case "observerInfo":
      return `${packet.kind} of ${packet.serverId}, accepted epoch ${packet.acceptedEpoch}`;
    case "leaderInfo":
      return `leaderInfo, epoch ${packet.epoch}`;
    case "ackEpoch":
      return `ackEpoch, current epoch ${packet.currentEpoch}, last ${zxidText(packet.lastZxid)}`;
    case "newLeader":
      return `newLeader of epoch ${epochOf(packet.zxid)}`;
    case "proposal":
    case "inform":
      return `${packet.kind} ${zxidText(packet.zxid)} "${payloadOf(packet)}"`;
    case "commitAndActivate":
    case "informAndActivate":
      return `${packet.kind} ${zxidText(packet.zxid)}, leader ${packet.designatedLeader}`;
    case "diff":
    case "trunc":
    case "snap":
    case "ack":
    case "commit":
    case "ping":
      return `${packet.kind} ${zxidText(packet.zxid)}`;
    default:
      return packet.kind;
  }
}

/** A vote in a few words. */
export function describeVote({ state, leader, zxid, peerEpoch, electionEpoch }: Notification): string {
  const whom = leader < 0 ? "nobody" : `${leader} (epoch ${peerEpoch}, ${zxidText(zxid)})`;
  return `${state}, votes ${whom}, round ${electionEpoch}`;
}

function afterText(after: number): string {
  return after === 0 ? "" : ` [after ${after}]`;
}

function describeVoters({ version, quorum }: EnsembleConfiguration): string {
  return `voters ${[...quorum.voters].join(" ")} of version ${zxidText(version)}`;
}
