import { ArcusProtocolError, KetamaRing, type ReplyDecoder, type Request } from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { Hooks } from "../hooks.ts";
import { CacheNode, type NodeStatus } from "../node/cache-node.ts";
import type { NodeOptions } from "../node/node-options.ts";
import { commandOf, Operation } from "../node/operation.ts";

/** Brings each request to the node that owns its key. */
export class Dispatcher {
  readonly #options: NodeOptions;
  readonly #timeoutMs: number;
  readonly #hooks: Hooks;
  readonly #nodes = new Map<string, CacheNode>();
  #ring = KetamaRing.EMPTY;
  #isClosed = false;

  constructor(options: NodeOptions, timeoutMs: number, hooks: Hooks) {
    this.#options = options;
    this.#timeoutMs = timeoutMs;
    this.#hooks = hooks;
  }

  get statuses(): readonly NodeStatus[] {
    return this.#ring.names.map((name) => this.#nodes.get(name)!.status);
  }

  /** The nodes of the cloud, by name. */
  get nodeNames(): readonly string[] {
    return this.#ring.names;
  }

  /** Makes these the nodes of the cloud. Those that stay keep their connections. */
  setNodes(addresses: readonly string[]): void {
    if (this.#isClosed) return;
    const ring = new KetamaRing(addresses);
    const added = ring.names.filter((name) => !this.#nodes.has(name));
    const removed = [...this.#nodes.keys()].filter((name) => !ring.names.includes(name));
    for (const name of added) this.#nodes.set(name, new CacheNode(name, this.#options, this.#hooks));
    this.#ring = ring;
    for (const name of removed) {
      this.#nodes.get(name)!.retire();
      this.#nodes.delete(name);
    }
    if (added.length + removed.length > 0) this.#hooks.ring?.({ nodes: ring.names, added, removed });
  }

  close(): void {
    this.#isClosed = true;
    for (const node of this.#nodes.values()) node.close();
  }

  /** The name of the node that owns a key. @throws ArcusError closed, noNodes */
  ownerOf(key: string): string {
    if (this.#isClosed) throw new ArcusError("closed", `Cannot use the key "${key}": the client is closed`, { key });
    const owner = this.#ring.owner(key);
    if (owner !== null) return owner;
    throw new ArcusError("noNodes", `Cannot use the key "${key}": the cloud has no node at present`, { key });
  }

  /** Keys by the node that owns them; the order of each node's stays. @throws ArcusError closed, noNodes */
  groupByOwner<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
      const owner = this.ownerOf(keyOf(item));
      const group = groups.get(owner);
      if (group === undefined) groups.set(owner, [item]);
      else group.push(item);
    }
    return groups;
  }

  /** Asks the owner of a key. `makeRequest` may throw ArcusProtocolError. */
  execute<T>(key: string, makeRequest: () => Request, decoder: ReplyDecoder<T>, call: CallOptions = {}): Promise<T> {
    return this.#run(key, () => ({ node: this.ownerOf(key), requests: [makeRequest()] }), decoder, call);
  }

  /** Asks a node by its name; several requests must be those of one pipe. */
  executeOn<T>(
    node: string,
    makeRequests: () => readonly Request[],
    decoder: ReplyDecoder<T>,
    call: CallOptions = {},
  ): Promise<T> {
    return this.#run(undefined, () => ({ node, requests: makeRequests() }), decoder, call);
  }

  async #run<T>(
    key: string | undefined,
    prepare: () => { readonly node: string; readonly requests: readonly Request[] },
    decoder: ReplyDecoder<T>,
    call: CallOptions,
  ): Promise<T> {
    const { node: name, requests } = prepared(prepare, key);
    const command = commandOf(requests);
    if (call.signal?.aborted === true) {
      throw failure("aborted", command, key, name, "the call was aborted", call.signal.reason);
    }
    const node = this.#nodes.get(name);
    if (node === undefined) throw failure("nodeDown", command, key, name, "it has left the cloud");
    const startedMs = performance.now();
    const operation = new Operation(
      requests,
      decoder,
      { ...call, timeoutMs: call.timeoutMs ?? this.#timeoutMs },
      (error) => {
        const outcome = error?.code ?? "ok";
        this.#hooks.operation?.({ command, node: name, durationMs: performance.now() - startedMs, outcome });
      },
    );
    try {
      node.submit(operation);
    } catch (error) {
      operation.fail(error as ArcusError);
    }
    try {
      return await operation.promise;
    } catch (error) {
      if (!(error instanceof ArcusError)) throw error;
      throw failure(error.code, command, key, name, REASONS[error.code] ?? "it failed", error);
    }
  }
}

const REASONS: Partial<Record<ArcusError["code"], string>> = {
  nodeDown: "it cannot be reached at present",
  connectionLost: "the connection broke before the answer came; it may have been done",
  timedOut: "no answer within the time given; it may have been done",
  aborted: "the call was aborted; it may have been done",
  queueFull: "too many operations wait for its answers",
  closed: "the client is closed, or the node has left the cloud",
  protocolViolation: "it sent what is not the protocol",
};

function failure(
  code: ArcusError["code"],
  command: string,
  key: string | undefined,
  node: string,
  reason: string,
  cause?: unknown,
): ArcusError {
  const subject = key === undefined ? command : `${command} "${key}"`;
  return new ArcusError(code, `Cannot ${subject} at node "${node}": ${reason}`, { key, node, cause });
}

/** What the protocol has no room for is the caller's mistake. */
function prepared<T>(prepare: () => T, key: string | undefined): T {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof ArcusProtocolError) {
      throw new ArcusError("invalidArgument", error.message, { key, cause: error });
    }
    throw error;
  }
}
