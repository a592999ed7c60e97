import { childPath, nodeName } from "@branta/zookeeper-protocol";
import type { Data } from "../data.ts";
import type { CallOptions } from "../session/operation.ts";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { Deadline } from "../deadline.ts";
import { createProtected, guaranteedDelete, insist } from "./guaranteed.ts";
import { Ownership } from "./ownership.ts";

/** Who may go: `wait` names the node whose removal may change that. */
export type Verdict = { readonly mine: true } | { readonly mine: false; readonly wait: string };

/** A queue of ephemeral sequential nodes below one node, and its rule. */
export interface Contention {
  /** The node below which the queue is. */
  readonly base: string;
  /** The verb of messages: "lock". */
  readonly attempt: string;
  /** What stands before the number in the names of our nodes: "lock-". */
  readonly prefix: string;
  readonly data: Data;
  /** What may stand before the number in the names of the queue. */
  readonly prefixes: readonly string[];
  /** @param queue names in order of arrival @param own index of ours */
  judge(queue: readonly string[], own: number): Verdict;
}

/**
 * Joins the queue, waits until the rule lets us go, and takes ownership. Each waits for one other only, so that a
 * release wakes one and not all (no herd).
 *
 * @throws ZooKeeperError Aborted, OperationTimeout, SessionExpired, NoAuth, …; our node is then taken away again
 */
export async function contend(zk: ZooKeeper, contention: Contention, options: CallOptions): Promise<Ownership> {
  using deadline = new Deadline(options, contention.attempt, contention.base);
  for (;;) {
    const path = await join(zk, contention, deadline);
    try {
      const ownership = await waitForTurn(zk, contention, path, deadline);
      if (ownership !== undefined) return ownership;
    } catch (error) {
      void guaranteedDelete(zk, path).catch(() => {});
      // Our node has gone with the session; in the next one we stand at the end of the queue.
      if (!isZooKeeperError(error, "SessionExpired") || !zk.renews) throw error;
      await deadline.race(zk.connected());
    }
  }
}

/** Takes ownership if the rule lets us go at once, else leaves the queue again and answers null. */
export async function tryContend(zk: ZooKeeper, contention: Contention): Promise<Ownership | null> {
  const { path } = await createProtected(zk, childPath(contention.base, contention.prefix), contention.data, {
    ephemeral: true,
    sequential: true,
  });
  const verdict = await judge(zk, contention, path);
  const ownership = verdict?.mine === true ? await Ownership.take(zk, path) : undefined;
  if (ownership !== undefined) return ownership;
  await guaranteedDelete(zk, path);
  return null;
}

/** The names of a queue in order of arrival; those that are no members are left out. */
export async function queueOf(zk: ZooKeeper, base: string, prefixes: readonly string[]): Promise<string[]> {
  try {
    const { children } = await insist(() => zk.children(base));
    return sortByArrival(children, prefixes);
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return [];
    throw error;
  }
}

/** Names with one of the prefixes, in the order of the number behind it, whatever the protection before it. */
export function sortByArrival(names: readonly string[], prefixes: readonly string[]): string[] {
  const numbered: { name: string; number: string }[] = [];
  for (const name of names) {
    const prefix = prefixes.find((candidate) => name.includes(candidate));
    if (prefix === undefined) continue;
    numbered.push({ name, number: name.slice(name.lastIndexOf(prefix) + prefix.length) });
  }
  return numbered.sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0)).map(({ name }) => name);
}

async function join(zk: ZooKeeper, { base, prefix, data }: Contention, deadline: Deadline): Promise<string> {
  deadline.check();
  const creating = createProtected(zk, childPath(base, prefix), data, { ephemeral: true, sequential: true });
  try {
    return (await deadline.race(creating)).path;
  } catch (error) {
    // If we gave up waiting, the node may still be made: it must not stay in the queue.
    creating.then(({ path }) => guaranteedDelete(zk, path)).catch(() => {});
    throw error;
  }
}

async function waitForTurn(
  zk: ZooKeeper,
  contention: Contention,
  path: string,
  deadline: Deadline,
): Promise<Ownership | undefined> {
  for (;;) {
    const verdict = await deadline.race(judge(zk, contention, path));
    if (verdict === undefined) return undefined;
    if (verdict.mine) return deadline.race(takeOrLeave(zk, path, deadline));
    await deadline.race(nodeChanged(zk, childPath(contention.base, verdict.wait)));
  }
}

/** Ownership that comes after the deadline is nobody's, and is given up at once. */
async function takeOrLeave(zk: ZooKeeper, path: string, deadline: Deadline): Promise<Ownership | undefined> {
  const ownership = await Ownership.take(zk, path);
  if (deadline.signal.aborted) await ownership?.release();
  return ownership;
}

/** undefined if our node has gone from the queue. */
async function judge(zk: ZooKeeper, contention: Contention, path: string): Promise<Verdict | undefined> {
  const queue = await queueOf(zk, contention.base, contention.prefixes);
  const own = queue.indexOf(nodeName(path));
  return own < 0 ? undefined : contention.judge(queue, own);
}

/** Resolves when a node is changed or removed, or is not there. @throws ZooKeeperError if the watch is lost. */
export async function nodeChanged(zk: ZooKeeper, path: string): Promise<void> {
  const changed = Promise.withResolvers<void>();
  try {
    // Not exists: it would leave a watch behind where there is no node.
    await insist(() =>
      zk.get(path, {
        watch: (event) => {
          if (event.type !== "lost") changed.resolve();
          else changed.reject(failure(event.reason === "closed" ? "Closed" : "SessionExpired", "wait for", path));
        },
      }),
    );
  } catch (error) {
    if (isZooKeeperError(error, "NoNode")) return;
    throw error;
  }
  await changed.promise;
}
