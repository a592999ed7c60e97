import { Ensemble, modeOf, ServerProcess, type ServerKind } from "@branta/tests-kit";
import { digestId, SUPERUSER } from "./pools.ts";
import { Side } from "./side.ts";

/** True if the settings of this variant make quotas hard. */
export function enforcesQuota(variant: number): boolean {
  return variant === 2;
}

/** Which servers, and how: several kinds make an ensemble. */
export interface Contest {
  candidate: readonly ServerKind[];
  oracle: readonly ServerKind[];
}

/** Two fresh servers or ensembles with the same settings, and the way to end both. */
export class ServerPair implements AsyncDisposable {
  readonly candidate: Side;
  readonly oracle: Side;

  private constructor(candidate: Side, oracle: Side) {
    this.candidate = candidate;
    this.oracle = oracle;
  }

  /** `variant` chooses among settings that change answers. */
  static async start({ candidate, oracle }: Contest, variant: number): Promise<ServerPair> {
    const config = {
      tickTime: 500,
      minSessionTimeout: 1_000,
      // Sessions that are left alone must outlive the episode: each server would expire them at a moment of its own.
      maxSessionTimeout: 7_200_000,
      maxClientCnxns: 0,
      // Durability has tests of its own; here both go faster without.
      forceSync: "no",
      snapCount: 20_000,
      preAllocSize: 1_024,
      extendedTypesEnabled: "true",
      ...(candidate.length === 1 ? ofOne(variant) : ofSeveral(variant)),
      enforceQuota: enforcesQuota(variant) ? "true" : "false",
      "DigestAuthenticationProvider.superDigest": digestId(SUPERUSER),
    };
    // The cleaner of containers and TTL nodes runs by the clock: it would make the trees differ.
    const properties = { "znode.container.checkIntervalMs": 86_400_000 };
    const settings = { config, properties, logLevel: process.env["DIFFERENTIAL_LOG_LEVEL"] ?? "OFF" };
    const start = async (kinds: readonly ServerKind[]): Promise<readonly ServerProcess[]> =>
      kinds.length === 1
        ? [await ServerProcess.start({ kind: kinds[0]!, ...settings })]
        : await leaderFirst((await Ensemble.start({ kind: kinds, ...settings })).servers);
    const [left, right] = await Promise.all([start(candidate), start(oracle)]);
    return new ServerPair(new Side("candidate", left), new Side("oracle", right));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servers = [...this.candidate.servers, ...this.oracle.servers];
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  }
}

function ofOne(variant: number): Record<string, string> {
  return { reconfigEnabled: variant % 2 === 1 ? "true" : "false" };
}

/** An ensemble's random reconfigurations would leave none; its sessions may be known to one server only. */
function ofSeveral(variant: number): Record<string, string> {
  const local = variant % 2 === 1 ? "true" : "false";
  return { reconfigEnabled: "false", localSessionsEnabled: local, localSessionsUpgradingEnabled: local };
}

/** So that sessions of both sides are on servers that play the same part. */
async function leaderFirst(servers: readonly ServerProcess[]): Promise<ServerProcess[]> {
  const modes = new Map<ServerProcess, string | null>();
  for (const server of servers) modes.set(server, await modeOf(server));
  return servers.toSorted((a, b) => Number(modes.get(b) === "leader") - Number(modes.get(a) === "leader"));
}
