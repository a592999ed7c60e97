import { type Ensemble, modeOf, type ServerProcess } from "@branta/tests-kit";

/** What an ensemble may take to come together. */
export const GIVE_UP_MS = 60_000;

/** The leader, once all follow it. */
export async function leaderOf(ensemble: Ensemble): Promise<ServerProcess> {
  for (const began = performance.now(); performance.now() - began < GIVE_UP_MS;) {
    const modes = await Promise.all(ensemble.servers.map(modeOf));
    if (modes.filter((mode) => mode === "follower").length === modes.length - 1) {
      const leader = ensemble.servers[modes.indexOf("leader")];
      if (leader !== undefined) return leader;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`there is no leader with followers within ${GIVE_UP_MS} ms`);
}
