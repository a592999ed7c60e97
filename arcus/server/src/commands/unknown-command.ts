import type { Request } from "../connection/request.ts";

/** Words that the real server tells apart in a line. */
const WORDS_MAX = 29;

/** What a line gets that is no command: the words depend on whether extensions might have known it. */
export function unknownCommandReply(request: Request, extensions: readonly string[]): string {
  if (extensions.length === 0) return "ERROR unknown command";
  if (request.count >= WORDS_MAX) return "ERROR too many arguments";
  return request.count === 0 ? "ERROR no arguments" : "ERROR no matching command";
}
