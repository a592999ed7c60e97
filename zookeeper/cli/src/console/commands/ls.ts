import { isZooKeeperError } from "@branta/zookeeper-client";
import { childPath } from "@branta/zookeeper-protocol";
import type { Command, CommandCall, CommandContext } from "../command.ts";
import { describeOptions } from "../option-usage.ts";
import { checkPath } from "../path-words.ts";
import { statJson, statLines } from "../stat-block.ts";

const OPTIONS = [
  { name: "?", description: "help" },
  { name: "s", description: "stat" },
  { name: "w", description: "watch" },
  { name: "R", description: "recurse" },
];

export const ls: Command = {
  name: "ls",
  usage: "[-s] [-w] [-R] path",
  options: OPTIONS,
  async run(call, context) {
    if (call.has("?")) context.output.line(describeOptions("usage: ls [options] path", OPTIONS).trimEnd());
    const isOldWatch = call.words.length > 1;
    if (isOldWatch) {
      context.output.note("'ls path [watch]' has been deprecated. Please use 'ls [-w] path' instead.");
    }
    if (call.words.length === 0) throw call.misused();
    const wantsWatch = isOldWatch || call.has("w");
    if (call.has("R")) await listTree(call.word(0), wantsWatch, context);
    else await listChildren(call, wantsWatch, call.has("s"), context);
  },
};

/** The name of `ls -s` before 3.5. */
export const ls2: Command = {
  name: "ls2",
  usage: "path [watch]",
  hidden: true,
  wordsMin: 1,
  async run(call, context) {
    context.output.note("'ls2' has been deprecated. Please use 'ls [-s] path' instead.");
    await listChildren(call, call.words.length > 1, true, context);
  },
};

async function listChildren(
  call: CommandCall,
  wantsWatch: boolean,
  wantsStat: boolean,
  { zk, output, watches }: CommandContext,
): Promise<void> {
  const path = call.word(0);
  checkPath(path);
  const { children, stat } = await zk.children(path, { watch: wantsWatch ? watches.watch("child") : undefined });
  const sorted = children.toSorted();
  output.line(`[${sorted.join(", ")}]`);
  if (wantsStat) statLines(stat).forEach((line) => output.line(line));
  output.value({ path, children: sorted, stat: statJson(stat) });
}

/** The node, then its children, then the children of each, as Apache's client walks: printed while walking. */
async function listTree(root: string, wantsWatch: boolean, { zk, output, watches }: CommandContext): Promise<void> {
  checkPath(root);
  const found: string[] = [];
  const show = (path: string): void => {
    output.line(path);
    if (output.json) found.push(path);
  };
  await zk.get(root, { watch: wantsWatch ? watches.watch("data") : undefined });
  show(root);
  const waiting = [root];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const parent = path;
    try {
      const { children } = await zk.children(parent, { watch: wantsWatch ? watches.watch("child") : undefined });
      const paths = children.toSorted().map((name) => childPath(parent, name));
      paths.forEach(show);
      waiting.push(...paths.toReversed());
    } catch (error) {
      // It went between being listed and being looked at.
      if (!isZooKeeperError(error, "NoNode")) throw error;
    }
  }
  output.value({ path: root, paths: found });
}
