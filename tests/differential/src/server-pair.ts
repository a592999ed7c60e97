import { ServerProcess, type ServerKind } from "@branta/tests-kit";
import { digestId, SUPERUSER } from "./pools.ts";
import { Side } from "./side.ts";

/** True if the settings of this variant make quotas hard. */
export function enforcesQuota(variant: number): boolean {
  return variant === 2;
}

/** Two fresh servers with the same settings, and the way to end both. */
export class ServerPair implements AsyncDisposable {
  readonly candidate: Side;
  readonly oracle: Side;

  private constructor(candidate: Side, oracle: Side) {
    this.candidate = candidate;
    this.oracle = oracle;
  }

  /** `variant` chooses among settings that change answers. */
  static async start(candidate: ServerKind, oracle: ServerKind, variant: number): Promise<ServerPair> {
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
      reconfigEnabled: variant % 2 === 1 ? "true" : "false",
      enforceQuota: enforcesQuota(variant) ? "true" : "false",
      "DigestAuthenticationProvider.superDigest": digestId(SUPERUSER),
    };
    // The cleaner of containers and TTL nodes runs by the clock: it would make the trees differ.
    const properties = { "znode.container.checkIntervalMs": 86_400_000 };
    const start = (kind: ServerKind): Promise<ServerProcess> =>
      ServerProcess.start({ kind, config, properties, logLevel: process.env["DIFFERENTIAL_LOG_LEVEL"] ?? "OFF" });
    const [left, right] = await Promise.all([start(candidate), start(oracle)]);
    return new ServerPair(new Side("candidate", left), new Side("oracle", right));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.candidate.server[Symbol.asyncDispose](), this.oracle.server[Symbol.asyncDispose]()]);
  }
}
