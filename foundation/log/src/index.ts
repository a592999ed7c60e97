export { GroupCommitLog, type GroupCommitOptions } from "./group-commit-log.ts";
export { LogError, type LogErrorCode } from "./log-error.ts";
export type { MembershipChange, NodeId, OrderedLog, OrderedLogStatus, Role } from "./ordered-log.ts";
