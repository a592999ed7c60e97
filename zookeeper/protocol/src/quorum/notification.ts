/** What a server says of itself in an election. */
export type PeerState = "looking" | "following" | "leading" | "observing";

/**
 * A number that stands for "none" where Apache sends Long.MIN_VALUE: an observer proposes nobody, with no zxid and no
 * epoch. Smaller than every real value.
 */
export const NO_PROPOSAL: number = Number.MIN_SAFE_INTEGER;

/** A server's vote with the state it is in: all that travels on the election port after the greeting. */
export interface Notification {
  readonly state: PeerState;
  /** Who should lead, {@link NO_PROPOSAL} from who may not vote. */
  readonly leader: number;
  /** The last zxid that the proposed leader has logged. */
  readonly zxid: number;
  /** The sender's round of election ("logical clock"). */
  readonly electionEpoch: number;
  /** currentEpoch of the proposed leader. */
  readonly peerEpoch: number;
  /** The sender's configuration: `server.N=…` lines and `version=<hex>`; null from servers before 3.5. */
  readonly configuration: string | null;
}
