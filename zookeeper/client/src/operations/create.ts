import {
  type Acl,
  create2Response,
  CreateMode,
  createRequest,
  createResponse,
  createTtlRequest,
  type MultiOp,
  OPEN_ACL,
  OpCode,
  type Stat,
} from "@branta/zookeeper-protocol";
import { type Data, toBytes } from "../data.ts";
import type { Namespace } from "../namespace.ts";
import type { CallOptions, Operation } from "../session/operation.ts";
import { ZooKeeperError } from "../zookeeper-error.ts";

/** What kind of node to make. Without any of these: a persistent one. */
export interface NodeOptions {
  /** The node goes with the session. */
  readonly ephemeral?: boolean | undefined;
  /** The server appends the parent's counter to the name, ten digits. */
  readonly sequential?: boolean | undefined;
  /** The node goes when its last child has gone. Not with the other kinds. */
  readonly container?: boolean | undefined;
  /** The node goes when it is unchanged and childless for so long, ms. Not with ephemeral or container. */
  readonly ttlMs?: number | undefined;
  /** Who may do what; everyone everything if it is not given. */
  readonly acl?: readonly Acl[] | undefined;
}

export interface CreateOptions extends NodeOptions, CallOptions {
  /** Also makes the parents that are missing: persistent nodes, or containers, open to everyone. */
  readonly parents?: boolean | "containers" | undefined;
}

/** A node that was made. */
export interface Created {
  /** Its name, which for sequential nodes is longer than the one asked for. */
  readonly path: string;
  readonly stat: Stat;
}

type CreateOp = Extract<MultiOp, { readonly type: 15 | 19 | 21 }>;

/** create2, createContainer or createTTL, as the options want. */
export function createOperation(
  namespace: Namespace,
  path: string,
  data: Data,
  options: NodeOptions,
): Operation<Created> {
  const op = createOp(namespace, path, data, options);
  return {
    type: op.type,
    attempt: "create",
    path,
    isRead: false,
    encode: (writer) =>
      op.type === OpCode.createTTL ? createTtlRequest.encode(writer, op) : createRequest.encode(writer, op),
    decode(reader) {
      const created = create2Response.decode(reader);
      return { path: namespace.toClient(created.path), stat: created.stat };
    },
  };
}

/** create, which servers before 3.5 know, of a node that needs nothing newer; undefined if it does. Answers the path. */
export function oldCreateOperation(
  namespace: Namespace,
  path: string,
  data: Data,
  options: NodeOptions,
): Operation<string> | undefined {
  const op = createOp(namespace, path, data, options);
  if (op.type !== OpCode.create2) return undefined;
  return {
    type: OpCode.create,
    attempt: "create",
    path,
    isRead: false,
    encode: (writer) => createRequest.encode(writer, op),
    decode: (reader) => namespace.toClient(createResponse.decode(reader).path),
  };
}

/** The same as part of a transaction. */
export function createOp(namespace: Namespace, path: string, data: Data, options: NodeOptions): CreateOp {
  const record = {
    path: pathToCreate(namespace, path, options.sequential === true),
    data: toBytes(data),
    acl: options.acl ?? OPEN_ACL,
    flags: flagsOf(path, options),
  };
  if (options.ttlMs !== undefined) return { type: OpCode.createTTL, ...record, ttl: options.ttlMs };
  return { type: options.container === true ? OpCode.createContainer : OpCode.create2, ...record };
}

/** A sequential node may be named by its counter alone, so its path may end with a slash. */
function pathToCreate(namespace: Namespace, path: string, sequential: boolean): string {
  if (!sequential || !path.endsWith("/")) return namespace.toServer(path, "create");
  return namespace.toServer(`${path}1`, "create").slice(0, -1);
}

function flagsOf(path: string, { ephemeral, sequential, container, ttlMs }: NodeOptions): CreateMode {
  if (container === true) {
    if (ephemeral === true || sequential === true || ttlMs !== undefined) {
      throw refuse(path, "a container can be neither ephemeral nor sequential, and has no time to live");
    }
    return CreateMode.Container;
  }
  if (ttlMs !== undefined) {
    if (ephemeral === true) throw refuse(path, "an ephemeral node has no time to live");
    if (!(ttlMs > 0)) throw refuse(path, `its time to live is ${ttlMs} ms, must be above 0`);
    return sequential === true ? CreateMode.PersistentSequentialWithTtl : CreateMode.PersistentWithTtl;
  }
  if (ephemeral === true) return sequential === true ? CreateMode.EphemeralSequential : CreateMode.Ephemeral;
  return sequential === true ? CreateMode.PersistentSequential : CreateMode.Persistent;
}

function refuse(path: string, reason: string): ZooKeeperError {
  return new ZooKeeperError("InvalidArgument", `Cannot create "${path}": ${reason}`, { path });
}
