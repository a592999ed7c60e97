import { readFileSync } from "node:fs";
import { BytesError } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import type { Acl } from "../records/acl.ts";
import { nodeDigest } from "../digest.ts";
import { SnapshotDecoder, type SnapshotEvent } from "./snapshot-decoder.ts";
import { SnapshotEncoder } from "./snapshot-encoder.ts";
import { OPEN_ACL_ID } from "./snapshot-records.ts";

const golden = (name: string) => readFileSync(new URL(`golden/${name}.bin`, import.meta.url));

function decode(bytes: Buffer, chunkBytes = bytes.length): SnapshotEvent[] {
  const decoder = new SnapshotDecoder();
  const events: SnapshotEvent[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    events.push(...decoder.push(bytes.subarray(at, at + chunkBytes)));
  decoder.finish();
  return events;
}

/** The snapshot that would tell the same. */
function encode(events: readonly SnapshotEvent[], takeEveryNode = false): Buffer {
  const encoder = new SnapshotEncoder(128);
  const chunks: Buffer[] = [];
  const sessions = new Map<bigint, number>();
  const acls = new Map<number, readonly Acl[]>();
  for (const event of events) {
    if (event.type === "session") sessions.set(event.session.sessionId, event.session.timeOut);
    if (event.type === "acl") acls.set(event.entry.aclId, event.entry.acl);
  }
  encoder.begin(sessions, acls);
  for (const event of events) {
    if (event.type === "node") encoder.node(event.node);
    if (event.type === "sealed") encoder.endNodes();
    if (event.type === "digest") encoder.digest(event.digest);
    if (event.type === "lastProcessedZxid") encoder.lastProcessedZxid(event.zxid);
    if (takeEveryNode) chunks.push(encoder.take());
  }
  if (encoder.length > 0) chunks.push(encoder.take());
  return Buffer.concat(chunks);
}

function nodesOf(events: readonly SnapshotEvent[]) {
  return events.flatMap((event) => (event.type === "node" ? [event.node] : []));
}

const STAT = {
  czxid: 1,
  mzxid: 2,
  ctime: 3,
  mtime: 4,
  version: 5,
  cversion: 6,
  aversion: 7,
  ephemeralOwner: 8n,
  pzxid: 9,
};

/** One of everything. */
const FULL: readonly SnapshotEvent[] = [
  { type: "session", session: { sessionId: 0x100001123280027n, timeOut: 30_000 } },
  { type: "session", session: { sessionId: -1n, timeOut: 4_000 } },
  { type: "acl", entry: { aclId: 1, acl: [{ perms: 31, id: { scheme: "world", id: "anyone" } }] } },
  { type: "acl", entry: { aclId: 2, acl: [] } },
  { type: "acl", entry: { aclId: 7, acl: [1, 2].map((perms) => ({ perms, id: { scheme: "ip", id: "10.0.0.1" } })) } },
  { type: "node", node: { path: "", data: Buffer.alloc(0), aclId: OPEN_ACL_ID, stat: STAT } },
  { type: "node", node: { path: "/ä", data: null, aclId: 7, stat: STAT } },
  { type: "node", node: { path: "/ä/b", data: Buffer.alloc(3_000, 5), aclId: 1, stat: STAT } },
  { type: "sealed" },
  { type: "digest", digest: { zxid: 0x100000002, digestVersion: 2, digest: -5n } },
  { type: "lastProcessedZxid", zxid: 0x100000003 },
];
const HEADER: SnapshotEvent = { type: "header", header: { magic: 0x5a4b534e, version: 2, dbid: -1 } };

describe("snapshots that Apache wrote", () => {
  it.each(["snapshot.0", "snapshot.100000004"])("%s reads and writes back the same", (name) => {
    const bytes = golden(name);
    expect(encode(decode(bytes)).equals(bytes)).toBe(true);
  });

  it("hold the nodes, the ACLs and the digest", () => {
    const events = decode(golden("snapshot.100000004"));
    expect(nodesOf(events).map((node) => node.path)).toEqual([
      "",
      "/a",
      "/zookeeper",
      "/zookeeper/config",
      "/zookeeper/quota",
    ]);
    expect(nodesOf(events)[1].data?.toString()).toBe("2");
    expect(events.filter((event) => event.type === "acl")).toHaveLength(2);
    expect(events.at(-1)).toEqual({ type: "digest", digest: { zxid: 0, digestVersion: 2, digest: 0n } });
  });

  it("have nodes that add up to the digest logged with the last transaction", () => {
    const sum = nodesOf(decode(golden("snapshot.100000004"))).reduce(
      (total, node) => total + nodeDigest(node.path, node.data, node.stat),
      0,
    );
    expect(sum).toBe(0x1b1629b61);
  });
});

describe("snapshot decoder", () => {
  it.each([1, 2, 3, 7, 12, 13, 64, 1_000, 10_000])("can stop anywhere: chunks of %i bytes", (chunkBytes) => {
    expect(decode(encode(FULL), chunkBytes)).toEqual([HEADER, ...FULL]);
  });

  it("reads what was taken from the encoder in pieces", () => {
    expect(encode(FULL, true).equals(encode(FULL))).toBe(true);
  });

  it.each([
    ["up to 3.5", FULL.filter(({ type }) => type !== "digest" && type !== "lastProcessedZxid")],
    ["of 3.6 to 3.8", FULL.filter(({ type }) => type !== "lastProcessedZxid")],
    ["without digests", FULL.filter(({ type }) => type !== "digest")],
    [
      "of the first digests",
      FULL.map((event) =>
        event.type === "digest" ? { ...event, digest: { ...event.digest, digestVersion: 1 } } : event,
      ),
    ],
    ["of an empty server", FULL.filter(({ type }) => type !== "session" && type !== "acl")],
  ])("reads the forms %s", (_name, events) => {
    for (const chunkBytes of [1, 5, 10_000]) expect(decode(encode(events), chunkBytes)).toEqual([HEADER, ...events]);
  });

  it("takes a digest that is no number for none", () => {
    const events: SnapshotEvent[] = FULL.map((event) =>
      event.type === "digest" ? { ...event, digest: { ...event.digest, digestVersion: 1, digest: 0n } } : event,
    );
    expect(decode(encode(events))).toContainEqual(events[9]);
  });

  it("ignores what a later version may append", () => {
    expect(decode(Buffer.concat([encode(FULL), Buffer.alloc(100, 1)]), 7)).toEqual([HEADER, ...FULL]);
  });

  it("refuses every shorter snapshot but those that end with a seal", () => {
    const bytes = encode(FULL);
    const lengths: number[] = [];
    for (let length = 0; length <= bytes.length; length++) {
      try {
        decode(bytes.subarray(0, length), 1_000);
        lengths.push(length);
      } catch (error) {
        expect(error).toBeInstanceOf(BytesError);
        expect(error).toHaveProperty("code", "truncated");
      }
    }
    expect(lengths).toEqual([bytes.length - 21 - 33, bytes.length - 21, bytes.length]);
  });

  it("refuses every changed bit", () => {
    const bytes = encode(FULL.filter((event) => event.type !== "node" || event.node.path === ""));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] ^= 1 << (bit & 7);
      expect(() => decode(changed), `bit ${bit}`).toThrow(BytesError);
    }
  });

  it("says where in the snapshot the problem is", () => {
    const bytes = encode(FULL);
    bytes.writeInt32BE(-7, bytes.indexOf("/ä") - 4);
    const at = bytes.indexOf("/ä") - 4;
    for (const chunkBytes of [1, 50, 10_000]) {
      expect(() => decode(bytes, chunkBytes)).toThrow(`Cannot read snapshot at ${at}: `);
    }
  });

  it("stays failed", () => {
    const decoder = new SnapshotDecoder();
    for (let i = 0; i < 3; i++) expect(() => decoder.push(Buffer.alloc(16))).toThrow("magic is 0x00000000");
  });
});
