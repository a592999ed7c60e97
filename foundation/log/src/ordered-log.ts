/** A server's number in its group. */
export type NodeId = number & { readonly brand: "NodeId" };

/** What a server is in its group at the moment; a log with one server is always led by it. */
export type Role = "leader" | "follower" | "candidate" | "observer";

/** Servers to take in and to let go, in one step. */
export interface MembershipChange {
  readonly joining: readonly { readonly node: NodeId; readonly address: string; readonly votes: boolean }[];
  readonly leaving: readonly NodeId[];
}

/** What is known of a log's group without asking anybody. */
export interface OrderedLogStatus {
  readonly role: Role;
  /** Rises with every change of leader. */
  readonly epoch: number;
  /** Null while no leader is known. */
  readonly leader: NodeId | null;
  /** The last position known to be committed; never goes back. */
  readonly lastCommitted: number;
}

/**
 * All that a state machine may know of consensus: commands go in and come back once, in one order, on every server.
 * Under it stands a single server's file, ZAB, Raft or a shared journal; the state machine cannot tell which.
 *
 * Positions are whole numbers that rise with every command: zxids in ZAB, indexes in Raft.
 */
export interface OrderedLog<Command> {
  readonly status: OrderedLogStatus;
  /**
   * Resolves with the command's position when it is committed and applied here.
   * @throws when this server does not lead, or lost the lead while the outcome was open.
   */
  propose(command: Command): Promise<number>;
  /** Resolves when everything committed before the call is applied here: a linearizable read point. */
  barrier(): Promise<number>;
  /** Resolves when the new membership is in force. */
  reconfigure(change: MembershipChange): Promise<void>;
}
