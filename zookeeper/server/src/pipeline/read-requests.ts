import type { Reader, Writer } from "@branta/foundation-bytes";
import {
  type AuthRegistry,
  type DataTree,
  NO_NODE,
  RequestRefusal,
  writeStat,
  type ZnodeId,
} from "@branta/zookeeper-engine";
import {
  addWatchRequest,
  checkWatchesRequest,
  ErrorCode,
  EventType,
  existsRequest,
  getAclRequest,
  getAllChildrenNumberRequest,
  getChildren2Request,
  getChildrenRequest,
  getDataRequest,
  getEphemeralsRequest,
  getEphemeralsResponse,
  type Id,
  multiHeader,
  multiReadRequest,
  OpCode,
  Permission,
  removeWatchesRequest,
  setWatches,
  type SetWatches2,
  setWatches2,
  WatcherType,
  whoAmIResponse,
  writeAcls,
  writeEchoedText,
  trimAsJava,
} from "@branta/zookeeper-protocol";

/** Told what was read: a path and the bytes of the answer, without statistics. */
export interface ReadCounter {
  read(path: string, bytes: number): void;
}

/** Who reads: the ids it has and, for watches, whom to tell. */
export interface ReadOrigin<W> {
  readonly watcher: W;
  readonly sessionId: bigint;
  readonly authInfo: readonly Id[];
}

/** Of a string or of bytes on the wire. */
const LENGTH_BYTES = 4;

type ReadHandler = <W extends object>(
  reads: ReadRequests<W>,
  reader: Reader,
  out: Writer,
  origin: ReadOrigin<W>,
) => void;

/**
 * Answers every request that changes nothing: writes the reply's body, or throws a RequestRefusal. Bodies are written
 * straight from the tree; a reader whose body cannot be decoded throws BytesError.
 */
export class ReadRequests<W extends object> {
  readonly tree: DataTree<W>;
  readonly #auth: AuthRegistry;
  readonly #counter: ReadCounter;

  constructor(tree: DataTree<W>, auth: AuthRegistry, counter: ReadCounter) {
    this.tree = tree;
    this.#auth = auth;
    this.#counter = counter;
  }

  static handles(type: number): boolean {
    return HANDLERS.has(type);
  }

  /** @throws RequestRefusal, BytesError */
  answer(type: number, reader: Reader, out: Writer, origin: ReadOrigin<W>): void {
    HANDLERS.get(type)!(this, reader, out, origin);
  }

  /** A node that exists and that the origin may use in one of these ways. */
  permitted(path: string, permission: number, origin: ReadOrigin<W>): ZnodeId {
    const id = this.tree.znodes.find(path);
    if (id === NO_NODE) throw RequestRefusal.of(ErrorCode.NoNode);
    this.permit(id, path, permission, origin);
    return id;
  }

