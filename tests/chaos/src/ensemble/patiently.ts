import { setTimeout as pause } from "node:timers/promises";
import { KitError } from "@branta/tests-kit";

const LIMIT_MS = 60_000;
const PAUSE_MS = 200;

/** Tries again when a server ends the connection: on a busy machine a leader may lose its followers at any time. */
export async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (const deadlineMs = performance.now() + LIMIT_MS; ;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof KitError) || performance.now() > deadlineMs) throw error;
      await pause(PAUSE_MS);
    }
  }
}
