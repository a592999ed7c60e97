import type { Command } from "./command.ts";

const DELAY_SECONDS_DEFAULT = 2;
const DELAY_SECONDS_MAX = 600;

/** `ready`: whether the clients of the cloud are sent here. A node without a cloud is always ready. */
export const readyCommand: Command = {
  run(_request, session) {
    const { cloud } = session.node;
    session.reply(cloud.isConfigured && !cloud.isReady ? "NOT_READY" : "READY");
  },
};

/** `shutdown [<seconds>]`: the node leaves its cloud, goes on serving for so long, and ends. */
export const shutdownCommand: Command = {
  run(request, session) {
    const { node } = session;
    if (node.isStopping) {
      session.reply("DENIED");
      return;
    }
    const delaySeconds = request.count === 1 ? DELAY_SECONDS_DEFAULT : request.int(1);
    if (Number.isNaN(delaySeconds)) {
      session.reply("CLIENT_ERROR bad command line format");
    } else if (delaySeconds < 0 || delaySeconds > DELAY_SECONDS_MAX) {
      session.reply("CLIENT_ERROR invalid arguments");
    } else {
      session.reply("OK");
      node.stop(delaySeconds);
    }
  },
};
