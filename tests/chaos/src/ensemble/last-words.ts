import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ensemble } from "@branta/tests-kit";

/** Writes what the servers have logged lately to a folder of its own, and says which. */
export async function keepLastWords({ servers }: Ensemble): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "branta-chaos-"));
  for (const [at, { output }] of servers.entries()) await writeFile(join(folder, `server-${at + 1}.log`), output);
  console.log(`The last words of the servers are in ${folder}`);
}
