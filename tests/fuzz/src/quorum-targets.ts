import { BytesError, encodeToBuffer, Writer } from "@branta/foundation-bytes";
import {
  electionGreeting,
  ElectionStream,
  notification,
  OPEN_ACL,
  OPEN_ACL_ID,
  type QuorumPacket,
  QuorumPacketParser,
  SNAPSHOT_SIGNATURE,
  SnapshotEncoder,
  writeQuorumPacket,
} from "@branta/zookeeper-protocol";
import type { Dice } from "./dice.ts";
import { sampleStat } from "./sample-messages.ts";

const zxid = 0x1_0000_0002;
const sessionId = 0x100_0011_2328_0027n;
const configuration = "server.1=127.0.0.1:2888:3888:participant;2181\nversion=100000000";
const bytes = Buffer.from("some transaction");
const learner = { acceptedEpoch: 1, serverId: 2, protocolVersion: 0x10000, configVersion: zxid };

const PACKETS: readonly (readonly QuorumPacket[])[] = [
  [
    { kind: "followerInfo", ...learner },
    { kind: "ackEpoch", lastZxid: zxid, currentEpoch: 1 },
    { kind: "ack", zxid },
    { kind: "ping", zxid, touched: [{ sessionId, timeoutMs: 30_000 }] },
    { kind: "request", sessionId, cxid: 1, type: 5, body: bytes, authInfo: [{ scheme: "ip", id: "127.0.0.1" }] },
    { kind: "revalidate", sessionId, timeoutMs: 30_000 },
  ],
  [
    { kind: "leaderInfo", epoch: 1, protocolVersion: 0x10000 },
    { kind: "diff", zxid },
    { kind: "proposal", zxid, bytes },
    { kind: "commit", zxid },
    { kind: "newLeader", zxid, configuration },
    { kind: "upToDate" },
    { kind: "informAndActivate", zxid, designatedLeader: 2, bytes },
    { kind: "commitAndActivate", zxid, designatedLeader: 2 },
    { kind: "revalidated", sessionId, isValid: true },
    { kind: "sync" },
  ],
];

/** What servers say to each other on the quorum port. */
export function sampleQuorumStreams(): Buffer[] {
  const streams = PACKETS.map((packets) => write(packets));
  const after = write([{ kind: "newLeader", zxid, configuration }]);
  return [...streams, Buffer.concat([write([{ kind: "snap", zxid }]), wireSnapshot(), SNAPSHOT_SIGNATURE, after])];
}

/** What servers say to each other on the election port, behind their greeting. */
export function sampleElections(): Buffer[] {
  const vote = { state: "looking", leader: 2, zxid, electionEpoch: 3, peerEpoch: 1 } as const;
  const greetings = [
    { serverId: 2, addresses: ["127.0.0.1:3888"] },
    { serverId: 2, addresses: ["127.0.0.1:3888", "[::1]:3888"] },
    { serverId: null, addresses: [] },
  ];
  return greetings.map((greeting) => {
    const writer = new Writer();
    electionGreeting.encode(writer, greeting);
    writer.buffer(encodeToBuffer(notification, { ...vote, configuration }));
    writer.buffer(encodeToBuffer(notification, { ...vote, configuration: null }));
    return writer.take();
  });
}

/** In chunks of any size, twice: how the bytes were cut must make no difference to what is understood. */
export function readQuorum(input: Buffer, dice: Dice): void {
  agree(input, dice, () => {
    const parser = new QuorumPacketParser(100_000);
    return {
      push: (chunk) => parser.push(chunk),
      next() {
        const event = parser.next();
        // Where a snapshot is cut is left to whoever reads it.
        return event?.kind === "snapshotBytes" ? "" : event && tell(event);
      },
    };
  });
}

export function readElection(input: Buffer, dice: Dice): void {
  agree(input, dice, () => {
    const stream = new ElectionStream(true);
    return {
      push: (chunk) => stream.push(chunk),
      next() {
        const event = stream.next();
        return event?.kind === "malformed" ? "malformed " : event && tell(event);
      },
    };
  });
}

interface StreamReader {
  push(chunk: Buffer): void;
  /** What was understood, null at the end. */
  next(): string | null;
}

function agree(input: Buffer, dice: Dice, open: () => StreamReader): void {
  const whole = understand(input, input.length, dice, open());
  const parts = understand(input, 1 + dice.below(64), dice, open());
  if (whole.told !== parts.told || (whole.error === null) !== (parts.error === null)) {
    throw new Error(`reads as ${whole.told} (${whole.error?.message}) and as ${parts.told} (${parts.error?.message})`);
  }
  if (whole.error !== null) throw whole.error;
}

function understand(
  input: Buffer,
  chunkBytes: number,
  dice: Dice,
  reader: StreamReader,
): { told: string; error: BytesError | null } {
  let told = "";
  try {
    for (let at = 0; at < input.length;) {
      const end = at + 1 + dice.below(chunkBytes);
      reader.push(input.subarray(at, end));
      for (let next = reader.next(); next !== null; next = reader.next()) told += next;
      at = end;
    }
    return { told, error: null };
  } catch (error) {
    if (error instanceof BytesError) return { told, error };
    throw error;
  }
}

function tell(event: object): string {
  return JSON.stringify(event, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function write(packets: readonly QuorumPacket[]): Buffer {
  const writer = new Writer();
  for (const packet of packets) writeQuorumPacket(writer, packet);
  return writer.take();
}

function wireSnapshot(): Buffer {
  const encoder = new SnapshotEncoder(1024, "wire");
  encoder.begin(new Map([[sessionId, 30_000]]), new Map([[1, OPEN_ACL]]));
  encoder.node({ path: "", data: null, aclId: OPEN_ACL_ID, stat: sampleStat });
  encoder.node({ path: "/a", data: bytes, aclId: 1, stat: sampleStat });
  encoder.endNodes();
  return encoder.take();
}
