import type { Writer } from "@branta/foundation-bytes";
import { idCodec } from "../records/acl.ts";
import { makeZxid } from "../zxid.ts";
import type { LearnerInfo, QuorumPacket } from "./quorum-packet.ts";
import { QuorumType } from "./quorum-types.ts";

/** Writes bytes that may be many: by copying them, or by handing over what was written and then the bytes themselves. */
export type WriteBytes = (writer: Writer, bytes: Buffer) => void;

const NO_ZXID = -1;

const copyBytes: WriteBytes = (writer, bytes) => writer.raw(bytes);

/**
 * `QuorumPacket => type:int zxid:long data:buffer authinfo:vector<Id>`, one behind the other without any length.
 * @param writeBytes takes part in writing transactions and requests; copies by default.
 */
export function writeQuorumPacket(writer: Writer, packet: QuorumPacket, writeBytes: WriteBytes = copyBytes): void {
  switch (packet.kind) {
    case "proposal":
    case "inform":
      writeHead(writer, QuorumType[packet.kind], packet.zxid, packet.bytes.length);
      writeBytes(writer, packet.bytes);
      return writer.int(-1);
    case "ack":
    case "commit":
    case "diff":
    case "trunc":
    case "snap":
      writeHead(writer, QuorumType[packet.kind], packet.zxid, -1);
      return writer.int(-1);
    case "upToDate":
      writeHead(writer, QuorumType.upToDate, NO_ZXID, -1);
      return writer.int(-1);
    case "sync":
      writeHead(writer, QuorumType.sync, 0, -1);
      return writer.int(-1);
    case "followerInfo":
    case "observerInfo":
      return writeLearnerInfo(writer, QuorumType[packet.kind], packet);
    case "leaderInfo":
      writeHead(writer, QuorumType.leaderInfo, makeZxid(packet.epoch, 0), 4);
      writer.int(packet.protocolVersion);
      return writer.int(-1);
    case "ackEpoch":
      writeHead(writer, QuorumType.ackEpoch, packet.lastZxid, 4);
      writer.int(packet.currentEpoch);
      return writer.int(-1);
    case "newLeader":
      writer.int(QuorumType.newLeader);
      writer.longNumber(packet.zxid);
      writer.string(packet.configuration);
      return writer.int(-1);
    case "commitAndActivate":
      writeHead(writer, QuorumType.commitAndActivate, packet.zxid, 8);
      writer.longNumber(packet.designatedLeader);
      return writer.int(-1);
    case "informAndActivate":
      writeHead(writer, QuorumType.informAndActivate, packet.zxid, 8 + packet.bytes.length);
      writer.longNumber(packet.designatedLeader);
      writeBytes(writer, packet.bytes);
      return writer.int(-1);
    case "ping":
      return writePing(writer, packet);
    case "request":
    case "revalidate":
    case "revalidated":
      return writeSessionPacket(writer, packet, writeBytes);
  }
}

type PacketOf<Kind extends QuorumPacket["kind"]> = Extract<QuorumPacket, { readonly kind: Kind }>;

function writeHead(writer: Writer, type: number, zxid: number, dataBytes: number): void {
  writer.int(type);
  writer.longNumber(zxid);
  writer.int(dataBytes);
}

function writeLearnerInfo(writer: Writer, type: number, info: LearnerInfo): void {
  writeHead(writer, type, makeZxid(info.acceptedEpoch, 0), 20);
  writer.longNumber(info.serverId);
  writer.int(info.protocolVersion);
  writer.longNumber(info.configVersion);
  writer.int(-1);
}

/** Empty data, not null, where no session was touched: Apache's leader looks into it without asking. */
function writePing(writer: Writer, { zxid, touched }: PacketOf<"ping">): void {
  writeHead(writer, QuorumType.ping, zxid, touched.length * 12);
  for (const { sessionId, timeoutMs } of touched) {
    writer.long(sessionId);
    writer.int(timeoutMs);
  }
  writer.int(-1);
}

function writeSessionPacket(
  writer: Writer,
  packet: PacketOf<"request" | "revalidate" | "revalidated">,
  writeBytes: WriteBytes,
): void {
  const isRequest = packet.kind === "request";
  const dataBytes = isRequest ? 16 + packet.body.length : packet.kind === "revalidate" ? 12 : 9;
  writeHead(writer, isRequest ? QuorumType.request : QuorumType.revalidate, NO_ZXID, dataBytes);
  writer.long(packet.sessionId);
  if (packet.kind === "revalidate") writer.int(packet.timeoutMs);
  else if (packet.kind === "revalidated") writer.bool(packet.isValid);
  else {
    writer.int(packet.cxid);
    writer.int(packet.type);
    writeBytes(writer, packet.body);
  }
  // Apache's leader walks through the list of a request without asking whether there is one.
  writer.vector(isRequest ? packet.authInfo : null, idCodec.encode);
}