  permit(id: ZnodeId, path: string, permission: number, origin: ReadOrigin<W>): void {
    if (this.#auth.checkAcl(this.tree.aclOf(id), permission, origin.authInfo, path)) return;
    throw RequestRefusal.of(ErrorCode.NoAuth);
  }

  getData(path: string, watch: boolean, out: Writer, origin: ReadOrigin<W>): void {
    const id = this.permitted(path, Permission.Read, origin);
    if (watch) this.tree.watches.watchData(path, origin.watcher);
    const before = out.length;
    this.tree.znodes.writeData(id, out);
    this.#counter.read(path, out.length - before - LENGTH_BYTES);
    writeStat(this.tree.znodes, id, this.tree.ownerRules, out);
  }

  getChildren(path: string, watch: boolean, out: Writer, origin: ReadOrigin<W>): ZnodeId {
    const id = this.permitted(path, Permission.Read, origin);
    if (watch) this.tree.watches.watchChildren(path, origin.watcher);
    const { znodes } = this.tree;
    const count = znodes.childCount(id);
    const before = out.length;
    out.int(count);
    for (let child = znodes.firstChild(id); child !== NO_NODE; child = znodes.nextSibling(child))
      znodes.writeName(child, out);
    this.#counter.read(path, out.length - before - LENGTH_BYTES * (count + 1));
    return id;
  }

  exists(path: string, watch: boolean, out: Writer, origin: ReadOrigin<W>): void {
    if (path.includes("\0")) throw RequestRefusal.of(ErrorCode.BadArguments);
    const { znodes, watches, ownerRules } = this.tree;
    const id = znodes.find(path);
    if (id !== NO_NODE) this.permit(id, path, Permission.Read, origin);
    // Also where there is no such node: the watch then waits for its creation.
    if (watch) watches.watchData(path, origin.watcher);
    if (id === NO_NODE) throw RequestRefusal.of(ErrorCode.NoNode);
    this.#counter.read(path, 0);
    writeStat(znodes, id, ownerRules, out);
  }

  getAcl(path: string, out: Writer, origin: ReadOrigin<W>): void {
    const id = this.permitted(path, Permission.Read | Permission.Admin, origin);
    const acl = this.#auth.visibleAcl(this.tree.aclOf(id), origin.authInfo, path);
    writeAcls(out, acl);
    writeStat(this.tree.znodes, id, this.tree.ownerRules, out);
  }

  whoAmI(out: Writer, origin: ReadOrigin<W>): void {
    whoAmIResponse.encode(out, { clientInfo: this.#auth.clientInfos(origin.authInfo) });
  }

  /** Tells what was missed since `relativeZxid`, and arms again what was not. */
  setWatches(request: SetWatches2, watcher: W): void {
    const { znodes, watches } = this.tree;
    for (const path of request.dataWatches) {
      const id = znodes.find(path);
      if (id === NO_NODE) watches.catchUp(watcher, EventType.NodeDeleted, path);
      else if (znodes.mzxid(id) > request.relativeZxid) watches.catchUp(watcher, EventType.NodeDataChanged, path);
      else watches.watchData(path, watcher);
    }
    for (const path of request.existWatches) {
      if (znodes.find(path) !== NO_NODE) watches.catchUp(watcher, EventType.NodeCreated, path);
      else watches.watchData(path, watcher);
    }
    for (const path of request.childWatches) {
      const id = znodes.find(path);
      if (id === NO_NODE) watches.catchUp(watcher, EventType.NodeDeleted, path);
      else if (znodes.pzxid(id) > request.relativeZxid) watches.catchUp(watcher, EventType.NodeChildrenChanged, path);
      else watches.watchChildren(path, watcher);
    }
    for (const path of request.persistentWatches) watches.watchPersistently(path, watcher, false);
    for (const path of request.persistentRecursiveWatches) watches.watchPersistently(path, watcher, true);
  }

  multiRead(reader: Reader, out: Writer, origin: ReadOrigin<W>): void {
    for (const op of multiReadRequest.decode(reader).ops) {
      const start = out.length;
      multiHeader.encode(out, { type: op.type, done: false, err: 0 });
      try {
        // Parts leave no watches, whatever they say: Apache reads the flag and forgets it.
        if (op.type === OpCode.getData) this.getData(op.path, false, out, origin);
        else this.getChildren(op.path, false, out, origin);
      } catch (error) {
        if (!(error instanceof RequestRefusal)) throw error;
        out.truncate(start);
        multiHeader.encode(out, { type: OpCode.error, done: false, err: error.code });
        out.int(error.code);
      }
    }
    multiHeader.encode(out, { type: OpCode.error, done: true, err: -1 });
  }
}

const HANDLERS = new Map<number, ReadHandler>([
  [
    OpCode.getData,
    (reads, reader, out, origin) => {
      const { path, watch } = getDataRequest.decode(reader);
      reads.getData(path, watch, out, origin);
    },
  ],
  [
    OpCode.exists,
    (reads, reader, out, origin) => {
      const { path, watch } = existsRequest.decode(reader);
      reads.exists(path, watch, out, origin);
    },
  ],
  [
    OpCode.getChildren,
    (reads, reader, out, origin) => {
      const { path, watch } = getChildrenRequest.decode(reader);
      reads.getChildren(path, watch, out, origin);
    },
  ],
  [
    OpCode.getChildren2,
    (reads, reader, out, origin) => {
      const { path, watch } = getChildren2Request.decode(reader);
      const id = reads.getChildren(path, watch, out, origin);
      writeStat(reads.tree.znodes, id, reads.tree.ownerRules, out);
    },
  ],
  [OpCode.getACL, (reads, reader, out, origin) => reads.getAcl(getAclRequest.decode(reader).path, out, origin)],
  [OpCode.sync, (_reads, reader, out) => writeEchoedText(out, reader.string())],
  [OpCode.ping, () => {}],
  [OpCode.whoAmI, (reads, _reader, out, origin) => reads.whoAmI(out, origin)],
  [
    OpCode.getAllChildrenNumber,
    (reads, reader, out, origin) => {
      const { path } = getAllChildrenNumberRequest.decode(reader);
      const id = reads.permitted(path, Permission.Read, origin);
      // Apache counts paths that begin with the one asked for and a slash, and the root itself has such a one.
      out.int(reads.tree.znodes.countDescendants(id) + (path === "" ? 1 : 0));
    },
  ],
  [
    OpCode.getEphemerals,
    (reads, reader, out, origin) => {
      const { prefixPath } = getEphemeralsRequest.decode(reader);
      const all = [...reads.tree.ephemeralsOf(origin.sessionId)];
      const prefix = trimAsJava(prefixPath ?? "");
      const everything = prefix === "" || prefix === "/";
      const ephemerals = everything ? all : all.filter((path) => path.startsWith(prefixPath!));
      getEphemeralsResponse.encode(out, { ephemerals });
    },
  ],
  [
    OpCode.checkWatches,
    (reads, reader, _out, origin) => {
      const { path, type } = checkWatchesRequest.decode(reader);
      if (reads.tree.watches.has(path, watcherType(type), origin.watcher)) return;
      throw RequestRefusal.of(ErrorCode.NoWatcher);
    },
  ],
  [
    OpCode.removeWatches,
    (reads, reader, _out, origin) => {
      const { path, type } = removeWatchesRequest.decode(reader);
      if (reads.tree.watches.remove(path, watcherType(type), origin.watcher)) return;
      throw RequestRefusal.of(ErrorCode.NoWatcher);
    },
  ],
  [
    OpCode.addWatch,
    (reads, reader, out, origin) => {
      const { path, mode } = addWatchRequest.decode(reader);
      if (mode !== 0 && mode !== 1) throw RequestRefusal.of(ErrorCode.MarshallingError);
      reads.tree.watches.watchPersistently(path, origin.watcher, mode === 1);
      // The body is an ErrorResponse of 0: clients of Apache wait for its four bytes.
      out.int(0);
    },
  ],
  [
    OpCode.setWatches,
    (reads, reader, _out, origin) => {
      const request = setWatches.decode(reader);
      reads.setWatches({ ...request, persistentWatches: [], persistentRecursiveWatches: [] }, origin.watcher);
    },
  ],
  [OpCode.setWatches2, (reads, reader, _out, origin) => reads.setWatches(setWatches2.decode(reader), origin.watcher)],
  [OpCode.multiRead, (reads, reader, out, origin) => reads.multiRead(reader, out, origin)],
]);

const WATCHER_TYPES: ReadonlySet<number> = new Set(Object.values(WatcherType));

function watcherType(type: number): WatcherType {
  if (!WATCHER_TYPES.has(type)) throw RequestRefusal.of(ErrorCode.MarshallingError);
  return type as WatcherType;
}
