export { CreateMode, isContainer, isCreateMode, isEphemeral, isSequential, isTtl } from "./create-mode.ts";
export { nodeDigest } from "./digest.ts";
export {
  clientOwner,
  CONTAINER_OWNER,
  isTtlMs,
  ownerKind,
  type OwnerKind,
  type OwnerRules,
  ownerTtlMs,
  SERVER_ID_MAX_WITH_TTL,
  TTL_MS_MAX,
  ttlOwner,
  ttlOwner353,
} from "./ephemeral-owner.ts";
export { ErrorCode, errorMessage, errorName } from "./error-codes.ts";
export { AddWatchMode, EventType, eventTypeName, KeeperState, keeperStateName, WatcherType } from "./event-types.ts";
export { formatValue } from "./format-value.ts";
export {
  inspectConnectRequest,
  inspectConnectResponse,
  inspectReply,
  inspectRequest,
  inspectTxnEntry,
} from "./inspect.ts";
export { OpCode, opName } from "./op-codes.ts";
export { childPath, isPlainAsciiPath, nodeName, parentPath, pathProblem, validatePath } from "./paths.ts";
export {
  ANYONE_ID,
  CREATOR_ALL_ACL,
  formatPermissions,
  OPEN_ACL,
  parsePermissions,
  Permission,
  READ_ACL,
} from "./permissions.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export {
  isSessionPassword,
  SESSION_PASSWORD_BYTES,
  sessionPassword,
  writeSessionPassword,
} from "./session-password.ts";
export { Xid } from "./xids.ts";
export { formatSessionId, formatZxid, makeZxid, ZXID_COUNTER_MAX, zxidCounter, zxidEpoch } from "./zxid.ts";

export {
  checkMagic,
  FILE_HEADER_BYTES,
  FILE_VERSION,
  type FileHeader,
  fileHeader,
  LOG_FILE_HEADER,
  LOG_MAGIC,
  SNAPSHOT_FILE_HEADER,
  SNAPSHOT_MAGIC,
} from "./files/file-header.ts";
export { logFileName, logFileZxid, snapshotFileName, snapshotFileZxid } from "./files/file-names.ts";
export {
  LOG_ENTRY_BYTES_MAX,
  LOG_ENTRY_FRAME_BYTES,
  LOG_ENTRY_HEAD_BYTES,
  type LogCorruption,
  type LogEntryResult,
  readLogEntry,
  writeLogEntry,
  writeRawLogEntry,
} from "./files/log-entry.ts";
export { SnapshotDecoder, type SnapshotEvent } from "./files/snapshot-decoder.ts";
export { type Counted, SnapshotEncoder, type SnapshotForm } from "./files/snapshot-encoder.ts";
export {
  END_PATH,
  OPEN_ACL_ID,
  type SnapshotAcl,
  snapshotAcl,
  type SnapshotNode,
  snapshotNode,
  type SnapshotSession,
  snapshotSession,
  type ZxidDigest,
  zxidDigest,
} from "./files/snapshot-records.ts";

export { type Acl, aclCodec, type Id, idCodec, NULL_ACLS, readAcls, writeAcls } from "./records/acl.ts";
export { type ClientInfo, clientInfoCodec } from "./records/client-info.ts";
export { type StatPersisted, STAT_PERSISTED_BYTES, statPersistedCodec } from "./records/stat-persisted.ts";
export { type Stat, STAT_BYTES, statCodec } from "./records/stat.ts";

export { type AddWatchRequest, addWatchRequest } from "./messages/add-watch.ts";
export { type AuthPacket, authPacket } from "./messages/auth.ts";
export { type CheckVersionRequest, checkVersionRequest } from "./messages/check-version.ts";
export { type CheckWatchesRequest, checkWatchesRequest } from "./messages/check-watches.ts";
export { type ConnectRequest, connectRequest, type ConnectResponse, connectResponse } from "./messages/connect.ts";
export { type CreateTtlRequest, createTtlRequest } from "./messages/create-ttl.ts";
export { type CreateRequest, createRequest, type CreateResponse, createResponse } from "./messages/create.ts";
export { type Create2Response, create2Response } from "./messages/create2.ts";
export { type DeleteRequest, deleteRequest } from "./messages/delete.ts";
export { type ErrorResponse, errorResponse } from "./messages/error-response.ts";
export { type ExistsRequest, existsRequest, type ExistsResponse, existsResponse } from "./messages/exists.ts";
export { type GetAclRequest, getAclRequest, type GetAclResponse, getAclResponse } from "./messages/get-acl.ts";
export {
  type GetAllChildrenNumberRequest,
  getAllChildrenNumberRequest,
  type GetAllChildrenNumberResponse,
  getAllChildrenNumberResponse,
} from "./messages/get-all-children-number.ts";
export {
  type GetChildrenRequest,
  getChildrenRequest,
  type GetChildrenResponse,
  getChildrenResponse,
} from "./messages/get-children.ts";
export {
  type GetChildren2Request,
  getChildren2Request,
  type GetChildren2Response,
  getChildren2Response,
} from "./messages/get-children2.ts";
export { type GetDataRequest, getDataRequest, type GetDataResponse, getDataResponse } from "./messages/get-data.ts";
export {
  type GetEphemeralsRequest,
  getEphemeralsRequest,
  type GetEphemeralsResponse,
  getEphemeralsResponse,
} from "./messages/get-ephemerals.ts";
export { type MultiHeader, multiHeader } from "./messages/multi-header.ts";
export {
  type MultiReadOp,
  type MultiReadRequest,
  multiReadRequest,
  type MultiReadResponse,
  multiReadResponse,
  type MultiReadResult,
} from "./messages/multi-read.ts";
export {
  type MultiOp,
  type MultiRequest,
  multiRequest,
  readMultiRequest,
  type MultiResponse,
  multiResponse,
  type MultiResult,
} from "./messages/multi.ts";
export { type ReconfigRequest, reconfigRequest } from "./messages/reconfig.ts";
export { type MessageType, messageTypes } from "./messages/registry.ts";
export { type RemoveWatchesRequest, removeWatchesRequest } from "./messages/remove-watches.ts";
export { type ReplyHeader, replyHeader } from "./messages/reply-header.ts";
export { type RequestHeader, requestHeader } from "./messages/request-header.ts";
export { type SaslRequest, saslRequest, type SaslResponse, saslResponse } from "./messages/sasl.ts";
export { type SetAclRequest, setAclRequest, type SetAclResponse, setAclResponse } from "./messages/set-acl.ts";
export { type SetDataRequest, setDataRequest, type SetDataResponse, setDataResponse } from "./messages/set-data.ts";
export { type SetWatches, setWatches } from "./messages/set-watches.ts";
export { type SetWatches2, setWatches2 } from "./messages/set-watches2.ts";
export { type SyncRequest, syncRequest, type SyncResponse, syncResponse } from "./messages/sync.ts";
export { type WatcherEvent, watcherEvent } from "./messages/watcher-event.ts";
export { type WhoAmIResponse, whoAmIResponse } from "./messages/who-am-i.ts";

