export { type Membership } from "./config/membership.ts";
export { parseServerConfig } from "./config/parse-server-config.ts";
export { configurationOf, readMembershipText } from "./ensemble/configuration-text.ts";
export { purge, RETAIN_COUNT_MIN } from "./storage/purge.ts";
export type { SnapshotEnd, SnapshotSink } from "./storage/snapshot-source.ts";
export { SnapshotStore } from "./storage/snapshot-store.ts";
export { StorageError } from "./storage/storage-error.ts";
