import type { ServerId } from "../effects.ts";

/** Who should lead, and why. */
export interface Vote {
  readonly leader: ServerId;
  /** Its last logged zxid. */
  readonly zxid: number;
  /** Its currentEpoch. */
  readonly peerEpoch: number;
  /** The round of the election in which the vote was given. */
  readonly electionEpoch: number;
}
