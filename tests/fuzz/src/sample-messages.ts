import { Writer } from "@branta/foundation-bytes";
import { CreateMode, messageTypes, OPEN_ACL, OpCode, replyHeader, requestHeader } from "@branta/zookeeper-protocol";

const path = "/kafka/brokers/ids";
const data = Buffer.from("some data");
const acl = [...OPEN_ACL, { perms: 1, id: { scheme: "digest", id: "user:hash=" } }];
const texts = ["/a", "", "/ä/日本"];

export const sampleStat = {
  czxid: 0x1_0000_0002,
  mzxid: 0x1_0000_0003,
  ctime: 1_700_000_000_000,
  mtime: 1_700_000_000_001,
  version: 1,
  cversion: 2,
  aversion: 3,
  ephemeralOwner: 0x100_0011_2328_0027n,
  dataLength: 9,
  numChildren: 4,
  pzxid: 0x1_0000_0004,
};

const OPS = [
  { type: OpCode.create, path, data, acl, flags: CreateMode.Ephemeral },
  { type: OpCode.createTTL, path, data: null, acl: [], flags: CreateMode.PersistentWithTtl, ttl: 60_000 },
  { type: OpCode.delete, path, version: -1 },
  { type: OpCode.setData, path, data, version: 1 },
  { type: OpCode.check, path, version: 0 },
];
const RESULTS = [
  { type: OpCode.create, path },
  { type: OpCode.create2, path, stat: sampleStat },
  { type: OpCode.delete },
  { type: OpCode.setData, stat: sampleStat },
  { type: OpCode.error, err: -2 },
];
const READS = [
  { type: OpCode.getData, path, watch: false },
  { type: OpCode.getChildren, path, watch: true },
];
const READ_RESULTS = [
  { type: OpCode.getData, data, stat: sampleStat },
  { type: OpCode.getChildren, children: texts },
  { type: OpCode.error, err: -101 },
];

/** All fields that any request or reply has; each codec takes those it knows. */
const FIELDS = {
  path,
  data,
  acl,
  flags: CreateMode.PersistentSequential,
  ttl: 60_000,
  version: -1,
  watch: true,
  stat: sampleStat,
  children: texts,
  ephemerals: texts,
  prefixPath: null,
  totalNumber: 7,
  joiningServers: "server.1=127.0.0.1:2888:3888;2181",
  leavingServers: null,
  newMembers: null,
  curConfigId: -1,
  type: 3,
  mode: 1,
  state: 3,
  err: 0,
  scheme: "digest",
  auth: Buffer.from("user:password"),
  token: data,
  relativeZxid: 0x1_0000_0002,
  dataWatches: texts,
  existWatches: [],
  childWatches: texts,
  persistentWatches: [path],
  persistentRecursiveWatches: texts,
  clientInfo: [{ authScheme: "ip", user: "127.0.0.1" }],
};

/** A whole request frame of every operation. */
export function sampleRequests(): Buffer[] {
  return [...messageTypes.values()].map(({ opCode, request }) => {
    const writer = new Writer();
    requestHeader.encode(writer, { xid: 5, type: opCode });
    request?.encode(writer, { ...FIELDS, ops: opCode === OpCode.multiRead ? READS : OPS });
    return writer.take();
  });
}

/** A whole reply frame of every operation, behind the number of the operation in four bytes. */
export function sampleReplies(): Buffer[] {
  return [...messageTypes.values()].map(({ opCode, response }) => {
    const writer = new Writer();
    writer.int(opCode);
    replyHeader.encode(writer, { xid: 5, zxid: 0x1_0000_0002, err: 0 });
    response?.encode(writer, { ...FIELDS, results: opCode === OpCode.multiRead ? READ_RESULTS : RESULTS });
    return writer.take();
  });
}
