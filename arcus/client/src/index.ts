export { ArcusClient } from "./arcus-client.ts";
export { ArcusError, type ArcusErrorCode, type ArcusErrorOptions, isArcusError } from "./arcus-error.ts";
export { type CallOptions } from "./call-options.ts";
export { type ClientOptions } from "./client-options.ts";
export { type Hooks, type NodeEvent, type OperationEvent, type RingEvent } from "./hooks.ts";
export { type NodeStatus } from "./node/cache-node.ts";
export { type BackoffOptions } from "./node/node-options.ts";
export { type AttributeChanges, type Attributes } from "./operations/attributes.ts";
export { type BulkResult } from "./operations/bulk.ts";
export {
  type CollectionAttributes,
  type CreateOptions,
  type ElementDeleteOptions,
  type ElementReadOptions,
  type InsertOptions,
  type InsertOutcome,
  type OverflowAction,
} from "./operations/collection-options.ts";
export { type Expiry } from "./operations/expiry.ts";
export { type CountOptions, type ReadOptions, type StoreOptions, type Versioned } from "./operations/items.ts";
export { type IndexRange, type ListEntry, type ListOperations } from "./operations/lists.ts";
export { type MergedTreeElement, type MergedTrees, type TreeEntry } from "./operations/many-trees.ts";
export { type MapEntry, type MapOperations } from "./operations/maps.ts";
export { type SetEntry, type SetOperations } from "./operations/sets.ts";
export {
  type AroundResult,
  type EflagChange,
  type TreeContents,
  type TreeCountOptions,
  type TreeInsertOptions,
  type TreeInsertResult,
  type TreeUpdate,
} from "./operations/tree-options.ts";
export {
  type BkeyInput,
  type BkeyRangeInput,
  type EflagFilterInput,
  type SelectOptions,
  type TreeElement,
} from "./operations/tree-values.ts";
export { type TreeOperations } from "./operations/trees.ts";
export { type FlushOptions, type ScannedKey, type ScannedPrefix, type ScanOptions } from "./operations/whole-cloud.ts";
export { type ValueOptions } from "./values/codec.ts";
export { JAVA_VALUES, type JavaValue } from "./values/java-values.ts";
export { BYTES, type EncodedValue, json, TEXT, type Transcoder } from "./values/transcoder.ts";
