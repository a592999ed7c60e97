export { type CacheChange, type CachedNode, type CacheListener } from "./caches/cached-node.ts";
export { ChildrenCache } from "./caches/children-cache.ts";
export { NodeCache } from "./caches/node-cache.ts";
export { TreeCache, type TreeCacheOptions } from "./caches/tree-cache.ts";
export { type ConnectOptions } from "./connect-options.ts";
export {
  type ConnectionString,
  formatConnectionString,
  type HostAndPort,
  parseConnectionString,
} from "./connection-string.ts";
export { type Data } from "./data.ts";
export { type Created, type CreateOptions, type NodeOptions } from "./operations/create.ts";
export { type ReconfigOptions } from "./operations/inspect.ts";
export { type Read, type ReadResults } from "./operations/multi-read.ts";
export { type NodeChildren, type NodeData, type ReadOptions } from "./operations/read.ts";
export { type CreatedInTransaction, type Transaction } from "./operations/transaction.ts";
export { type WatchSelection } from "./operations/watch.ts";
export { type NodeAcl, type VersionOptions } from "./operations/write.ts";
export { type AddWatchOptions, type PersistentWatch } from "./persistent-watch.ts";
export { type BackoffOptions } from "./session/backoff.ts";
export { type TlsOptions } from "./session/open-socket.ts";
export { Barrier } from "./recipes/barrier.ts";
export { Counter } from "./recipes/counter.ts";
export { DoubleBarrier } from "./recipes/double-barrier.ts";
export { EphemeralNode } from "./recipes/ephemeral-node.ts";
export { GroupMembership, type Members } from "./recipes/group-membership.ts";
export { LeaderElection, type LeaderElectionOptions, type Participant } from "./recipes/leader-election.ts";
export { Lock, type LockOptions } from "./recipes/lock.ts";
export { Ownership } from "./recipes/ownership.ts";
export { Queue } from "./recipes/queue.ts";
export { ReadWriteLock } from "./recipes/read-write-lock.ts";
export { Semaphore, type SemaphoreOptions } from "./recipes/semaphore.ts";
export { type NewInstance, type Registration, ServiceCache, ServiceDiscovery } from "./recipes/service-discovery.ts";
export { buildUri, type ServiceInstance, type ServiceType, type UriSpec } from "./recipes/service-instance.ts";
export {
  BYTES,
  COUNT,
  json,
  SharedValue,
  TEXT,
  type ValueFormat,
  type VersionedValue,
} from "./recipes/shared-value.ts";
export { type CallOptions } from "./session/operation.ts";
export { type AuthInfo, type SaslOptions, type SessionCredentials } from "./session/session-options.ts";
export { isConnected, isOver, type SessionState } from "./session/session-state.ts";
export { type StateListener } from "./session/session.ts";
export { type NodeEvent, type WatchCallback, type WatchEvent, type WatchLostEvent } from "./session/watch-registry.ts";
export { type EnsureOptions } from "./tree-operations.ts";
export { type ResyncEvent, type WatchOptions } from "./watch-stream.ts";
export {
  isZooKeeperError,
  type ServerErrorCode,
  ZooKeeperError,
  type ZooKeeperErrorCode,
  type ZooKeeperErrorOptions,
} from "./zookeeper-error.ts";
export { ZooKeeper } from "./zookeeper.ts";

export {
  type Acl,
  ANYONE_ID,
  childPath,
  type ClientInfo,
  CREATOR_ALL_ACL,
  type Id,
  nodeName,
  OPEN_ACL,
  parentPath,
  Permission,
  READ_ACL,
  type Stat,
} from "@branta/zookeeper-protocol";
