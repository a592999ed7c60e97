import { BytesError, type Codec, decodeFromBuffer, encodeToBuffer } from "@branta/foundation-bytes";
import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import * as protocol from "./index.ts";
import * as any from "./testing/arbitraries.ts";
import * as quorum from "./testing/quorum-arbitraries.ts";

const connect = { protocolVersion: any.int, timeOut: any.int, sessionId: any.bigLong, passwd: any.buffer };
const created = { path: any.text, data: any.buffer, acl: any.acls, parentCVersion: any.int };
const oneShot = { relativeZxid: any.long, dataWatches: any.texts, existWatches: any.texts, childWatches: any.texts };
const persistent = { persistentWatches: any.texts, persistentRecursiveWatches: any.texts };

/** Every codec of the package, and any value it may have to carry. */
const CASES: readonly (readonly [Codec<unknown>, Arbitrary<unknown>])[] = [
  ...any.recordCases,
  [protocol.idCodec, any.id],
  [protocol.clientInfoCodec, any.clientInfo],

  [protocol.addWatchRequest, fc.record({ path: any.text, mode: any.int })],
  [protocol.authPacket, fc.record({ type: any.int, scheme: any.text, auth: any.buffer })],
  [protocol.checkVersionRequest, fc.record(any.pathAndVersion)],
  [protocol.checkWatchesRequest, fc.record({ path: any.text, type: any.int })],
  [protocol.connectRequest, withReadOnly({ ...connect, lastZxidSeen: any.long })],
  [protocol.connectResponse, withReadOnly(connect)],
  [protocol.createRequest, fc.record(any.create)],
  [protocol.createResponse, fc.record({ path: any.text })],
  [protocol.create2Response, fc.record({ path: any.text, stat: any.stat })],
  [protocol.createTtlRequest, fc.record(any.createTtl)],
  [protocol.deleteRequest, fc.record(any.pathAndVersion)],
  [protocol.errorResponse, fc.record({ err: any.int })],
  [protocol.existsRequest, fc.record(any.pathAndWatch)],
  [protocol.existsResponse, fc.record({ stat: any.stat })],
  [protocol.getAclRequest, fc.record({ path: any.text })],
  [protocol.getAclResponse, fc.record({ acl: any.acls, stat: any.stat })],
  [protocol.getAllChildrenNumberRequest, fc.record({ path: any.text })],
  [protocol.getAllChildrenNumberResponse, fc.record({ totalNumber: any.int })],
  [protocol.getChildrenRequest, fc.record(any.pathAndWatch)],
  [protocol.getChildrenResponse, fc.record({ children: any.texts })],
  [protocol.getChildren2Request, fc.record(any.pathAndWatch)],
  [protocol.getChildren2Response, fc.record({ children: any.texts, stat: any.stat })],
  [protocol.getDataRequest, fc.record(any.pathAndWatch)],
  [protocol.getDataResponse, fc.record({ data: any.buffer, stat: any.stat })],
  [protocol.getEphemeralsRequest, fc.record({ prefixPath: any.nullableText })],
  [protocol.getEphemeralsResponse, fc.record({ ephemerals: any.texts })],
  [protocol.multiHeader, fc.record({ type: any.int, done: any.bool, err: any.int })],
  [protocol.multiReadRequest, fc.record({ ops: fc.array(readOp(), { maxLength: 4 }) })],
  [protocol.multiReadResponse, fc.record({ results: fc.array(any.multiReadResult, { maxLength: 4 }) })],
  [protocol.multiRequest, fc.record({ ops: fc.array(any.multiOp, { maxLength: 4 }) })],
  [protocol.multiResponse, fc.record({ results: fc.array(any.multiResult, { maxLength: 4 }) })],
  [protocol.reconfigRequest, fc.record(reconfig())],
  [protocol.removeWatchesRequest, fc.record({ path: any.text, type: any.int })],
  [protocol.replyHeader, fc.record({ xid: any.int, zxid: any.long, err: any.int })],
  [protocol.requestHeader, fc.record({ xid: any.int, type: any.int })],
  [protocol.saslRequest, fc.record({ token: any.buffer })],
  [protocol.saslResponse, fc.record({ token: any.buffer })],
  [protocol.setAclRequest, fc.record({ path: any.text, acl: any.acls, version: any.int })],
  [protocol.setAclResponse, fc.record({ stat: any.stat })],
  [protocol.setDataRequest, fc.record(any.setData)],
  [protocol.setDataResponse, fc.record({ stat: any.stat })],
  [protocol.setWatches, fc.record(oneShot)],
  [protocol.setWatches2, fc.record({ ...oneShot, ...persistent })],
  [protocol.syncRequest, fc.record({ path: any.text })],
  [protocol.syncResponse, fc.record({ path: any.text })],
  [protocol.watcherEvent, fc.record({ type: any.int, state: any.int, path: any.text })],
  [protocol.whoAmIResponse, fc.record({ clientInfo: fc.array(any.clientInfo, { maxLength: 3 }) })],

  [protocol.electionGreeting, quorum.electionGreeting],
  [protocol.notification, quorum.notification],
  [protocol.quorumAuthPacket, fc.record({ status: any.int, token: any.buffer })],

  [protocol.checkVersionTxn, fc.record(any.pathAndVersion)],
  [protocol.closeSessionTxn, fc.record({ paths2Delete: any.texts })],
  [protocol.createContainerTxn, fc.record(created)],
  [protocol.createSessionTxn, fc.record({ timeOut: any.int })],
  [protocol.createTtlTxn, fc.record({ ...created, ttl: any.long })],
  [protocol.createTxn, fc.record({ ...created, ephemeral: any.bool })],
  [protocol.deleteTxn, fc.record({ path: any.text })],
  [protocol.errorTxn, fc.record({ err: any.int })],
  [protocol.multiTxn, fc.record({ txns: fc.array(any.subTxn, { maxLength: 4 }) })],
  [protocol.setAclTxn, fc.record({ path: any.text, acl: any.acls, version: any.int })],
  [protocol.setDataTxn, fc.record(any.setData)],
  [protocol.setMaxChildrenTxn, fc.record({ path: any.text, max: any.int })],
  [protocol.txnDigest, fc.record({ version: any.int, treeDigest: any.bigLong })],
  [protocol.txnEntry, any.txnEntry],
  [protocol.txnHeader, fc.record({ ...any.txnHeader, type: any.int })],

  [protocol.fileHeader, fc.record({ magic: any.int, version: any.int, dbid: any.long })],
  [protocol.snapshotAcl, fc.record({ aclId: any.long, acl: any.acls })],
  [protocol.snapshotNode, fc.record({ path: any.text, data: any.buffer, aclId: any.long, stat: any.statPersisted })],
  [protocol.snapshotSession, fc.record({ sessionId: any.bigLong, timeOut: any.int })],
  [protocol.zxidDigest, fc.record({ zxid: any.long, digestVersion: any.int, digest: any.bigLong })],
];

