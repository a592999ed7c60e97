import type { Command } from "./command.ts";

/** `zkensemble get`, `zkensemble set <host:port,…>` and `zkensemble rejoin`. */
export const zkensembleCommand: Command = {
  run(request, session) {
    const { cloud } = session.node;
    if (!cloud.isConfigured) {
      session.reply("ERROR not using ZooKeeper");
    } else if (request.count === 2 && request.is(1, "get")) {
      const ensemble = cloud.ensemble();
      // The line ends twice, and oddly; tools for the real server read it so.
      session.reply(ensemble === null ? "ERROR failed to get the ensemble address" : `${ensemble}\r\n\n`);
    } else if (request.count === 2 && request.is(1, "rejoin")) {
      session.wait(
        cloud.rejoin().then((joined) => {
          session.reply(joined ? "Successfully rejoined" : "ERROR failed to rejoin ensemble");
        }),
      );
    } else if (request.count === 3 && request.is(1, "set")) {
      const isSet = cloud.setEnsemble(request.text(2));
      session.reply(isSet ? "OK" : "ERROR failed to set the new ensemble address (check logs)");
    } else {
      session.reply("CLIENT_ERROR bad command line format");
    }
  },
};
