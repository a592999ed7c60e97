import { isZooKeeperError } from "@branta/zookeeper-client";
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

export const deleteAll: Command = {
  name: "deleteall",
  usage: "path [-b batch size]",
  options: [{ name: "b", takesValue: true }],
  wordsMin: 1,
  async run(call, context) {
    const batch = call.text("b");
    // The client bounds its deletes in flight by itself, so a batch size only has to be one.
    if (batch !== undefined && !/^[+-]?\d+$/.test(batch)) {
      throw new ConsoleError("malformedCommand", "-b argument must be an int value");
    }
    await deleteTree(call.word(0), context);
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
    await deleteTree(call.word(0), context);
  },
};

async function deleteTree(path: string, { zk, output }: CommandContext): Promise<void> {
  checkPath(path);
  // Asked first, because deleting what is not there counts as done.
  await zk.children(path);
  try {
    output.value({ deleted: path, count: await zk.deleteRecursive(path) });
  } catch (error) {
    if (!isZooKeeperError(error, "NoAuth", "BadArguments")) throw error;
    output.note("Failed to delete some node(s) in the subtree!");
  }
}
