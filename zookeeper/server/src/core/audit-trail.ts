import { hostAddress, type TxnResult, type WriteRequest } from "@branta/zookeeper-engine";
import { ErrorCode, type MultiOp, OpCode, type TxnEntry } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import type { AuditActor, AuditedOperation, AuditLog } from "../operator/audit-log.ts";
import type { QueuedWrite } from "../pipeline/pending-queue.ts";

/** Tells the audit log what a write came to. Only called where auditing is on: every line costs what it shows. */
export function auditWrite(audit: AuditLog, entry: TxnEntry, write: QueuedWrite | null, result: TxnResult): void {
  const { txn, header } = entry;
  if (txn.type === OpCode.closeSession) {
    for (const path of txn.paths2Delete ?? []) audit.ephemeralDeleted(header.clientId, path, true);
    return;
  }
  // What a server does of itself (empty containers) has no client to name; another server's client is named there.
  if (write === null || write.client === null) return;
  const connection = write.client as ServerConnection;
  const actor: AuditActor = {
    sessionId: header.clientId,
    authInfo: connection.authInfo,
    remoteAddress: hostAddress(connection.remoteAddress),
  };
  const succeeded = result.err === ErrorCode.Ok;
  if (write.type === OpCode.multi) audit.multi(actor, multiOperations(write.request, result), succeeded);
  else audit.operation(actor, operation(write, result, succeeded), succeeded);
}

function operation(write: QueuedWrite, result: TxnResult, succeeded: boolean): AuditedOperation {
  const { request, type } = write;
  const asked = "path" in request ? request.path : null;
  return {
    type,
    path: succeeded ? result.path : asked,
    ...("flags" in request ? { flags: request.flags } : {}),
    ...(request.type === OpCode.setACL ? { acl: request.acl } : {}),
  };
}

/** A sequential node's name is not the one that was asked for, so its mode is not found: as in Apache's lines. */
function multiOperations(request: WriteRequest, result: TxnResult): AuditedOperation[] {
  const ops: readonly MultiOp[] = request.type === OpCode.multi ? request.ops : [];
  const flags = new Map<string, number>();
  for (const op of ops) if ("flags" in op && typeof op.path === "string") flags.set(op.path, op.flags);
  return (result.results ?? []).map(({ type, path }) => {
    const mode = path === null ? undefined : flags.get(path);
    return { type, path, ...(mode === undefined ? {} : { flags: mode }) };
  });
}
