import { isZooKeeperError, type WatchSelection } from "@branta/zookeeper-client";
import type { Command, CommandCall } from "../command.ts";
import { checkPath } from "../path-words.ts";

const MODES: Readonly<Record<string, { readonly recursive: boolean }>> = {
  PERSISTENT: { recursive: false },
  PERSISTENT_RECURSIVE: { recursive: true },
};

export const addWatch: Command = {
  name: "addWatch",
  usage:
    "[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE",
  options: [{ name: "m", takesValue: true }],
  async run(call, { zk, output, watches }) {
    const mode = MODES[(call.text("m") ?? "PERSISTENT_RECURSIVE").toUpperCase()];
    if (call.words.length !== 1 || mode === undefined) throw call.misused();
    const path = call.word(0);
    checkPath(path);
    await zk.addWatch(path, watches.watch("persistent"), mode);
    output.value({ path, ...mode });
  },
};

export const removeWatches: Command = {
  name: "removewatches",
  usage: "path [-c|-d|-a] [-l]",
  options: [{ name: "c" }, { name: "d" }, { name: "p" }, { name: "r" }, { name: "a" }, { name: "l" }],
  wordsMin: 1,
  async run(call, { zk, output }) {
    const path = call.word(0);
    checkPath(path);
    try {
      await zk.removeWatches(path, selectionOf(call));
    } catch (error) {
      // With -l the server's word is not needed: whoever hears nothing of the server has nothing to take back there.
      if (!call.has("l") || !isZooKeeperError(error, "ConnectionLoss")) throw error;
    }
    output.value({ path });
  },
};

function selectionOf(call: CommandCall): WatchSelection {
  if (call.has("c")) return "children";
  if (call.has("d")) return "data";
  if (call.has("p")) return "persistent";
  return call.has("r") ? "recursive" : "any";
}
