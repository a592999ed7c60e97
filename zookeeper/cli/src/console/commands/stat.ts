import type { Command } from "../command.ts";
import { ConsoleError } from "../console-error.ts";
import { checkPath } from "../path-words.ts";
import { statJson, statLines } from "../stat-block.ts";

export const stat: Command = {
  name: "stat",
  usage: "[-w] path",
  options: [{ name: "w" }],
  wordsMin: 1,
  async run(call, { zk, output, watches }) {
    const path = call.word(0);
    const isOldWatch = call.words.length > 1;
    if (isOldWatch) output.note("'stat path [watch]' has been deprecated. Please use 'stat [-w] path' instead.");
    checkPath(path);
    const found = await zk.exists(path, { watch: isOldWatch || call.has("w") ? watches.watch("data") : undefined });
    if (found === null) throw new ConsoleError("refused", `Node does not exist: ${path}`);
    statLines(found).forEach((line) => output.line(line));
    output.value({ path, stat: statJson(found) });
  },
};
