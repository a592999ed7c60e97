import { encodeToBuffer, Writer } from "@branta/foundation-bytes";
import {
  OPEN_ACL,
  OPEN_ACL_ID,
  OpCode,
  SnapshotEncoder,
  type Txn,
  type TxnEntry,
  txnEntry,
  writeLogEntry,
} from "@branta/zookeeper-protocol";
import { sampleStat } from "./sample-messages.ts";

const path = "/kafka/brokers/ids";
const data = Buffer.from("some data");
const created = { path, data, acl: OPEN_ACL, parentCVersion: 3 };

const TXNS: readonly Txn[] = [
  { type: OpCode.create, ...created, ephemeral: true },
  { type: OpCode.create2, ...created, ephemeral: false },
  { type: OpCode.createTTL, ...created, ttl: 60_000 },
  { type: OpCode.createContainer, ...created },
  { type: OpCode.delete, path },
  { type: OpCode.deleteContainer, path },
  { type: OpCode.setData, path, data: null, version: 1 },
  { type: OpCode.reconfig, path, data, version: -1 },
  { type: OpCode.setACL, path, acl: OPEN_ACL, version: 1 },
  { type: OpCode.createSession, timeOut: 30_000 },
  { type: OpCode.closeSession, paths2Delete: [path, "/a"] },
  { type: OpCode.closeSession, paths2Delete: null },
  { type: OpCode.error, err: -101 },
  {
    type: OpCode.multi,
    txns: [
      { type: OpCode.create, ...created, ephemeral: true },
      { type: OpCode.check, path, version: 1 },
      { type: OpCode.error, err: -2 },
    ],
  },
];

function sampleEntries(): TxnEntry[] {
  return TXNS.map((txn, at) => ({
    header: { clientId: 0x100_0011_2328_0027n, cxid: at, zxid: at + 1, time: 1_700_000_000_000, type: txn.type },
    txn,
    digest: at % 4 === 3 ? null : { version: 2, treeDigest: 0x1_b162_9b61n },
  }));
}

/** Every kind of transaction, with and without digest. */
export function sampleTxns(): Buffer[] {
  return sampleEntries().map((entry) => encodeToBuffer(txnEntry, entry));
}

/** Pieces of a log: three entries each, and one that ends in free room. */
export function sampleLogs(): Buffer[] {
  const entries = sampleEntries();
  const logs: Buffer[] = [];
  for (let at = 0; at < entries.length; at += 3) {
    const writer = new Writer();
    for (const entry of entries.slice(at, at + 3)) writeLogEntry(writer, entry);
    logs.push(writer.take());
  }
  return [...logs, Buffer.concat([logs[0], Buffer.alloc(64)])];
}

/** Small snapshots of every version. */
export function sampleSnapshots(): Buffer[] {
  return [
    sampleSnapshot(() => {}),
    sampleSnapshot((encoder) => encoder.digest({ zxid: 4, digestVersion: 2, digest: 5n })),
    sampleSnapshot((encoder) => encoder.lastProcessedZxid(4)),
    sampleSnapshot((encoder) => {
      encoder.digest({ zxid: 4, digestVersion: 1, digest: 5n });
      encoder.lastProcessedZxid(4);
    }),
  ];
}

function sampleSnapshot(end: (encoder: SnapshotEncoder) => void): Buffer {
  const encoder = new SnapshotEncoder(1024);
  encoder.begin(
    new Map([
      [1n, 30_000],
      [2n, 4_000],
    ]),
    new Map([
      [1, OPEN_ACL],
      [2, []],
    ]),
  );
  for (const [at, path] of ["", "/a", "/a/ä"].entries()) {
    encoder.node({ path, data: at === 1 ? null : data, aclId: at === 0 ? OPEN_ACL_ID : at, stat: sampleStat });
  }
  encoder.endNodes();
  end(encoder);
  return encoder.take();
}
