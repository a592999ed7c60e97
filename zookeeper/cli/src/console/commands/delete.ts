import { isZooKeeperError, type Transaction, type ZooKeeper } from "@branta/zookeeper-client";
import { childPath } from "@branta/zookeeper-protocol";
import { type Command, type CommandContext, parseInteger } from "../command.ts";
import { ConsoleError } from "../console-error.ts";
import { checkPath } from "../path-words.ts";

export const deleteNode: Command = {
  name: "delete",
  usage: "[-v version] path",
  options: [{ name: "v", takesValue: true }],
  wordsMin: 1,
  async run(call, { zk, output }) {
    const path = call.word(0);
    let version = call.integer("v");
    if (call.words.length > 1) {
      output.note("'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.");
      version ??= parseInteger(call.word(1), "version");
    }
    checkPath(path);
    await zk.delete(path, { version });
    output.value({ deleted: path });
  },
};

const BATCH_DEFAULT = 1_000;

export const deleteAll: Command = {
  name: "deleteall",
  usage: "path [-b batch size]",
  options: [{ name: "b", takesValue: true }],
  wordsMin: 1,
  async run(call, context) {
    const batch = call.text("b") ?? String(BATCH_DEFAULT);
    if (!/^[+-]?\d+$/.test(batch)) throw new ConsoleError("malformedCommand", "-b argument must be an int value");
    await deleteTree(call.word(0), Number(batch), context);
  },
};

/** The name this had before 3.5. */
export const rmr: Command = {
  name: "rmr",
  usage: "path",
  hidden: true,
  wordsMin: 1,
  async run(call, context) {
    context.output.note("The command 'rmr' has been deprecated. Please use 'deleteall' instead.");
    await deleteTree(call.word(0), BATCH_DEFAULT, context);
  },
};

/** Deletes in transactions of `batch` nodes, children before parents; with a batch of 0 or less, one by one. */
async function deleteTree(path: string, batch: number, { zk, output }: CommandContext): Promise<void> {
  checkPath(path);
  const doomed = (await nodesOf(zk, path)).reverse();
  let failedBatches = 0;
  for (let at = 0; at < doomed.length; at += Math.max(batch, 1)) {
    if (batch <= 0) {
      await zk.delete(doomed[at] ?? path);
      continue;
    }
    let transaction: Transaction<readonly unknown[]> = zk.transaction();
    for (const node of doomed.slice(at, at + batch)) transaction = transaction.delete(node);
    try {
      await transaction.commit();
    } catch (error) {
      if (!isZooKeeperError(error)) throw error;
      failedBatches += 1;
    }
  }
  if (failedBatches > 0) output.note("Failed to delete some node(s) in the subtree!");
  output.value({ path, complete: failedBatches === 0 });
}

/** A node and all below it, each before its children. @throws ZooKeeperError NoNode, NoAuth: then nothing is deleted */
async function nodesOf(zk: ZooKeeper, root: string): Promise<string[]> {
  const found = [root];
  for (const parent of found) {
    const { children } = await zk.children(parent);
    for (const name of children) found.push(childPath(parent, name));
  }
  return found;
}
