import type { ServerId } from "../effects.ts";
import type { QuorumVerifier } from "./quorum-verifier.ts";

/** More than half of the voters, each with one vote. */
export class MajorityQuorum implements QuorumVerifier {
  readonly voters: ReadonlySet<ServerId>;

  constructor(voters: Iterable<ServerId>) {
    this.voters = new Set(voters);
  }

  get majority(): number {
    return Math.floor(this.voters.size / 2) + 1;
  }

  isQuorum(servers: ReadonlySet<ServerId>): boolean {
    let votes = 0;
    for (const server of servers) votes += this.weightOf(server);
    return 2 * votes > this.voters.size;
  }

  weightOf(server: ServerId): number {
    return this.voters.has(server) ? 1 : 0;
  }
}
