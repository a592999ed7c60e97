import { type Acl, CreateMode, formatPermissions, type Id, OpCode } from "@branta/zookeeper-protocol";
import { userName } from "./environment.ts";
import { hexOfLong } from "./java-format.ts";

/** How an operation ended; `invoked` is said of a stop that has only begun. */
export type AuditResult = "success" | "failure" | "invoked";

/** Takes finished lines, without their end. Failures are written as errors. */
export type AuditSink = (line: string, level: "info" | "error") => void;

/** Who asked for an operation. */
export interface AuditActor {
  readonly sessionId: bigint;
  readonly authInfo: readonly Id[];
  /** IP address. */
  readonly remoteAddress: string;
}

/** One operation of a client, alone or inside a multi. */
export interface AuditedOperation {
  /** Its opcode. */
  readonly type: number;
  /** As the server made it: with the number of a sequential node. Null for what has none. */
  readonly path: string | null;
  /** Flags of a create. */
  readonly flags?: number;
  /** New ACL of a setACL. */
  readonly acl?: readonly Acl[];
}

/**
 * Writes one line for everything that changes data, as Apache's audit log does:
 * `session=0x1…	user=…	ip=…	operation=create	znode=/app	znode_type=persistent	result=success`. Reads leave no line.
 */
export interface AuditLog {
  serverStarted(): void;
  serverStartFailed(): void;
  serverStopped(): void;
  /** A request that changes data; others are passed over. */
  operation(actor: AuditActor, operation: AuditedOperation, succeeded: boolean): void;
  /** A multi: one line for each change of one that succeeded, a single line for one that failed. */
  multi(actor: AuditActor, operations: readonly AuditedOperation[], succeeded: boolean): void;
  /** An ephemeral node that went with its session. */
  ephemeralDeleted(sessionId: bigint, path: string, succeeded: boolean): void;
}

const OPERATIONS: ReadonlyMap<number, string> = new Map([
  [OpCode.create, "create"],
  [OpCode.create2, "create"],
  [OpCode.createContainer, "create"],
  [OpCode.createTTL, "create"],
  [OpCode.delete, "delete"],
  [OpCode.deleteContainer, "delete"],
  [OpCode.setData, "setData"],
  [OpCode.setACL, "setAcl"],
  [OpCode.reconfig, "reconfig"],
]);

const MODES: ReadonlyMap<number, string> = new Map([
  [CreateMode.Persistent, "persistent"],
  [CreateMode.Ephemeral, "ephemeral"],
  [CreateMode.PersistentSequential, "persistent_sequential"],
  [CreateMode.EphemeralSequential, "ephemeral_sequential"],
  [CreateMode.Container, "container"],
  [CreateMode.PersistentWithTtl, "persistent_with_ttl"],
  [CreateMode.PersistentSequentialWithTtl, "persistent_sequential_with_ttl"],
]);

/** Makes the audit log; without `enabled` it writes nothing. */
export function openAuditLog(options: { readonly enabled: boolean; readonly sink: AuditSink }): AuditLog {
  const write = (fields: AuditFields, result: AuditResult): void => {
    if (options.enabled) options.sink(formatAuditLine(fields, result), result === "failure" ? "error" : "info");
  };
  const server = (operation: string, result: AuditResult): void => write({ user: userName(), operation }, result);
  const clientOperation = (actor: AuditActor, done: AuditedOperation, inMulti: boolean, succeeded: boolean): void => {
    const operation = OPERATIONS.get(done.type);
    if (operation !== undefined) write(fieldsOf(actor, operation, done, inMulti), succeeded ? "success" : "failure");
  };
  return {
    serverStarted: () => server("serverStart", "success"),
    serverStartFailed: () => server("serverStart", "failure"),
    serverStopped: () => server("serverStop", "invoked"),
    operation: (actor, operation, succeeded) => clientOperation(actor, operation, false, succeeded),
    multi(actor, operations, succeeded) {
      if (succeeded) for (const operation of operations) clientOperation(actor, operation, true, true);
      else write(fieldsOf(actor, "multiOperation", { type: OpCode.multi, path: null }, true), "failure");
    },
    ephemeralDeleted: (sessionId, path, succeeded) =>
      write(
        {
          session: `0x${hexOfLong(sessionId)}`,
          user: userName(),
          operation: "ephemeralZNodeDeletionOnSessionCloseOrExpire",
          znode: path,
        },
        succeeded ? "success" : "failure",
      ),
  };
}

interface AuditFields {
  readonly session?: string;
  readonly user?: string | null;
  readonly ip?: string;
  readonly operation: string;
  readonly znode?: string | null;
  readonly znode_type?: string | null;
  readonly acl?: string | null;
}

function fieldsOf(actor: AuditActor, operation: string, done: AuditedOperation, inMulti: boolean): AuditFields {
  // Apache looks inside a multi for plain creates only.
  const hasMode = done.flags !== undefined && !(inMulti && done.type === OpCode.createTTL);
  return {
    session: `0x${hexOfLong(actor.sessionId)}`,
    user: auditUsers(actor.authInfo),
    ip: actor.remoteAddress,
    operation,
    znode: done.path,
    znode_type: hasMode ? (MODES.get(done.flags) ?? null) : null,
    acl: done.acl === undefined || inMulti ? null : aclText(done.acl),
  };
}

/** The line for some fields; fields without a value are left out. */
export function formatAuditLine(fields: AuditFields, result: AuditResult): string {
  const pairs = Object.entries({ ...fields, result }).filter(([, value]) => value !== null && value !== undefined);
  return pairs.map(([name, value]) => `${name}=${value}`).join("\t");
}

/** The names behind identities, with commas; null when there is none. Of `digest` the part before the colon. */
export function auditUsers(ids: readonly Id[]): string | null {
  const names = ids.map(({ scheme, id }) => (scheme === "digest" ? id.split(":", 1)[0]! : id));
  const shown = names.filter((name) => name.trim() !== "");
  return shown.length === 0 ? null : shown.join(",");
}

function aclText(acl: readonly Acl[]): string {
  return acl.map(({ perms, id }) => `${id.scheme}:${id.id}:${formatPermissions(perms)}`).join("");
}
