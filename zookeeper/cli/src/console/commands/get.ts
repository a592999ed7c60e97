import type { Command, CommandCall } from "../command.ts";
import { type DataFormat, formatData } from "../data-format.ts";
import { checkPath } from "../path-words.ts";
import { statJson, statLines } from "../stat-block.ts";

export const get: Command = {
  name: "get",
  usage: "[-s] [-w] [-b] [-x] path",
  explained: true,
  options: [
    { name: "s", description: "Print znode stats additionally" },
    { name: "w", description: "Watch for changes on the znode" },
    { name: "b", description: "Output data in base64 format" },
    { name: "x", description: "Output data in hexdump format" },
  ],
  wordsMin: 1,
  async run(call, { zk, output, watches }) {
    const path = call.word(0);
    const isOldWatch = call.words.length > 1;
    if (isOldWatch) output.note("'get path [watch]' has been deprecated. Please use 'get [-s] [-w] path' instead.");
    checkPath(path);
    const watch = isOldWatch || call.has("w") ? watches.watch("data") : undefined;
    const { data, stat } = await zk.get(path, { watch });
    output.line(formatData(data, formatOf(call)));
    if (call.has("s")) statLines(stat).forEach((line) => output.line(line));
    output.value({ path, ...jsonData(data, call.has("b")), stat: statJson(stat) });
  },
};

function formatOf(call: CommandCall): DataFormat {
  if (call.has("x")) return "hexdump";
  return call.has("b") ? "base64" : "plain";
}

/** Text where the bytes are text; else, and where base64 is wanted, base64. */
function jsonData(data: Buffer | null, asBase64: boolean): { data: string | null } | { dataBase64: string } {
  if (data === null) return { data: null };
  const text = data.toString("utf8");
  const isText = !asBase64 && Buffer.from(text, "utf8").equals(data);
  return isText ? { data: text } : { dataBase64: data.toString("base64") };
}
