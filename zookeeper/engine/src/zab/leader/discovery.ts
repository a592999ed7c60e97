import type { QuorumPacketOf } from "@branta/zookeeper-protocol";

import type { ServerId } from "../effects.ts";
import type { RoleContext } from "../role.ts";

/** The first phase of a leader: an epoch above all that a quorum has accepted, and that quorum's word that it follows. */
export class Discovery {
  readonly #context: RoleContext;
  /** Where this server stood before: what voters are compared with. */
  readonly #currentEpoch: number;
  readonly #lastZxid: number;
  readonly #connected = new Map<ServerId, number>();
  readonly #acknowledged = new Set<ServerId>();
  /** Voters that vote for others by now. */
  readonly #lost = new Set<ServerId>();
  #isChosen = false;

  constructor(context: RoleContext) {
    const { options, epochs, history } = context;
    this.#context = context;
    this.#currentEpoch = epochs.current;
    this.#lastZxid = history.last;
    this.#connected.set(options.serverId, epochs.accepted);
    this.#acknowledged.add(options.serverId);
  }

  connected(server: ServerId, acceptedEpoch: number): void {
    this.#connected.set(server, acceptedEpoch);
    this.#lost.delete(server);
  }

  /** A voter that has not connected yet tells whom it votes for now. */
  voteHeard(server: ServerId, leader: ServerId): void {
    if (leader === this.#context.options.serverId) this.#lost.delete(server);
    else if (!this.#connected.has(server)) this.#lost.add(server);
  }

  /** Whether a quorum may still come: else waiting for it would only keep this server from following another leader. */
  get isPossible(): boolean {
    const { inForce } = this.#context;
    return inForce.isQuorum(new Set([...inForce.voters].filter((server) => !this.#lost.has(server))));
  }

  /** The new epoch, to be asked for until it is there; null before a quorum is. */
  chooseEpoch(): number | null {
    if (!this.#context.inForce.isQuorum(new Set(this.#connected.keys()))) return null;
    this.#isChosen = true;
    return Math.max(...this.#connected.values()) + 1;
  }

  /** Whether a voter's history ends later than this leader's. */
  isMoreRecent({ currentEpoch, lastZxid }: QuorumPacketOf<"ackEpoch">): boolean {
    if (currentEpoch === -1) return false;
    return currentEpoch > this.#currentEpoch || (currentEpoch === this.#currentEpoch && lastZxid > this.#lastZxid);
  }

  acknowledged(server: ServerId, { currentEpoch, lastZxid }: QuorumPacketOf<"ackEpoch">): void {
    // -1: it had accepted the epoch before, perhaps from another; or its database is empty and must not decide.
    if (currentEpoch !== -1 && lastZxid !== -1) this.#acknowledged.add(server);
  }

  get isEpochAgreed(): boolean {
    return this.#isChosen && this.#context.inForce.isQuorum(this.#acknowledged);
  }
}
