export { checkQuota, type QuotaChange, type QuotaExceeded, type QuotaVerdict } from "./check-quota.ts";
export { addToStats, type CountedNode, type QuotaEvent, quotaEvent, quotaPathsOf, recount } from "./quota-stats.ts";
export { QuotaTrie } from "./quota-trie.ts";
