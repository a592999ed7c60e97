import { isIP } from "node:net";
import { ConfigError, type HostPort } from "@branta/foundation-config";
import { type Membership, participantsOf } from "./membership.ts";

/** The settings that membership is checked against. */
export interface MembershipSettings {
  readonly standaloneEnabled: boolean;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
  readonly extendedTypesEnabled: boolean;
  readonly clientPort: number | null;
  readonly clientPortAddress: string | null;
}

/** What stands beside the settings. */
interface Place {
  readonly serverId: number;
  readonly file: string | null;
}

/** The first byte of a session id is the server's, and the largest one marks TTLs when extended types are on. */
const EXTENDED_SERVER_ID_MAX = 0xfe;

/**
 * Checks an ensemble's membership by Apache's rules and tells whether there is an ensemble at all: more than one
 * voter, or any with `standaloneEnabled=false`. A single `server.N` line means a server on its own.
 */
export function checkMembership(membership: Membership, settings: MembershipSettings, options: Place): boolean {
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
  checkClientAddress(membership, settings, options.serverId, place);
  const isDistributed = voters > 1 || !settings.standaloneEnabled;
  if (isDistributed) checkMember(membership, settings, options.serverId, place);
  return isDistributed;
}

/** What a server needs to be one of an ensemble. */
function checkMember({ members }: Membership, settings: MembershipSettings, serverId: number, place: string): void {
  for (const [key, ticks] of [
    ["initLimit", settings.initLimitTicks] as const,
    ["syncLimit", settings.syncLimitTicks] as const,
  ]) {
    if (ticks === 0)
      throw new ConfigError("missing", `${place}: ${key} is not set, expected a number of ticks`, { key });
  }
  if (serverId === -1) {
    throw new ConfigError("missing", `${place}: there is no file myid in dataDir, expected one with this server's id`);
  }
  if (!members.has(serverId)) {
    throw new ConfigError("conflict", `${place}: myid is ${serverId} and there is no server.${serverId}, expected one`);
  }
  if (settings.extendedTypesEnabled && serverId > EXTENDED_SERVER_ID_MAX) {
    throw new ConfigError(
      "wrongValue",
      `${place}: myid is ${serverId} and extendedTypesEnabled is true, expected at most ${EXTENDED_SERVER_ID_MAX}`,
    );
  }
}

/** `clientPort` and the client address behind the semicolon of this server's line must not contradict each other. */
function checkClientAddress(
  { members }: Membership,
  { clientPort, clientPortAddress }: MembershipSettings,
  serverId: number,
  place: string,
): void {
  const own = members.get(serverId)?.clientAddress ?? null;
  if (own === null || clientPort === null || agrees({ host: clientPortAddress, port: clientPort }, own)) return;
  throw new ConfigError(
    "conflict",
    `${place}: clientPort is ${clientPort} and server.${serverId} says another client address, expected one of both`,
    { key: "clientPort" },
  );
}

function agrees(fromFile: HostPort, own: HostPort): boolean {
  if (fromFile.port !== own.port) return false;
  if (fromFile.host === null || fromFile.host === "0.0.0.0") return true;
  if (own.host === null) return false;
  // Names may stand for the same address; that is not looked up here.
  return fromFile.host === own.host || isIP(fromFile.host) === 0 || isIP(own.host) === 0;
}
