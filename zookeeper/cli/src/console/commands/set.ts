import { type Command, parseInteger } from "../command.ts";
import { ConsoleError } from "../console-error.ts";
import { checkPath } from "../path-words.ts";
import { statJson, statLines } from "../stat-block.ts";

export const set: Command = {
  name: "set",
  usage: "path data [-s] [-v version] [-b]",
  explained: true,
  options: [
    { name: "s", description: "Print znode stats additionally" },
    { name: "v", takesValue: true, description: "Set with an expected version" },
    { name: "b", description: "Supply data in base64 format" },
  ],
  wordsMin: 2,
  async run(call, { zk, output }) {
    const [path = "", text = "", oldVersion] = call.words;
    let version = call.integer("v");
    if (oldVersion !== undefined) {
      output.note(
        "'set path data [version]' has been deprecated. Please use 'set [-s] [-v version] path data' instead.",
      );
      version ??= parseInteger(oldVersion, "version");
    }
    const data = call.has("b") ? fromBase64(text) : text;
    checkPath(path);
    const stat = await zk.set(path, data, { version });
    if (call.has("s")) statLines(stat).forEach((line) => output.line(line));
    output.value({ path, stat: statJson(stat) });
  },
};

function fromBase64(text: string): Buffer {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text)) {
    throw new ConsoleError("malformedCommand", `Cannot read data "${text}": with -b it must be base64`);
  }
  return Buffer.from(text, "base64");
}
