import type { Command } from "./command.ts";
import { HELP_TOPICS } from "./help-topics.ts";

/** `help [<topic>]`. Every line begins with a tab; the answer has no END. */
export const helpCommand: Command = {
  run(request, session) {
    const topic = request.text(1);
    const lines = Object.hasOwn(HELP_TOPICS, topic) ? HELP_TOPICS[topic]! : [usage()];
    session.output.line(lines.map((line) => (line === "" ? "\n" : `\t${line}\n`)).join(""));
  },
};

function usage(): string {
  return `Usage: help [${Object.keys(HELP_TOPICS).join(" | ")}]`;
}
