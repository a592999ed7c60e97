import fc, { type Arbitrary } from "fast-check";
import type { QuorumPacket } from "../index.ts";
import { bigLong, bool, id, int, long, text } from "./arbitraries.ts";

/** Whatever two servers may say to each other. */
const address = text.filter((text) => text !== "" && !text.includes("|"));
export const electionGreeting = fc.oneof(
  fc.record({ serverId: fc.option(long), addresses: fc.array(address, { minLength: 1, maxLength: 3 }) }),
  fc.record({ serverId: fc.option(fc.nat()), addresses: fc.constant([]) }),
);

export const notification = fc.record({
  state: fc.constantFrom("looking", "following", "leading", "observing"),
  leader: long,
  zxid: long,
  electionEpoch: long,
  peerEpoch: long,
  configuration: fc.option(text),
});

const epoch = fc.integer({ min: -1, max: 2 ** 20 });
const bytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const learner = { acceptedEpoch: epoch, serverId: long, protocolVersion: int, configVersion: long };

export const quorumPacket: Arbitrary<QuorumPacket> = fc.oneof(
  fc.record({ kind: fc.constantFrom("followerInfo", "observerInfo"), ...learner }),
  fc.record({ kind: fc.constant("leaderInfo"), epoch, protocolVersion: int }),
  fc.record({ kind: fc.constant("ackEpoch"), lastZxid: long, currentEpoch: int }),
  fc.record({ kind: fc.constantFrom("diff", "trunc"), zxid: long }),
  fc.record({ kind: fc.constantFrom("ack", "commit"), zxid: long }),
  fc.record({
    kind: fc.constant("newLeader"),
    zxid: long,
    configuration: fc.option(text.filter((text) => text !== "")),
  }),
  fc.record({ kind: fc.constantFrom("upToDate", "sync") }),
  fc.record({ kind: fc.constantFrom("proposal", "inform"), zxid: long, bytes }),
  fc.record({ kind: fc.constant("commitAndActivate"), zxid: long, designatedLeader: long }),
  fc.record({ kind: fc.constant("informAndActivate"), zxid: long, designatedLeader: long, bytes }),
  fc.record({
    kind: fc.constant("ping"),
    zxid: long,
    touched: fc.array(fc.record({ sessionId: bigLong, timeoutMs: int }), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("request"),
    sessionId: bigLong,
    cxid: int,
    type: int,
    body: bytes,
    authInfo: fc.array(id, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("revalidate"), sessionId: bigLong, timeoutMs: int }),
  fc.record({ kind: fc.constant("revalidated"), sessionId: bigLong, isValid: bool }),
) as Arbitrary<QuorumPacket>;
