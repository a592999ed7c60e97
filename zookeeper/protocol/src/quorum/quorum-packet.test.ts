import { BytesError, Writer } from "@branta/foundation-bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPEN_ACL, SnapshotEncoder } from "../index.ts";
import { quorumPacket } from "../testing/quorum-arbitraries.ts";
import { type QuorumEvent, QuorumPacketParser } from "./quorum-packet-parser.ts";
import type { QuorumPacket } from "./quorum-packet.ts";
import { SNAPSHOT_SIGNATURE, SnapshotEndFinder } from "./snapshot-end-finder.ts";
import { writeQuorumPacket } from "./write-quorum-packet.ts";

const DATA_BYTES_MAX = 1000;

function bytesOf(packets: readonly QuorumPacket[]): Buffer {
  const writer = new Writer();
  for (const packet of packets) writeQuorumPacket(writer, packet);
  return writer.take();
}

/** Everything that is understood of bytes that come in chunks. */
function parse(bytes: Buffer, chunkBytes = bytes.length): QuorumEvent[] {
  const parser = new QuorumPacketParser(DATA_BYTES_MAX);
  const events: QuorumEvent[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    parser.push(bytes.subarray(at, at + chunkBytes));
    for (let event = parser.next(); event !== null; event = parser.next()) events.push(event);
  }
  return events;
}

const packetsOf = (events: readonly QuorumEvent[]) =>
  events.flatMap((event) => (event.kind === "packet" ? [event.packet] : []));

function snapshot(data: readonly (Buffer | null)[]): Buffer {
  const encoder = new SnapshotEncoder(64, "wire");
  encoder.begin(
    new Map([[5n, 30_000]]),
    new Map([
      [1, OPEN_ACL],
      [2, []],
    ]),
  );
  const stat = { czxid: 1, mzxid: 2, ctime: 3, mtime: 4, version: 5, cversion: 6, aversion: 7, ephemeralOwner: 8n };
  for (const [at, bytes] of data.entries())
    encoder.node({
      path: at === 0 ? "" : at === 1 ? "x" : `/node${at}`,
      data: bytes,
      aclId: 1,
      stat: { ...stat, pzxid: 9 },
    });
  encoder.endNodes();
  return encoder.take();
}

const anySnapshot = fc
  .array(fc.option(fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes))), { minLength: 1, maxLength: 5 })
  .map(snapshot);

