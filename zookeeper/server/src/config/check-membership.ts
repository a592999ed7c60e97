import { ConfigError } from "@branta/foundation-config";
import { type Membership, participantsOf } from "./membership.ts";

/** The settings that membership is checked against. */
export interface MembershipSettings {
  readonly standaloneEnabled: boolean;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
}

/**
 * Checks an ensemble's membership by Apache's rules and tells whether there is an ensemble at all: more than one
 * voter, or any with `standaloneEnabled=false`. A single `server.N` line means a server on its own.
 */
export function checkMembership(
  membership: Membership,
  settings: MembershipSettings,
  options: { readonly serverId: number; readonly allowEnsemble: boolean; readonly file: string | null },
): boolean {
  const voters = participantsOf(membership).length;
  const observers = membership.members.size - voters;
  const place = options.file ?? "zoo.cfg";
  if (voters === 0 && !settings.standaloneEnabled) {
    throw new ConfigError(
      "conflict",
      `${place}: standaloneEnabled is false and no server.N votes, expected at least one`,
    );
  }
  if (voters === 0 && observers > 0) {
    throw new ConfigError("conflict", `${place}: all server.N lines are observers, expected at least one that votes`);
  }
  if (voters === 1 && settings.standaloneEnabled && observers > 0) {
    throw new ConfigError("conflict", `${place}: observers stand beside a single voter, expected more voters`);
  }
  const isDistributed = voters > 1 || !settings.standaloneEnabled;
  if (!isDistributed) return false;
  if (!options.allowEnsemble) {
    throw new ConfigError("unsupported", `${place}: ensembles are not served yet, expected at most one server.N line`);
  }
  for (const [key, ticks] of [
    ["initLimit", settings.initLimitTicks] as const,
    ["syncLimit", settings.syncLimitTicks] as const,
  ]) {
    if (ticks === 0)
      throw new ConfigError("missing", `${place}: ${key} is not set, expected a number of ticks`, { key });
  }
  if (options.serverId === -1) {
    throw new ConfigError("missing", `${place}: there is no file myid in dataDir, expected one with this server's id`);
  }
  return true;
}
