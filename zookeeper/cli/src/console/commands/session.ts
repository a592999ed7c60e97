import type { Command } from "../command.ts";
import { checkPath } from "../path-words.ts";
import { CLI_VERSION } from "../../version.ts";

export const addAuth: Command = {
  name: "addauth",
  usage: "scheme auth",
  wordsMin: 1,
  async run(call, { zk, output }) {
    await zk.addAuth(call.word(0), call.word(1));
    output.value({ scheme: call.word(0) });
  },
};

export const close: Command = {
  name: "close",
  usage: "",
  takesAnything: true,
  async run(_call, { zk, output }) {
    await zk.close();
    output.value({ closed: true });
  },
};

export const sync: Command = {
  name: "sync",
  usage: "path",
  wordsMin: 1,
  async run(call, { zk, output }) {
    checkPath(call.word(0));
    await zk.sync(call.word(0));
    output.line("Sync is OK");
    output.value({ path: call.word(0), synced: true });
  },
};

export const version: Command = {
  name: "version",
  usage: "",
  async run(call, { output }) {
    if (call.words.length > 0) throw call.misused();
    output.line(`ZooKeeper CLI version: ${CLI_VERSION}`);
    output.value({ version: CLI_VERSION });
    return Promise.resolve();
  },
};

export const whoAmI: Command = {
  name: "whoami",
  usage: "",
  takesAnything: true,
  async run(_call, { zk, output }) {
    const identities = await zk.whoAmI();
    output.line("Auth scheme: User");
    for (const { authScheme, user } of identities) output.line(`${authScheme}: ${user}`);
    output.value(identities);
  },
};

export const getEphemerals: Command = {
  name: "getEphemerals",
  usage: "path",
  async run(call, { zk, output }) {
    const prefix = call.words[0] ?? "/";
    checkPath(prefix);
    const paths = await zk.ephemerals(prefix);
    output.line(`[${paths.join(", ")}]`);
    output.value({ paths });
  },
};

export const getAllChildrenNumber: Command = {
  name: "getAllChildrenNumber",
  usage: "path",
  wordsMin: 1,
  async run(call, { zk, output }) {
    checkPath(call.word(0));
    const count = await zk.countDescendants(call.word(0));
    output.line(String(count));
    output.value({ path: call.word(0), count });
  },
};
