import { crc32 } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import { nodeDigest } from "./digest.ts";
import type { StatPersisted } from "./records/stat-persisted.ts";

const EMPTY: StatPersisted = {
  czxid: 0,
  mzxid: 0,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  pzxid: 0,
};
const CREATED_MS = 0x1a1fc5a313d;
const CHANGED_MS = 0x1a1fc5a3147;
const CREATED = {
  ...EMPTY,
  czxid: 0x100000002,
  mzxid: 0x100000002,
  pzxid: 0x100000002,
  ctime: CREATED_MS,
  mtime: CREATED_MS,
};

/** The sums that Apache ZooKeeper 3.8.0 logged with the transactions of golden/log.100000001. */
describe("node digest", () => {
  const system = nodeDigest("/zookeeper", null, EMPTY);
  const parent = nodeDigest("/", null, { ...EMPTY, cversion: 1, pzxid: 0x100000002 });

  it("adds up to the digest of an empty tree", () => {
    expect(nodeDigest("", null, EMPTY) + system).toBe(0x51c6d660);
  });

  it("adds up after a create", () => {
    expect(parent + system + nodeDigest("/a", Buffer.from("1"), CREATED)).toBe(0x16bee58e1);
  });

  it("adds up after a change of data", () => {
    const changed = { ...CREATED, mzxid: 0x100000003, mtime: CHANGED_MS, version: 1 };
    expect(parent + system + nodeDigest("/a", Buffer.from("2"), changed)).toBe(0x1b1629b61);
  });

  it("takes the root by both of its names and leaves out what is below /zookeeper", () => {
    expect(nodeDigest("/", null, EMPTY)).toBe(nodeDigest("", null, EMPTY));
    expect(nodeDigest("/zookeeper/quota", Buffer.from("x"), CREATED)).toBe(0);
    expect(nodeDigest("/zookeeperish", null, EMPTY)).not.toBe(0);
  });

  it("comes to the same for large data, which is not copied", () => {
    const zeros = Buffer.alloc(60);
    for (const size of [4_096, 4_097, 100_000]) {
      const data = Buffer.alloc(size, 7);
      expect(nodeDigest("/ä", data, EMPTY)).toBe(crc32(Buffer.concat([Buffer.from("/ä"), data, zeros])));
    }
  });
});
