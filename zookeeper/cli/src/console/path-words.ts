import { ConsoleError } from "./console-error.ts";

/**
 * Refuses a path no node can have, in the words of Apache's client.
 *
 * @param isSequential a path to which the server will append a number, so that it may end with a slash
 * @throws ConsoleError malformedPath
 */
export function checkPath(path: string, isSequential = false): void {
  const problem = problemOf(isSequential ? `${path}1` : path);
  if (problem !== null) throw new ConsoleError("malformedPath", problem);
}

function problemOf(path: string): string | null {
  if (path === "") return "Path length must be > 0";
  if (!path.startsWith("/")) return "Path must start with / character";
  if (path === "/") return null;
  if (path.endsWith("/")) return "Path must not end with / character";
  const reason = reasonOf(path);
  return reason === null ? null : `Invalid path string "${path}" caused by ${reason}`;
}

function reasonOf(path: string): string | null {
  for (let at = 1; at < path.length; at++) {
    const unit = path.charCodeAt(at);
    const endsName = at + 1 === path.length || path[at + 1] === "/";
    if (unit === 0) return `null character not allowed @${at}`;
    if (path[at] === "/" && path[at - 1] === "/") return `empty node name specified @${at}`;
    if (path[at] === "." && endsName) {
      if (path[at - 1] === "/") return `relative paths not allowed @${at}`;
      if (path[at - 1] === "." && path[at - 2] === "/") return `relative paths not allowed @${at}`;
    }
    if (isForbidden(unit)) return `invalid character @${at}`;
  }
  return null;
}

/** Control characters, surrogates, the private use area and the last sixteen units. */
function isForbidden(unit: number): boolean {
  return (
    (unit > 0x0000 && unit <= 0x001f) ||
    (unit >= 0x007f && unit <= 0x009f) ||
    (unit >= 0xd800 && unit <= 0xf8ff) ||
    (unit >= 0xfff0 && unit <= 0xffff)
  );
}
