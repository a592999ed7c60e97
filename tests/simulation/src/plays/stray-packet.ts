import type { QuorumPacket } from "@branta/zookeeper-protocol";
import { SimulationError } from "../simulation-error.ts";
import { logEntry, reconfigEntry } from "../world/entry.ts";

/** A packet of any kind; numbers are zxids, except where a kind has none. */
export function strayPacket(kind: string, [first = 0, second = 0, third = 0]: readonly number[]): QuorumPacket {
  switch (kind) {
    case "followerInfo":
    case "observerInfo":
      return { kind, serverId: first, acceptedEpoch: second, protocolVersion: 0x10000, configVersion: third };
    case "leaderInfo":
      return { kind, epoch: first, protocolVersion: 0x10000 };
    case "ackEpoch":
      return { kind, lastZxid: first, currentEpoch: second };
    case "diff":
    case "trunc":
    case "snap":
    case "ack":
    case "commit":
      return { kind, zxid: first };
    case "newLeader":
      return { kind, zxid: first, configuration: null };
    case "proposal":
    case "inform":
      return { kind, zxid: first, bytes: logEntry(first, second).bytes };
    case "commitAndActivate":
      return { kind, zxid: first, designatedLeader: second };
    case "emptyReconfig":
      return { kind: "proposal", zxid: first, bytes: reconfigEntry(first, 0, null).bytes };
    case "ping":
      return { kind, zxid: first, touched: [] };
    case "upToDate":
    case "sync":
      return { kind };
    case "revalidate":
      return { kind, sessionId: 1n, timeoutMs: 1000 };
    case "revalidated":
      return { kind, sessionId: 1n, isValid: true };
    default:
      throw new SimulationError("input", `Cannot say "${kind}": must be a kind of quorum packet`);
  }
}
