import type { Command, Session } from "./command.ts";

const PREFIX_BYTES_MAX = 250;
const FAILED = "SERVER_ERROR failed. refer to the reason in server log.";

/** `dump start <mode> [<prefix>] <path>`, whose only mode is `key`, and `dump stop`. */
export const dumpCommand: Command = {
  run(request, session) {
    const { count } = request;
    if (count === 2 && request.is(1, "stop")) {
      session.node.keyDump.stop();
      session.reply("OK");
    } else if ((count === 4 || count === 5) && request.is(1, "start")) {
      if (count === 5 && request.length(3) > PREFIX_BYTES_MAX) session.reply("CLIENT_ERROR too long prefix name");
      else if (!request.is(2, "key")) session.reply("NOT_SUPPORTED");
      else start(session, count === 5 ? request.text(3) : null, request.text(count - 1));
    } else {
      session.reply("CLIENT_ERROR bad command line format");
    }
  },
};

function start(session: Session, name: string | null, path: string): void {
  const { keyDump, log } = session.node;
  const prefix = name === "<null>" ? "" : name;
  session.wait(
    keyDump.start({ prefix, path }).then((started) => {
      if (!started)
        log.warn(`Could not dump keys into "${path}": wanted is a file that can be written, and no other dump`);
      session.reply(started ? "OK" : FAILED);
    }),
  );
}
