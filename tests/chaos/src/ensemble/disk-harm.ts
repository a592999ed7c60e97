import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerProcess } from "@branta/tests-kit";

/** What becomes of a server's syncs: so many ms more for each, or an error. */
export type DiskHarm = { readonly kind: "slow"; readonly delayMs: number } | { readonly kind: "failing" };

/** Lies in a server's working folder while its disk is harmed. */
export const DISK_HARM_FILE = "disk-harm.json";

/** With this environment a server's disk can be harmed while it runs. Apache's servers take no notice. */
export const HARMABLE = { NODE_OPTIONS: `--import=${join(import.meta.dirname, "harm-syncs-main.ts")}` } as const;

/** From now on, also if it is started anew. */
export async function harmDisk(server: ServerProcess, harm: DiskHarm): Promise<void> {
  await writeFile(join(server.folder, DISK_HARM_FILE), JSON.stringify(harm));
}

/** The disk is as it was. */
export async function healDisk(server: ServerProcess): Promise<void> {
  await rm(join(server.folder, DISK_HARM_FILE), { force: true });
}
