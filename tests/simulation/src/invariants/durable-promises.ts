import type { PromisingPacket } from "@branta/zookeeper-engine";
import type { Notification } from "@branta/zookeeper-protocol";
import { mustHold } from "../simulation-error.ts";
import { counterOf, epochOf, zxidText } from "../world/history-node.ts";
import type { Connection } from "../world/link-network.ts";
import { type DiskImage, lastZxidOf } from "../world/server-disk.ts";

/** A promise is about the disk: what a packet says of its sender is durable there when it leaves. */
export function checkPromise(server: number, packet: PromisingPacket, image: DiskImage, connection: Connection): void {
  const check = (holds: boolean, what: () => string): void =>
    mustHold(holds, "durablePromises", () => `server ${server} sends ${packet.kind} before ${what()} is on its disk`);
  switch (packet.kind) {
    case "followerInfo":
    case "observerInfo":
      check(packet.acceptedEpoch <= Math.max(image.acceptedEpoch, 0), () => `accepted epoch ${packet.acceptedEpoch}`);
      break;
    case "leaderInfo":
      check(image.acceptedEpoch >= packet.epoch, () => `accepted epoch ${packet.epoch}`);
      break;
    case "ackEpoch":
      check(image.acceptedEpoch >= connection.offeredEpoch, () => `accepted epoch ${connection.offeredEpoch}`);
      check(packet.currentEpoch <= currentEpochOf(image), () => `current epoch ${packet.currentEpoch}`);
      check(holdsZxid(image, packet.lastZxid), () => zxidText(packet.lastZxid));
      break;
    case "ack":
      checkAck(packet.zxid, image, connection, check);
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

function checkAck(
  zxid: number,
  image: DiskImage,
  connection: Connection,
  check: (holds: boolean, what: () => string) => void,
): void {
  if (counterOf(zxid) > 0) return check(holdsZxid(image, zxid), () => zxidText(zxid));
  check(image.currentEpoch >= epochOf(zxid), () => `current epoch ${epochOf(zxid)}`);
  const history = connection.newLeaderHistory;
  if (history !== null)
    check(image.tip.startsWith(history), () => `the leader's history up to ${zxidText(history.zxid)}`);
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
