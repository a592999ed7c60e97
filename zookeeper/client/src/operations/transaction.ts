import {
  ErrorCode,
  type MultiOp,
  multiRequest,
  multiResponse,
  type MultiResult,
  OpCode,
  type Stat,
} from "@branta/zookeeper-protocol";
import { type Data, toBytes } from "../data.ts";
import type { Namespace } from "../namespace.ts";
import type { CallOptions, Operation } from "../session/operation.ts";
import { codeOf, failure, type ZooKeeperError } from "../zookeeper-error.ts";
import { createOp, type NodeOptions } from "./create.ts";
import { ANY_VERSION } from "./write.ts";

/** A node that a transaction made. */
export interface CreatedInTransaction {
  readonly path: string;
  /** null from servers before 3.9, which do not tell. */
  readonly stat: Stat | null;
}

/** Sends the transaction. */
export type Commit = <T>(operation: Operation<T>, options?: CallOptions) => Promise<T>;

interface Step {
  readonly op: MultiOp;
  readonly attempt: string;
  readonly path: string;
  readonly detail?: string | undefined;
}

/**
 * Several writes that happen together or not at all, in one transaction of the server.
 *
 * `const [made, stat] = await zk.transaction().create("/a", "1").set("/b", "2").check("/c", 3).commit();`
 *
 * Each step answers a new builder; the results of {@link commit} stand in the order of the steps, each with its type.
 */
export class Transaction<Results extends readonly unknown[] = []> {
  readonly #namespace: Namespace;
  readonly #commit: Commit;
  readonly #oldServer: boolean;
  readonly #steps: readonly Step[];

  /** @param oldServer whether servers before 3.5 are expected, which do not know create2 */
  constructor(namespace: Namespace, commit: Commit, oldServer: boolean, steps: readonly Step[] = []) {
    this.#namespace = namespace;
    this.#commit = commit;
    this.#oldServer = oldServer;
    this.#steps = steps;
  }

  /** Makes a node. */
  create(
    path: string,
    data: Data = null,
    options: NodeOptions = {},
  ): Transaction<readonly [...Results, CreatedInTransaction]> {
    const op = createOp(this.#namespace, path, data, options);
    const step = this.#oldServer && op.type === OpCode.create2 ? { ...op, type: OpCode.create } : op;
    return this.#with({ op: step, attempt: "create", path });
  }

  /** Replaces a node's data, if it has that version. Result: its stat. */
  set(path: string, data: Data, version = ANY_VERSION): Transaction<readonly [...Results, Stat]> {
    const serverPath = this.#namespace.toServer(path, "set");
    const op = { type: OpCode.setData, path: serverPath, data: toBytes(data), version };
    return this.#with({ op, attempt: "set", path, detail: wanted(version) });
  }

  /** Removes a node without children, if it has that version. */
  delete(path: string, version = ANY_VERSION): Transaction<readonly [...Results, void]> {
    const op = { type: OpCode.delete, path: this.#namespace.toServer(path, "delete"), version };
    return this.#with({ op, attempt: "delete", path, detail: wanted(version) });
  }

  /** Lets the others happen only if the node is there and, if a version is given, has it. */
  check(path: string, version = ANY_VERSION): Transaction<readonly [...Results, void]> {
    const op = { type: OpCode.check, path: this.#namespace.toServer(path, "check"), version };
    return this.#with({ op, attempt: "check", path, detail: wanted(version) });
  }

  /**
   * Does it.
   *
   * @throws ZooKeeperError with the code and path of the first step that failed, and its `operationIndex`.
   */
  commit(options?: CallOptions): Promise<Results> {
    const steps = this.#steps;
    const namespace = this.#namespace;
    return this.#commit<Results>(
      {
        type: OpCode.multi,
        attempt: "commit transaction",
        isRead: false,
        encode: (writer) => multiRequest.encode(writer, { ops: steps.map(({ op }) => op) }),
        decode(reader) {
          const { results } = multiResponse.decode(reader);
          throwFirstFailure(steps, results);
          return results.map((result) => outcomeOf(result, namespace)) as unknown as Results;
        },
      },
      options,
    );
  }

  #with<R>(step: Step): Transaction<readonly [...Results, R]> {
    return new Transaction(this.#namespace, this.#commit, this.#oldServer, [...this.#steps, step]);
  }
}

function throwFirstFailure(steps: readonly Step[], results: readonly MultiResult[]): void {
  let failed: { index: number; errno: number } | undefined;
  for (const [index, result] of results.entries()) {
    if (result.type !== OpCode.error || result.err === ErrorCode.Ok) continue;
    failed = { index, errno: result.err };
    // Those after the one that failed say RuntimeInconsistency; a step's own code is never that.
    if (result.err !== ErrorCode.RuntimeInconsistency) break;
  }
  if (failed !== undefined) throw stepFailure(steps[failed.index], failed.index, failed.errno);
}

function stepFailure(step: Step | undefined, operationIndex: number, errno: number): ZooKeeperError {
  const attempt = `commit transaction: step ${operationIndex} cannot ${step?.attempt ?? "happen"}`;
  return failure(codeOf(errno), attempt, step?.path, { errno, operationIndex, detail: step?.detail });
}

function outcomeOf(result: MultiResult, namespace: Namespace): unknown {
  if ("path" in result) {
    return { path: namespace.toClient(result.path), stat: "stat" in result ? result.stat : null };
  }
  return "stat" in result ? result.stat : undefined;
}

function wanted(version: number): string | undefined {
  return version === ANY_VERSION ? undefined : `wanted version ${version}`;
}