describe("packets", () => {
  it("are read as they were written, however they are cut", () => {
    fc.assert(
      fc.property(fc.array(quorumPacket, { maxLength: 6 }), fc.integer({ min: 1, max: 40 }), (packets, chunkBytes) => {
        expect(packetsOf(parse(bytesOf(packets), chunkBytes))).toEqual(packets);
      }),
    );
  });

  it("hand large data over without copying it", () => {
    const bytes = Buffer.from("a transaction");
    const pieces: Buffer[] = [];
    const writer = new Writer();
    const handOver = (writer: Writer, bytes: Buffer) => void pieces.push(writer.detach(), bytes);
    const packets: QuorumPacket[] = [
      { kind: "proposal", zxid: 1, bytes },
      { kind: "informAndActivate", zxid: 2, designatedLeader: 3, bytes },
      { kind: "request", sessionId: 1n, cxid: 2, type: 3, body: bytes, authInfo: [] },
    ];
    for (const packet of packets) writeQuorumPacket(writer, packet, handOver);
    pieces.push(writer.detach());
    expect(pieces.filter((piece) => piece === bytes)).toHaveLength(3);
    expect(packetsOf(parse(Buffer.concat(pieces)))).toEqual(packets);
  });

  it("that have not come whole are waited for", () => {
    fc.assert(
      fc.property(quorumPacket, fc.nat(), (packet, cut) => {
        const bytes = bytesOf([packet]);
        expect(parse(bytes.subarray(0, cut % bytes.length))).toEqual([]);
      }),
    );
  });

  it("with a changed bit are others, are waited for or are refused", () => {
    fc.assert(
      fc.property(quorumPacket, fc.nat(), (packet, bit) => {
        const bytes = bytesOf([packet]);
        bytes[(bit >> 3) % bytes.length] ^= 1 << (bit & 7);
        attempt(bytes);
      }),
    );
  });

  it("made of random bytes are refused, or whatever they are", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => attempt(Buffer.from(bytes))));
  });

  it("of unknown types are passed over", () => {
    const bytes = bytesOf([{ kind: "ack", zxid: 1 }]);
    bytes.writeInt32BE(99, 0);
    expect(parse(Buffer.concat([bytes, bytesOf([{ kind: "sync" }])]))).toEqual([
      { kind: "unknown", type: 99 },
      { kind: "packet", packet: { kind: "sync" } },
    ]);
  });

  it("are refused when they are too long, or too short for what they are", () => {
    const refused = (packet: QuorumPacket, change: (bytes: Buffer) => void) => {
      const bytes = bytesOf([packet]);
      change(bytes);
      return () => parse(bytes);
    };
    const commit: QuorumPacket = { kind: "commit", zxid: 1 };
    expect(refused(commit, (bytes) => bytes.writeInt32BE(1001, 12))).toThrow("length is 1001, must be <= 1000");
    expect(refused(commit, (bytes) => bytes.writeInt32BE(-2, 12))).toThrow("length is -2");
    expect(refused(commit, (bytes) => bytes.writeInt32BE(0x7000_0000, 4))).toThrow("must be within ±2^53");
    expect(refused(commit, (bytes) => bytes.writeInt32BE(18, 0))).toThrow(BytesError);
    expect(refused(commit, (bytes) => bytes.writeInt32BE(11, 0))).toThrow(BytesError);
    const request: QuorumPacket = {
      kind: "request",
      sessionId: 1n,
      cxid: 1,
      type: 1,
      body: Buffer.alloc(0),
      authInfo: [{ scheme: "a", id: "b" }],
    };
    expect(refused(request, (bytes) => bytes.writeInt32BE(2_000_000, 36))).toThrow("authinfo: length is 2000000");
  });

  it("of older servers say less", () => {
    const bytes = bytesOf([
      { kind: "followerInfo", acceptedEpoch: 1, serverId: 2, protocolVersion: 3, configVersion: 4 },
    ]);
    const shortened = (dataBytes: number) => {
      const short = Buffer.concat([bytes.subarray(0, 16 + dataBytes), bytes.subarray(-4)]);
      short.writeInt32BE(dataBytes, 12);
      return packetsOf(parse(short));
    };
    const info = { kind: "followerInfo", acceptedEpoch: 1, serverId: 2 };
    expect(shortened(8)).toEqual([{ ...info, protocolVersion: 1, configVersion: 0 }]);
    expect(shortened(12)).toEqual([{ ...info, protocolVersion: 3, configVersion: 0 }]);
  });
});

describe("snapshots between packets", () => {
  const snap: QuorumPacket = { kind: "snap", zxid: 7 };
  const after: QuorumPacket = { kind: "newLeader", zxid: 7, configuration: "version=0" };

  it("are handed on byte by byte, and packets follow", () => {
    fc.assert(
      fc.property(anySnapshot, fc.integer({ min: 1, max: 90 }), (bytes, chunkBytes) => {
        const events = parse(Buffer.concat([bytesOf([snap]), bytes, SNAPSHOT_SIGNATURE, bytesOf([after])]), chunkBytes);
        const parts = events.flatMap((event) => (event.kind === "snapshotBytes" ? [event.bytes] : []));
        expect(Buffer.concat(parts).equals(bytes)).toBe(true);
        const others = events.filter((event) => event.kind !== "snapshotBytes");
        expect(others).toEqual([
          { kind: "packet", packet: snap },
          { kind: "snapshotEnd" },
          { kind: "packet", packet: after },
        ]);
      }),
    );
  });

  it("must be ones", () => {
    const finder = (hex: string) => () => new SnapshotEndFinder().push(Buffer.from(hex, "hex"));
    expect(finder("ffffffff")).toThrow("number of sessions is -1");
    expect(finder("0000000080000000")).toThrow("number of ACL lists is -2147483648");
    expect(finder("0000000000000000fffffffe")).toThrow("length of path is -2");
    expect(finder("0000000000000000000000012f00000001")).toThrow('must end with "BenWasHere"');
  });

  it("with a changed bit are other snapshots, have no end yet or are refused", () => {
    fc.assert(
      fc.property(anySnapshot, fc.nat(), (snapshotBytes, bit) => {
        const bytes = Buffer.concat([bytesOf([snap]), snapshotBytes, SNAPSHOT_SIGNATURE, bytesOf([after])]);
        bytes[(bit >> 3) % bytes.length] ^= 1 << (bit & 7);
        attempt(bytes);
      }),
    );
  });
});

/** Anything but a BytesError fails the test. */
function attempt(bytes: Buffer): void {
  try {
    parse(bytes, 7);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
  }
}
