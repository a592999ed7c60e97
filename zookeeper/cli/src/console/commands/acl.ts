import { type ZooKeeper, ZooKeeperError } from "@branta/zookeeper-client";
import { type Acl, childPath, formatPermissions } from "@branta/zookeeper-protocol";
import { aclLines, parseAcl, refuseEmptyAcl } from "../acl-text.ts";
import type { Command } from "../command.ts";
import { toConsoleError } from "../failure-text.ts";
import { checkPath } from "../path-words.ts";
import { statJson, statLines } from "../stat-block.ts";

export const getAcl: Command = {
  name: "getAcl",
  usage: "[-s] path",
  options: [{ name: "s" }],
  wordsMin: 1,
  async run(call, { zk, output }) {
    const path = call.word(0);
    checkPath(path);
    const { acl, stat } = await zk.getAcl(path);
    acl.flatMap(aclLines).forEach((line) => output.line(line));
    if (call.has("s")) statLines(stat).forEach((line) => output.line(line));
    output.value({
      path,
      acl: acl.map(({ id, perms }) => ({ ...id, perms: formatPermissions(perms) })),
      stat: statJson(stat),
    });
  },
};

export const setAcl: Command = {
  name: "setAcl",
  usage: "[-s] [-v version] [-R] path acl",
  options: [{ name: "s" }, { name: "v", takesValue: true }, { name: "R" }],
  wordsMin: 2,
  async run(call, { zk, output }) {
    const [path = "", aclText = ""] = call.words;
    const { acl, problems } = parseAcl(aclText);
    for (const problem of problems) output.note(problem);
    const version = call.integer("v");
    checkPath(path);
    refuseEmptyAcl(acl);
    if (call.has("R")) {
      for await (const node of tree(zk, path)) {
        await setOne(zk, node, acl, version, (message) => output.line(message));
      }
      output.value({ path });
      return;
    }
    const stat = await zk.setAcl(path, acl, { version });
    if (call.has("s")) statLines(stat).forEach((line) => output.line(line));
    output.value({ path, stat: statJson(stat) });
  },
};

/** One node of many: that it refuses does not keep the others from being changed. */
async function setOne(
  zk: ZooKeeper,
  path: string,
  acl: readonly Acl[],
  version: number | undefined,
  tell: (message: string) => void,
): Promise<void> {
  try {
    await zk.setAcl(path, acl, { version });
  } catch (error) {
    if (!(error instanceof ZooKeeperError)) throw error;
    tell(toConsoleError(error).message);
  }
}

/** A node and everything below it; each node's children are read before the node itself is answered. */
async function* tree(zk: ZooKeeper, root: string): AsyncGenerator<string> {
  const waiting = [root];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const parent = path;
    const { children } = await zk.children(parent);
    waiting.push(
      ...children
        .toSorted()
        .map((name) => childPath(parent, name))
        .toReversed(),
    );
    yield parent;
  }
}
