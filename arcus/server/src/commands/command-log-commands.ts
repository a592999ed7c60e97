import type { Command } from "./command.ts";

const USAGE = "\t* Usage: cmdlog [start [path] | stop | stats]\n";

const STARTS = {
  started: "\tcommand logging started.\n",
  running: "\tcommand logging already started.\n",
  failed: "\tcommand logging failed to start.\n",
} as const;

/** `cmdlog start [<directory>]`, `stop` and `stats`. */
export const cmdlogCommand: Command = {
  run(request, session) {
    const { commandLog, log } = session.node;
    if (request.is(1, "start")) {
      const directory = request.count > 2 ? request.text(2) : null;
      session.wait(
        commandLog.start(directory).then((outcome) => {
          if (outcome === "failed") log.warn(couldNotStart(directory));
          session.reply(STARTS[outcome]);
        }),
      );
    } else if (request.is(1, "stop")) {
      session.reply(`\tcommand logging ${commandLog.stop() ? "stopped" : "already stopped"}.\n`);
    } else if (request.is(1, "stats")) {
      session.output.text(commandLog.statsText());
    } else {
      session.reply(USAGE);
    }
  },
};

function couldNotStart(directory: string | null): string {
  const wanted = "wanted is a folder that can be written to, by a path of at most 128 characters";
  return `Could not log commands into "${directory ?? "command_log"}": ${wanted}`;
}
