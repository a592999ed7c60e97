import { checkLinearizableByKey, type Operation, type SequentialModel } from "@branta/foundation-simulator";
import type { History, SyncedRead, Write } from "./history.ts";
import type { Tree } from "./tree-dump.ts";

/**
 * What a round's history breaks of ZooKeeper's promises, in words; nothing when it keeps them all.
 *
 * @param tree what all servers hold after the round, when nothing is under way any more
 * @param alive sessions that are still in use
 * @param strictSync whether a read behind a sync must be as new as any answer before it, which Apache's leaders do not
 *   promise and Branta's do
 */
export function checkHistory(
  history: History,
  folder: string,
  tree: Tree,
  alive: ReadonlySet<bigint>,
  strictSync = false,
): string[] {
  return [
    ...history.broken,
    ...zxidOrder(history.writes),
    ...registers(history.writes, strictSync ? history.syncedReads : [], tree),
    ...sequence(history.writes, folder, tree),
    ...nodesFor(history.writes, tree, alive),
  ];
}

/** Writes that came one after the other for their clients did so for the ensemble, and each had a zxid of its own. */
function zxidOrder(writes: readonly Write[]): string[] {
  const broken: string[] = [];
  const answered = writes.filter((write) => write.answer !== null);
  const byReturn = answered.toSorted((a, b) => a.returnedAt - b.returnedAt);
  const byCall = answered.toSorted((a, b) => a.calledAt - b.calledAt);
  let newest = 0;
  let at = 0;
  for (const write of byCall) {
    for (; at < byReturn.length && byReturn[at]!.returnedAt < write.calledAt; at++) {
      newest = Math.max(newest, byReturn[at]!.answer!.zxid);
    }
    if (write.answer!.zxid <= newest) {
      broken.push(`${show(write)} has a zxid although ${newest} was answered before it was asked for`);
    }
  }
  const seen = new Map<number, Write>();
  for (const write of answered) {
    const other = seen.get(write.answer!.zxid);
    if (other !== undefined) broken.push(`${show(write)} has the zxid of ${show(other)}`);
    seen.set(write.answer!.zxid, write);
  }
  return broken;
}

interface Register {
  readonly value: string;
  readonly version: number;
}

type SetCall = { readonly path: string; readonly value: string; readonly version: number; readonly isRead: boolean };
type SetResult = { readonly version: number; readonly value: string } | "badVersion";

/** A node's data under setData with and without a version, reads that must be up to date, and a last look at it. */
const registerModel: SequentialModel<Register, SetCall, SetResult> = {
  initial: { value: "", version: 0 },
  apply(state, call, result) {
    if (call.isRead) {
      return result !== "badVersion" && result?.version === state.version && result.value === state.value
        ? state
        : null;
    }
    const matches = call.version === -1 || call.version === state.version;
    if (result === "badVersion") return matches ? null : state;
    const after = { value: call.value, version: state.version + 1 };
    if (result === undefined) return matches ? after : state;
    return matches && result.version === after.version ? after : null;
  },
  keyOf: ({ value, version }) => `${version}=${value}`,
};

/** Writes of the shared registers are linearizable, and what is there in the end is what they lead to. */
function registers(writes: readonly Write[], reads: readonly SyncedRead[], tree: Tree): string[] {
  const operations: Operation<SetCall, SetResult>[] = [];
  let end = 0;
  for (const { client, call, calledAt, answer, returnedAt } of writes) {
    if (call.kind !== "set") continue;
    if (returnedAt < Infinity) end = Math.max(end, returnedAt);
    end = Math.max(end, calledAt);
    const result: SetResult | undefined =
      answer === null
        ? undefined
        : answer.kind === "badVersion"
          ? "badVersion"
          : { version: answer.version, value: call.value };
    operations.push({ client, call: { ...call, isRead: false }, calledAt, result, returnedAt });
  }
  for (const { client, path, calledAt, returnedAt, ...result } of reads) {
    end = Math.max(end, returnedAt);
    const call = { path, value: "", version: -1, isRead: true };
    operations.push({ client, call, calledAt, result, returnedAt });
  }
  for (const path of new Set(operations.map(({ call }) => call.path))) {
    const node = tree.get(path);
    if (node === undefined) return [`"${path}" is gone`];
    const call = { path, value: "", version: -1, isRead: true };
    const result = { version: node.version, value: node.data };
    operations.push({ client: -1, call, calledAt: end + 1, result, returnedAt: end + 2 });
  }
  if (operations.length === 0) return [];
  const { verdict, key } = checkLinearizableByKey(registerModel, operations, ({ path }) => path);
  if (verdict === "violated") return [`what was done to "${key}" is not linearizable`];
  return verdict === "undecided"
    ? [`what was done to "${key}" could not be checked: too many orders are possible`]
    : [];
}

/** Sequential names are unique, grow with time, and are there with the data they were made with. */
function sequence(writes: readonly Write[], folder: string, tree: Tree): string[] {
  const broken: string[] = [];
  const prefix = `${folder}/q/s-`;
  const made = writes.filter((write) => write.call.kind === "sequential");
  const values = new Set(made.map(({ call }) => (call.kind === "sequential" ? call.value : "")));
  const numberOf = (path: string): number => Number(path.slice(prefix.length));
  const byZxid = made.filter(({ answer }) => answer !== null).toSorted((a, b) => a.answer!.zxid - b.answer!.zxid);
  let last = -1;
  for (const { call, answer } of byZxid) {
    if (answer?.kind !== "done" || call.kind !== "sequential") continue;
    const number = numberOf(answer.path);
    if (number <= last) broken.push(`"${answer.path}" of zxid ${answer.zxid} was made after number ${last}`);
    last = number;
    const found = tree.get(answer.path);
    if (found?.data !== call.value) {
      broken.push(`"${answer.path}" was acknowledged with data "${call.value}" and is ${found?.text ?? "gone"}`);
    }
  }
  for (const [path, { data }] of tree) {
    if (path.startsWith(prefix) && !values.has(data)) broken.push(`"${path}" has data "${data}" that nobody wrote`);
  }
  return broken;
}

/** What was acknowledged is there, what was deleted is not, and ephemeral nodes go with their sessions, not before. */
function nodesFor(writes: readonly Write[], tree: Tree, alive: ReadonlySet<bigint>): string[] {
  const broken: string[] = [];
  const deletions = new Map<string, Write>();
  for (const write of writes) if (write.call.kind === "delete") deletions.set(write.call.path, write);
  for (const write of writes) {
    const { call, answer } = write;
    if (call.kind !== "create") continue;
    const found = tree.get(call.path);
    const deletion = deletions.get(call.path);
    const hasEnded = call.owner !== 0n && !alive.has(call.owner);
    if (found !== undefined && found.owner !== call.owner) broken.push(`${show(write)} is ${found.text}`);
    if (found !== undefined && hasEnded) broken.push(`${show(write)} outlives its session`);
    if (found !== undefined && deletion !== undefined && deletion.answer !== null) {
      broken.push(`${show(write)} is there after ${show(deletion)}`);
    }
    if (found === undefined && answer !== null && !hasEnded && deletion === undefined) {
      broken.push(`${show(write)} is gone`);
    }
  }
  return broken;
}

function show({ client, call, answer }: Write): string {
  const facts = { client, ...call, ...(answer === null ? {} : { zxid: answer.zxid }) };
  return JSON.stringify(facts, (_key, value: unknown) =>
    typeof value === "bigint" ? `0x${value.toString(16)}` : value,
  );
}
