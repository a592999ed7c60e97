import type { ServerId } from "../effects.ts";
import type { Oracle } from "./oracle.ts";
import type { EnsembleConfiguration, QuorumVerifier } from "./quorum-verifier.ts";

/**
 * The configurations whose quorums are all needed: the last committed one and, while a reconfiguration is under way, the one
 * that was last seen. Itself a verifier: who votes in any of them votes, and only a quorum of each is a quorum.
 */
export class ConfigurationsInForce implements QuorumVerifier {
  readonly committed: EnsembleConfiguration;
  /** Null unless a newer configuration is on its way. */
  readonly next: EnsembleConfiguration | null;
  readonly voters: ReadonlySet<ServerId>;
  readonly #oracle: Oracle | null;

  /** `lastSeen` counts only where it is newer than what is committed; the oracle, if there is one, in each where two vote. */
  constructor(
    committed: EnsembleConfiguration,
    lastSeen: EnsembleConfiguration | null = null,
    oracle: Oracle | null = null,
  ) {
    this.#oracle = oracle;
    this.committed = committed;
    this.next = lastSeen !== null && lastSeen.version > committed.version ? lastSeen : null;
    this.voters = new Set([...committed.quorum.voters, ...(this.next?.quorum.voters ?? [])]);
  }

  get majority(): number | null {
    const { quorum } = this.committed;
    return this.next === null && this.#oracle?.isFor(quorum) !== true ? quorum.majority : null;
  }

  isQuorum(servers: ReadonlySet<ServerId>): boolean {
    return this.#isQuorumIn(this.committed, servers) && (this.next === null || this.#isQuorumIn(this.next, servers));
  }

  /**
   * Whether these decide in one of them. Enough for believing that somebody leads: who has to come back before a change can be
   * committed could otherwise wait for its commit.
   */
  isQuorumOfOne(servers: ReadonlySet<ServerId>): boolean {
    return this.committed.quorum.isQuorum(servers) || (this.next?.quorum.isQuorum(servers) ?? false);
  }

  /** Whether two vote, with an oracle for when one of them is lost. */
  get hasOracle(): boolean {
    return this.#oracle?.isFor(this.committed.quorum) ?? false;
  }

  #isQuorumIn({ quorum }: EnsembleConfiguration, servers: ReadonlySet<ServerId>): boolean {
    return quorum.isQuorum(servers) || (this.#oracle?.breaksTie(quorum, servers) ?? false);
  }

  /** The larger one, so that who is about to get a vote may already be voted for. */
  weightOf(server: ServerId): number {
    return Math.max(this.committed.quorum.weightOf(server), this.next?.quorum.weightOf(server) ?? 0);
  }
}
