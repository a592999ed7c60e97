export {
  type Bkey,
  BKEY_BYTES_MAX,
  type BkeyRange,
  bytesBkey,
  compareBkeys,
  formatBkey,
  fromHalves,
  halvesOf,
  numberBkey,
  parseBkey,
  parseBkeyRange,
} from "./bkey.ts";
export {
  type BitwiseOperator,
  type ComparisonOperator,
  type Eflag,
  EFLAG_BYTES_MAX,
  EFLAG_FILTER_VALUES_MAX,
  type EflagFilter,
  type EflagUpdate,
  formatEflag,
  isBitwiseOperator,
  isComparisonOperator,
  matchesFilter,
  parseEflag,
  updateEflag,
} from "./eflag.ts";
export { ketamaHash } from "./ketama/ketama-points.ts";
export { KetamaRing } from "./ketama/ketama-ring.ts";
export { ArcusProtocolError, type ArcusProtocolErrorCode } from "./protocol-error.ts";
export {
  type BkeyElement,
  type ElementReader,
  ElementReply,
  type Elements,
  type FieldElement,
  type PlainElement,
  readBkeyElement,
  readFieldElement,
  readPlainElement,
} from "./replies/element-reply.ts";
export { ManyTreesReply, type TreeElements } from "./replies/many-trees-reply.ts";
export { NumberReply } from "./replies/number-reply.ts";
export { PipeReply, type PipeResults } from "./replies/pipe-reply.ts";
export { ErrorReply, type ReplyDecoder } from "./replies/reply-decoder.ts";
export { ReplyInput } from "./replies/reply-input.ts";
export { type Merged, type MergedElement, SortMergeReply } from "./replies/sort-merge-reply.ts";
export { type Status, StatusReply } from "./replies/status-reply.ts";
export { LinesReply, type ScanPage, ScanReply, VersionReply } from "./replies/text-reply.ts";
export { type ItemValue, ValueReply } from "./replies/value-reply.ts";
export {
  getAttributesRequest,
  scanRequest,
  type ScanSelection,
  setAttributesRequest,
  statsRequest,
  VERSION_REQUEST,
} from "./requests/admin-requests.ts";
export {
  type AfterGet,
  createRequest,
  listDeleteRequest,
  listGetRequest,
  listInsertRequest,
  mapDeleteRequest,
  mapGetRequest,
  mapStoreRequest,
  mapUpdateRequest,
  type NewCollection,
  setDeleteRequest,
  setExistRequest,
  setGetRequest,
  setInsertRequest,
} from "./requests/collection-requests.ts";
export {
  casRequest,
  countRequest,
  deleteRequest,
  flushAllRequest,
  flushPrefixRequest,
  getManyRequest,
  getRequest,
  type InitialCount,
  storeRequest,
  type StoreVerb,
  touchRequest,
} from "./requests/item-requests.ts";
export { checkField, checkKey, piped, type Request } from "./requests/request.ts";
export {
  manyTreesRequest,
  type NewTreeElement,
  type Order,
  sortMergeRequest,
  treeArithmeticRequest,
  treeAroundRequest,
  treeByPositionRequest,
  treeCountRequest,
  treeDeleteRequest,
  treeGetRequest,
  treePositionRequest,
  type TreeSelection,
  treeStoreRequest,
  treeUpdateRequest,
} from "./requests/tree-requests.ts";
export {
  type CacheNodeName,
  formatCacheNodeName,
  formatMemoryLimit,
  parseCacheNodeName,
} from "./znodes/cache-node-name.ts";
export { type ClientEntry, formatClientEntry, parseClientEntry } from "./znodes/client-entry.ts";
export { formatServerMapping, parseServerMapping, type ServerMapping } from "./znodes/server-mapping.ts";
export {
  ARCUS_ROOT,
  CACHE_LIST,
  CACHE_SERVER_LOG,
  CACHE_SERVER_MAPPING,
  cacheListPath,
  CLIENT_LIST,
  clientListPath,
  REPLICATED_CACHE_LIST,
  serverMappingPath,
  serviceCodeOfMapping,
} from "./znodes/znode-paths.ts";
