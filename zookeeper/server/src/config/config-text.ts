import { parseProperties } from "@branta/foundation-config";

import { isMembershipKey } from "./membership.ts";

/**
 * The text of a zoo.cfg that leaves the ensemble's members to another file, which it names. Everything else stays as the
 * operator wrote it, comments too (Apache writes the settings anew, in no order and without comments).
 *
 * @param leavesClientPort whether this server's line in the other file has its client port
 */
export function withDynamicConfigFile(text: string, dynamicFile: string, leavesClientPort: boolean): string {
  const lines = text.split("\n");
  const dropped = new Set<number>();
  for (const { key, origin } of parseProperties(text, "zoo.cfg").entries) {
    const isMoved = isMembershipKey(key) || key === "dynamicConfigFile" || key === "peerType";
    if (!isMoved && !(leavesClientPort && CLIENT_PORT_KEYS.has(key))) continue;
    let index = origin.line! - 1;
    dropped.add(index);
    while (isContinued(lines[index]!)) dropped.add(++index);
  }
  const kept = lines.filter((_line, index) => !dropped.has(index));
  while (kept.at(-1) === "") kept.pop();
  return [...kept, `dynamicConfigFile=${dynamicFile}`, ""].join("\n");
}

const CLIENT_PORT_KEYS: ReadonlySet<string> = new Set(["clientPort", "clientPortAddress"]);

/** A backslash at the end continues a line, two of them are one backslash. */
function isContinued(line: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(line.replace(/\r$/, ""));
}