export { type ElectionGreeting, electionGreeting, measureElectionGreeting } from "./quorum/election-greeting.ts";
export { type ElectionEvent, ElectionStream } from "./quorum/election-stream.ts";
export { NO_PROPOSAL, type Notification, notification, type PeerState } from "./quorum/notification.ts";
export {
  measureQuorumAuthPacket,
  QUORUM_AUTH_MAGIC,
  type QuorumAuthPacket,
  quorumAuthPacket,
  QuorumAuthStatus,
} from "./quorum/quorum-auth-packet.ts";
export { type QuorumEvent, QuorumPacketParser } from "./quorum/quorum-packet-parser.ts";
export type {
  ForwardedRequest,
  LearnerInfo,
  QuorumPacket,
  QuorumPacketOf,
  SessionTouch,
} from "./quorum/quorum-packet.ts";
export { SNAPSHOT_SIGNATURE } from "./quorum/snapshot-end-finder.ts";
export { type WriteBytes, writeQuorumPacket } from "./quorum/write-quorum-packet.ts";

export { QuotaFormatError } from "./quota/quota-format-error.ts";
export { QUOTA_LIMITS_NODE, QUOTA_ROOT, QUOTA_STATS_NODE, quotaLimitPath, quotaStatPath } from "./quota/quota-paths.ts";
export { StatsTrack } from "./quota/stats-track.ts";

export { type CheckVersionTxn, checkVersionTxn } from "./transactions/check-version-txn.ts";
export { type CloseSessionTxn, closeSessionTxn } from "./transactions/close-session-txn.ts";
export { type CreateContainerTxn, createContainerTxn } from "./transactions/create-container-txn.ts";
export { type CreateSessionTxn, createSessionTxn } from "./transactions/create-session-txn.ts";
export { type CreateTtlTxn, createTtlTxn } from "./transactions/create-ttl-txn.ts";
export { type CreateTxn, createTxn } from "./transactions/create-txn.ts";
export { type DeleteTxn, deleteTxn } from "./transactions/delete-txn.ts";
export { type ErrorTxn, errorTxn } from "./transactions/error-txn.ts";
export { type MultiTxn, multiTxn } from "./transactions/multi-txn.ts";
export { type SetAclTxn, setAclTxn } from "./transactions/set-acl-txn.ts";
export { type SetDataTxn, setDataTxn } from "./transactions/set-data-txn.ts";
export { type SetMaxChildrenTxn, setMaxChildrenTxn } from "./transactions/set-max-children-txn.ts";
export type { SubTxn } from "./transactions/sub-txn.ts";
export { DIGEST_VERSION, TXN_DIGEST_BYTES, type TxnDigest, txnDigest } from "./transactions/txn-digest.ts";
export { type TxnEntry, txnEntry } from "./transactions/txn-entry.ts";
export { type TxnHeader, txnHeader } from "./transactions/txn-header.ts";
export { decodeTxn, encodeTxn, type Txn } from "./transactions/txn.ts";
export { DigestMd5Client, type DigestMd5ClientOptions } from "./sasl/digest-md5-client.ts";
export { type Directive, parseDirectives, quoteValue } from "./sasl/digest-md5-directives.ts";
export { type DigestMd5Parameters, digestMd5Response } from "./sasl/digest-md5-hash.ts";
export {
  jaasClientCredentials,
  type JaasConfig,
  type JaasModule,
  jaasServerCredentials,
  parseJaas,
} from "./sasl/jaas-config.ts";
export { SaslError, type SaslErrorCode } from "./sasl/sasl-error.ts";
export { NULL_TEXT, trimAsJava, writeEchoedText } from "./text.ts";
