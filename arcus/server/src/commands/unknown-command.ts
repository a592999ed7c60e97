import type { Request } from "../connection/request.ts";

/** Words that the real server tells apart in a line. */
const WORDS_MAX = 29;
/** The module that shows how to extend the protocol: it answers `noop` and `echo`. */
const EXAMPLE = "example_protocol";

/**
 * What a line gets that is none of the server's commands: the words depend on whether modules might have known it.
 *
 * @param extensions names of the modules that the command line asks for; loggers know no commands
 */
export function unknownCommandReply(request: Request, extensions: readonly string[]): string {
  if (extensions.every((name) => name.endsWith("_logger"))) return "ERROR unknown command";
  if (request.count >= WORDS_MAX) return "ERROR too many arguments";
  if (request.count === 0) return "ERROR no arguments";
  return (extensions.includes(EXAMPLE) ? exampleReply(request) : null) ?? "ERROR no matching command";
}

function exampleReply(request: Request): string | null {
  if (request.is(0, "noop")) return "OK";
  if (!request.is(0, "echo")) return null;
  const words = Array.from({ length: request.count - 1 }, (_, at) => ` [${request.text(at + 1)}]`);
  return `echo${words.join("")}`;
}
