import { CONTAINER_OWNER, OpCode, type OwnerRules, ttlOwner, ttlOwner353, type Txn } from "@branta/zookeeper-protocol";

/** The ephemeralOwner of the node that a transaction creates; `sessionId` is the transaction's client. */
export function ownerOfTxn(txn: Txn, sessionId: bigint, rules: OwnerRules): bigint {
  switch (txn.type) {
    case OpCode.createContainer:
      return CONTAINER_OWNER;
    case OpCode.createTTL:
      return rules.emulate353 ? ttlOwner353(BigInt(txn.ttl)) : ttlOwner(txn.ttl);
    case OpCode.create:
    case OpCode.create2:
      return txn.ephemeral ? sessionId : 0n;
    default:
      return 0n;
  }
}
