import { addWatchOperation, removeWatchesOperation, type WatchSelection } from "./operations/watch.ts";
import { translated, type WatchTarget } from "./operations/read.ts";
import type { CallOptions } from "./session/operation.ts";
import type { Session } from "./session/session.ts";
import { WATCH_KINDS, type WatchCallback } from "./session/watch-registry.ts";
import { isZooKeeperError } from "./zookeeper-error.ts";

export interface AddWatchOptions extends CallOptions {
  /** Also tells of everything below the node, but not of child lists. */
  readonly recursive?: boolean | undefined;
}

/** A watch that stays until it is disposed of. */
export interface PersistentWatch extends AsyncDisposable {
  readonly path: string;
}

/**
 * Leaves a watch that stays, also over reconnects; what happens while the client is cut off is not told.
 * The server keeps one such watch a path for all callbacks; it is taken back with the last of them.
 */
export async function addPersistentWatch(
  session: Session,
  target: WatchTarget,
  path: string,
  callback: WatchCallback,
  { recursive = false, ...options }: AddWatchOptions,
): Promise<PersistentWatch> {
  const operation = addWatchOperation(target, path, recursive);
  const serverPath = target.namespace.toServer(path, "watch");
  const kind = recursive ? "recursive" : "persistent";
  const registered = translated(target.namespace, callback);
  // Before the answer: so that another watch of the path, removed meanwhile, does not take ours with it.
  session.watches.add(kind, serverPath, registered);
  try {
    await session.request(operation, options);
  } catch (error) {
    session.watches.remove(kind, serverPath, registered);
    throw error;
  }
  let disposal: Promise<void> | undefined;
  const dispose = async (): Promise<void> => {
    if (!session.watches.remove(kind, serverPath, registered)) return;
    await takeBack(session, target, path, serverPath, kind);
  };
  return { path, [Symbol.asyncDispose]: () => (disposal ??= dispose()) };
}

/**
 * Tells the server to forget. Servers before 3.9 can only forget all watches of a path at once, which is done where
 * there are no others; else the server goes on telling, and nobody here listens.
 */
async function takeBack(
  session: Session,
  target: WatchTarget,
  path: string,
  serverPath: string,
  kind: "persistent" | "recursive",
): Promise<void> {
  const remove = (selection: WatchSelection): Promise<void> =>
    session.request(removeWatchesOperation(target, path, selection));
  try {
    await remove(kind);
  } catch (error) {
    if (!isZooKeeperError(error, "MarshallingError", "BadArguments")) return;
    if (WATCH_KINDS.some((other) => session.watches.has(other, serverPath))) return;
    await remove("any").catch(() => {});
  }
}
