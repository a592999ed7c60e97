import type { Command } from "./command.ts";
import { UINT32_MAX } from "./numbers.ts";

const USAGE = "\t* Usage: lqdetect [start [threshold] | stop | show | stats]\n";

/** `lqdetect start [<threshold>]`, `stop`, `show` and `stats`. */
export const lqdetectCommand: Command = {
  run(request, session) {
    const { longQueries } = session.node;
    if (request.is(1, "start")) {
      const threshold = request.count > 2 ? request.uint(2) : 0;
      if (threshold < 0 || threshold > UINT32_MAX) session.reply("CLIENT_ERROR bad command line format");
      else session.reply(`\tlong query detection ${longQueries.start(threshold) ? "started" : "already started"}.\n`);
    } else if (request.is(1, "stop")) {
      session.reply(`\tlong query detection ${longQueries.stop() ? "stopped" : "already stopped"}.\n`);
    } else if (request.is(1, "show")) {
      session.output.text(longQueries.show());
    } else if (request.is(1, "stats")) {
      session.output.text(longQueries.statsText());
    } else {
      session.reply(USAGE);
    }
  },
};
