export * from "./auth/index.ts";
export { applyTxn, type SubResult, type TxnResult } from "./data-tree/apply-txn.ts";
export { DataTree, type DataTreeOptions } from "./data-tree/data-tree.ts";
export { type SnapshotPieces, snapshotPieces, SnapshotRestore } from "./data-tree/snapshot-state.ts";
export { effectiveMultiOp } from "./prepare/multi-op.ts";
export { checkSession, type NodeRequest, type RequestOrigin } from "./prepare/node-preparer.ts";
export { RequestRefusal } from "./prepare/request-refusal.ts";
export {
  type PreparerOptions,
  type Reconfigurer,
  RequestPreparer,
  type WriteRequest,
} from "./prepare/request-preparer.ts";
export * from "./quota/index.ts";
export { LearnerSessions } from "./session/learner-sessions.ts";
export { firstSessionId } from "./session/session-ids.ts";
export { HERE, NOBODY, type Session, SessionTracker } from "./session/session-tracker.ts";
export { statOf, writeStat } from "./tree/stat-of.ts";
export { NO_NODE, ROOT } from "./tree/znode-reader.ts";
export type { ZnodeId } from "./tree/znode-records.ts";
export type { TreeDigest } from "./tree/tree-digest.ts";
export type { ZnodeTree } from "./tree/znode-tree.ts";
export { type DeliverEvent, type TriggerHook, type WatchEvent, WatchManager } from "./watch/watch-manager.ts";
export {
  AT_ONCE,
  type DurableWrite,
  type Effect,
  type Input,
  type LearnerPort,
  type LinkId,
  type LogEntry,
  type PersistToken,
  type PromisingPacket,
  type Question,
  type RoleStatus,
  type ServerId,
  type SnapshotRef,
} from "./zab/effects.ts";
export type { EnsembleConfiguration } from "./zab/quorum/quorum-verifier.ts";
export { ConfigurationError } from "./zab/quorum/configuration-error.ts";
export { ensembleConfiguration } from "./zab/quorum/ensemble-configuration.ts";
export { ZabPeer } from "./zab/zab-peer.ts";
export type { DurableState, ObservingOptions, ZabOptions } from "./zab/zab-options.ts";
