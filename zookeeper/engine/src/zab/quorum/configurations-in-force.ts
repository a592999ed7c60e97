import type { ServerId } from "../effects.ts";
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

  /** `lastSeen` counts only where it is newer than what is committed. */
  constructor(committed: EnsembleConfiguration, lastSeen: EnsembleConfiguration | null = null) {
    this.committed = committed;
    this.next = lastSeen !== null && lastSeen.version > committed.version ? lastSeen : null;
    this.voters = new Set([...committed.quorum.voters, ...(this.next?.quorum.voters ?? [])]);
  }

  get majority(): number | null {
    return this.next === null ? this.committed.quorum.majority : null;
  }

  isQuorum(servers: ReadonlySet<ServerId>): boolean {
    return this.committed.quorum.isQuorum(servers) && (this.next === null || this.next.quorum.isQuorum(servers));
  }

  /**
   * Whether these decide in one of them. Enough for believing that somebody leads: who has to come back before a change can be
   * committed could otherwise wait for its commit.
   */
  isQuorumOfOne(servers: ReadonlySet<ServerId>): boolean {
    return this.committed.quorum.isQuorum(servers) || (this.next?.quorum.isQuorum(servers) ?? false);
  }

  /** The larger one, so that who is about to get a vote may already be voted for. */
  weightOf(server: ServerId): number {
    return Math.max(this.committed.quorum.weightOf(server), this.next?.quorum.weightOf(server) ?? 0);
  }
}
