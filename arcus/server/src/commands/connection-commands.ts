import { VERSION } from "../version.ts";
import type { Command } from "./command.ts";

/** `version`. */
export const version: Command = {
  run: (_request, session) => session.reply(`VERSION ${VERSION}`),
};

/** `quit`: ends the connection without a reply. */
export const quit: Command = {
  run(_request, session) {
    session.node.traffic.quits++;
    session.end();
  },
};
