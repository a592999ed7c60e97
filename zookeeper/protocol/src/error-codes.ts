/** Outcome of a request, by the class names of KeeperException. 0 is success; all failures are negative. */
export const ErrorCode = {
  Ok: 0,
  SystemError: -1,
  RuntimeInconsistency: -2,
  DataInconsistency: -3,
  ConnectionLoss: -4,
  MarshallingError: -5,
  Unimplemented: -6,
  OperationTimeout: -7,
  BadArguments: -8,
  UnknownSession: -12,
  NewConfigNoQuorum: -13,
  ReconfigInProgress: -14,
  ApiError: -100,
  NoNode: -101,
  NoAuth: -102,
  BadVersion: -103,
  NoChildrenForEphemerals: -108,
  NodeExists: -110,
  NotEmpty: -111,
  SessionExpired: -112,
  InvalidCallback: -113,
  InvalidAcl: -114,
  AuthFailed: -115,
  SessionMoved: -118,
  NotReadOnly: -119,
  EphemeralOnLocalSession: -120,
  NoWatcher: -121,
  RequestTimeout: -122,
  ReconfigDisabled: -123,
  SessionClosedRequireSaslAuth: -124,
  QuotaExceeded: -125,
  ThrottledOp: -127,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

const NAMES = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** Where the field's text for a code is not its name. Users and scripts match these texts, so they stay. */
const TEXTS = new Map<number, string>([
  [ErrorCode.Ok, "ok"],
  [ErrorCode.UnknownSession, "Unknown error UNKNOWNSESSION"],
  [ErrorCode.ApiError, "APIError"],
  [ErrorCode.NotEmpty, "Directory not empty"],
  [ErrorCode.SessionExpired, "Session expired"],
  [ErrorCode.InvalidCallback, "Invalid callback"],
  [ErrorCode.InvalidAcl, "InvalidACL"],
  [ErrorCode.SessionMoved, "Session moved"],
  [ErrorCode.NotReadOnly, "Not a read-only call"],
  [ErrorCode.EphemeralOnLocalSession, "Ephemeral node on local session"],
  [ErrorCode.NoWatcher, "No such watcher"],
  [ErrorCode.RequestTimeout, "Unknown error REQUESTTIMEOUT"],
  [ErrorCode.ReconfigDisabled, "Reconfig is disabled"],
  [ErrorCode.SessionClosedRequireSaslAuth, "Session closed because client failed to authenticate"],
  [ErrorCode.QuotaExceeded, "Quota has exceeded"],
  [ErrorCode.ThrottledOp, "Op throttled due to high load"],
]);

/** The name of a code, such as "NoNode"; "unknown -999" for a number that is none. */
export function errorName(code: number): string {
  return NAMES.get(code) ?? `unknown ${code}`;
}

/** The text every ZooKeeper tool prints for a code: "KeeperErrorCode = NoNode for /a". */
export function errorMessage(code: number, path?: string | null): string {
  const text = TEXTS.get(code) ?? NAMES.get(code) ?? `Unknown error ${code}`;
  return path === undefined || path === null ? `KeeperErrorCode = ${text}` : `KeeperErrorCode = ${text} for ${path}`;
}
