import type { PromisingPacket } from "@branta/zookeeper-engine";
import type { Notification } from "@branta/zookeeper-protocol";
import { mustHold, SimulationError } from "../simulation-error.ts";
import { counterOf, epochOf, type HistoryNode, zxidText } from "../world/history-node.ts";
import type { Connection } from "../world/link-network.ts";
import { type DiskImage, lastZxidOf } from "../world/server-disk.ts";

/** A promise is about the disk: what a packet says of its sender is durable there when it leaves. */
export function checkPromise(server: number, packet: PromisingPacket, image: DiskImage, connection: Connection): void {
  const missing = missingOnDisk(packet, image, connection);
  if (missing === null) return;
  throw new SimulationError(
    "durablePromises",
    `server ${server} sends ${packet.kind} before ${missing} is on its disk`,
  );
}

/** What a packet promises that the disk has not got, null for nothing. */
function missingOnDisk(packet: PromisingPacket, image: DiskImage, connection: Connection): string | null {
  switch (packet.kind) {
    case "followerInfo":
    case "observerInfo":
      return packet.acceptedEpoch <= Math.max(image.acceptedEpoch, 0) ? null : `accepted epoch ${packet.acceptedEpoch}`;
    case "leaderInfo":
      return image.acceptedEpoch >= packet.epoch ? null : `accepted epoch ${packet.epoch}`;
    case "ackEpoch":
      if (image.acceptedEpoch < connection.offeredEpoch) return `accepted epoch ${connection.offeredEpoch}`;
      if (packet.currentEpoch > currentEpochOf(image)) return `current epoch ${packet.currentEpoch}`;
      return holdsZxid(image, packet.lastZxid) ? null : zxidText(packet.lastZxid);
    case "ack":
      return missingForAck(packet.zxid, image, connection.newLeaderHistory);
  }
}

/** A vote for itself tells of a server's own log and epoch. */
export function checkVote(server: number, vote: Notification, image: DiskImage): void {
  if (vote.leader !== server || vote.zxid < 0) return;
  const holds = vote.peerEpoch <= currentEpochOf(image) && holdsZxid(image, vote.zxid);
  mustHold(
    holds,
    "durablePromises",
    () =>
      `server ${server} votes for itself with epoch ${vote.peerEpoch} and ${zxidText(vote.zxid)} before they are on its disk`,
  );
}

function missingForAck(zxid: number, image: DiskImage, newLeaderHistory: HistoryNode | null): string | null {
  if (counterOf(zxid) > 0) return holdsZxid(image, zxid) ? null : zxidText(zxid);
  if (image.currentEpoch < epochOf(zxid)) return `current epoch ${epochOf(zxid)}`;
  if (newLeaderHistory === null || image.tip.startsWith(newLeaderHistory)) return null;
  return `the leader's history up to ${zxidText(newLeaderHistory.zxid)}`;
}

function holdsZxid(image: DiskImage, zxid: number): boolean {
  // -1 asks for a snapshot and promises nothing.
  if (zxid < 0) return true;
  return lastZxidOf(image) === zxid || image.baseZxid === zxid || image.tip.upTo(zxid).zxid === zxid;
}

/** A crash between a history and its epoch leaves an epoch that is behind: what the history says counts. */
function currentEpochOf(image: DiskImage): number {
  return Math.max(image.currentEpoch, epochOf(lastZxidOf(image)));
}
