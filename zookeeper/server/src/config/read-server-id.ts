import { join } from "node:path";
import { ConfigError } from "@branta/foundation-config";

/** The id in `dataDir/myid`, or -1 when there is no such file. */
export function readServerId(dataDir: string, readText: (file: string) => string | null): number {
  const file = join(dataDir, "myid");
  const text = readText(file);
  if (text === null) return -1;
  const digits = text.split(/\r?\n/, 1)[0]!.trim();
  if (/^-?\d+$/.test(digits)) return Number(digits);
  throw new ConfigError("wrongValue", `cannot use "${digits}" as the id of this server, expected a number in ${file}`);
}
