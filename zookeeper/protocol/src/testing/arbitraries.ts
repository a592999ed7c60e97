import type { Codec } from "@branta/foundation-bytes";
import fc, { type Arbitrary } from "fast-check";
import { OpCode } from "../op-codes.ts";
import { aclCodec } from "../records/acl.ts";
import { statCodec } from "../records/stat.ts";
import { statPersistedCodec } from "../records/stat-persisted.ts";

/** Values that any jute field of a kind may have. */
export const int = fc.integer();
export const long = fc.maxSafeInteger();
export const bigLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
export const bool = fc.boolean();
export const text = fc.string({ unit: "grapheme", maxLength: 24 });
export const texts = fc.array(text, { maxLength: 4 });
export const nullableText = fc.option(text);
export const buffer = fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));

export const id = fc.record({ scheme: text, id: text });
export const acls = fc.array(fc.record({ perms: int, id }), { maxLength: 3 });
export const clientInfo = fc.record({ authScheme: text, user: text });

const statFields = {
  czxid: long,
  mzxid: long,
  ctime: long,
  mtime: long,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: bigLong,
  pzxid: long,
};
export const statPersisted = fc.record(statFields);
export const stat = fc.record({ ...statFields, dataLength: int, numChildren: int });

export const create = { path: text, data: buffer, acl: acls, flags: int };
export const createTtl = { ...create, ttl: long };
export const pathAndVersion = { path: text, version: int };
export const pathAndWatch = { path: text, watch: bool };
export const setData = { path: text, data: buffer, version: int };

const created = { path: text, data: buffer, acl: acls, parentCVersion: int };

export const multiOp = fc.oneof(
  typed([OpCode.create, OpCode.create2, OpCode.createContainer], create),
  typed([OpCode.createTTL], createTtl),
  typed([OpCode.delete, OpCode.check], pathAndVersion),
  typed([OpCode.setData], setData),
);

export const multiResult = fc.oneof(
  typed([OpCode.create], { path: text }),
  typed([OpCode.create2, OpCode.createContainer, OpCode.createTTL], { path: text, stat }),
  typed([OpCode.delete, OpCode.check], {}),
  typed([OpCode.setData], { stat }),
  typed([OpCode.error], { err: int }),
);

export const multiReadResult = fc.oneof(
  typed([OpCode.getData], { data: buffer, stat }),
  typed([OpCode.getChildren], { children: texts }),
  typed([OpCode.error], { err: int }),
);

export const subTxn = fc.oneof(
  typed([OpCode.create, OpCode.create2], { ...created, ephemeral: bool }),
  typed([OpCode.createTTL], { ...created, ttl: long }),
  typed([OpCode.createContainer], created),
  typed([OpCode.delete, OpCode.deleteContainer], { path: text }),
  typed([OpCode.setData], setData),
  typed([OpCode.check], pathAndVersion),
  typed([OpCode.error], { err: int }),
);

export const txn = fc.oneof(
  subTxn,
  typed([OpCode.reconfig], setData),
  typed([OpCode.setACL], { path: text, acl: acls, version: int }),
  typed([OpCode.createSession], { timeOut: int }),
  typed([OpCode.closeSession], { paths2Delete: texts }),
  typed([OpCode.multi], { txns: fc.array(subTxn, { maxLength: 4 }) }),
);

export const txnHeader = { clientId: bigLong, cxid: int, zxid: long, time: long };

export const txnEntry = fc
  .record({
    header: fc.record(txnHeader),
    txn,
    digest: fc.option(fc.record({ version: int, treeDigest: bigLong })),
  })
  .map((entry) => ({ ...entry, header: { ...entry.header, type: entry.txn.type } }));

/** The records that stand in others only. */
export const recordCases: readonly (readonly [Codec<unknown>, Arbitrary<unknown>])[] = [
  [aclCodec, fc.record({ perms: int, id })],
  [statCodec, stat],
  [statPersistedCodec, statPersisted],
];

function typed<T extends object>(types: readonly number[], fields: { [K in keyof T]: Arbitrary<T[K]> }) {
  return fc.record({ ...fields, type: fc.constantFrom(...types) });
}
