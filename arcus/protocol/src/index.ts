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
