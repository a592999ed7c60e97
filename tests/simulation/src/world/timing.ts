import type { ServerId } from "@branta/zookeeper-engine";
import type { DialAttempt, LinkChannel } from "./link-network.ts";
import type { ReadLog } from "./simulated-server.ts";
import type { VoteChannel } from "./vote-network.ts";

/**
 * When things happen. The cluster says what could happen next; a simulation has it happen after a while of virtual time, a
 * play when its text says so.
 */
export interface Timing {
  /** One more message waits to be delivered with `LinkNetwork.deliver`. */
  linkPosted(channel: LinkChannel): void;
  /** A connection is to be decided with `LinkNetwork.decide`. */
  dialled(attempt: DialAttempt): void;
  /** One more vote waits to be delivered with `VoteNetwork.deliver`. */
  votePosted(channel: VoteChannel): void;
  /** An election connection is to be decided with `VoteNetwork.decide`. */
  votersConnecting(one: ServerId, other: ServerId): void;
  /** `server` is to hear that `other` is not there: `SimulatedServer.unreachable`. */
  voterUnreachable(server: ServerId, other: ServerId): void;
  /** Writes wait for the server's disk: `SimulatedServer.beginSync`, then `endSync`. */
  written(server: ServerId): void;
  /** The server's log is to be read: `SimulatedServer.endRead`. */
  reading(server: ServerId, wish: ReadLog): void;
  /** The server's next deadline may have changed. */
  stepped(server: ServerId): void;
}