/** Forms that end before their last field, so that a shorter input may be a whole value. */
const OPEN_ENDED: ReadonlySet<Codec<unknown>> = new Set<Codec<unknown>>([
  protocol.connectRequest,
  protocol.connectResponse,
  protocol.createTxn,
  protocol.closeSessionTxn,
  protocol.txnEntry,
  protocol.notification,
]);

describe.each(CASES.map(([codec, values]) => [codec.name, codec, values] as const))("%s", (_name, codec, values) => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeFromBuffer(codec, encodeToBuffer(codec, value))).toEqual(value);
      }),
    );
  });

  it("says where a shorter input ends", () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, cut) => {
        const bytes = encodeToBuffer(codec, value);
        const outcome = attempt(codec, bytes.subarray(0, cut % bytes.length));
        if (!OPEN_ENDED.has(codec)) expect(outcome).toBeInstanceOf(BytesError);
      }),
    );
  });

  it("takes a changed bit for another value or refuses it", () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, bit) => {
        const bytes = encodeToBuffer(codec, value);
        bytes[(bit >> 3) % bytes.length] ^= 1 << (bit & 7);
        attempt(codec, bytes);
      }),
    );
  });

  it("refuses random bytes or makes a value of them", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void attempt(codec, Buffer.from(bytes))));
  });
});

it("leaves out no codec of the package", () => {
  const covered = new Set(CASES.map(([codec]) => codec));
  const exported = Object.values<unknown>(protocol).filter(isCodec);
  expect(exported.filter((codec) => !covered.has(codec)).map((codec) => codec.name)).toEqual([]);
});

/** The value or the BytesError; anything else that is thrown fails the test. */
function attempt(codec: Codec<unknown>, bytes: Buffer): unknown {
  try {
    return decodeFromBuffer(codec, bytes);
  } catch (error) {
    if (error instanceof BytesError) return error;
    throw error;
  }
}

function isCodec(value: unknown): value is Codec<unknown> {
  return typeof value === "object" && value !== null && "encode" in value && "decode" in value;
}

function withReadOnly<T>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<unknown> {
  const readOnly = fc.constantFrom(
    { readOnly: false, readOnlyPresent: false },
    { readOnly: false, readOnlyPresent: true },
    { readOnly: true, readOnlyPresent: true },
  );
  return fc.tuple(fc.record(fields), readOnly).map(([rest, flags]) => ({ ...rest, ...flags }));
}

function readOp(): Arbitrary<unknown> {
  return fc.record({
    ...any.pathAndWatch,
    type: fc.constantFrom(protocol.OpCode.getData, protocol.OpCode.getChildren),
  });
}

function reconfig() {
  const { nullableText } = any;
  return {
    joiningServers: nullableText,
    leavingServers: nullableText,
    newMembers: nullableText,
    curConfigId: any.long,
  };
}
