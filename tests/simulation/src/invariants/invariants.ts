import type { DurableWrite, Effect, EnsembleConfiguration, RoleStatus } from "@branta/zookeeper-engine";
import { mustHold } from "../simulation-error.ts";
import { counterOf, type HistoryNode, zxidText } from "../world/history-node.ts";
import type { Connection } from "../world/link-network.ts";
import type { DiskImage, ServerDisk } from "../world/server-disk.ts";
import { checkWrite } from "./durable-order.ts";
import { checkPromise, checkVote } from "./durable-promises.ts";
import { Integrity } from "./integrity.ts";
import { checkPrimaryIntegrity } from "./primary-integrity.ts";
import { checkPrimaryOrder } from "./primary-order.ts";
import { PrimaryUniqueness } from "./primary-uniqueness.ts";
import { TotalOrder } from "./total-order.ts";

/** What the checks look at of a server. */
export interface WatchedServer {
  readonly id: number;
  readonly disk: ServerDisk;
  readonly status: RoleStatus;
  readonly tree: HistoryNode;
  readonly treeZxid: number;
  /** Those whose quorums it wants. */
  readonly configurations: readonly EnsembleConfiguration[];
}

/** What a sync has to wait for. */
export interface SyncAsked {
  /** The leader's last proposal. */
  readonly proposed: number;
  /** Transactions that some client knew to be committed. */
  readonly known: number;
}

type SendEffect = Extract<Effect, { readonly kind: "send" }>;

/** All properties, checked as things happen: whoever breaks one throws. */
export class Invariants {
  readonly order = new TotalOrder();
  readonly integrity = new Integrity();
  readonly uniqueness = new PrimaryUniqueness();
  readonly #servers: ReadonlyMap<number, WatchedServer>;
  readonly #hasOracle: boolean;

  /**
   * @param servers looked at later: they need not exist yet
   * @param hasOracle whether one of two voters may decide alone
   */
  constructor(servers: ReadonlyMap<number, WatchedServer>, hasOracle = false) {
    this.#servers = servers;
    this.#hasOracle = hasOracle;
  }

  /** A write has reached the disk. */
  written(server: number, write: DurableWrite, before: DiskImage, after: DiskImage): void {
    checkWrite(this.order, server, write, before, after, (history) => this.#isOnQuorum(history, server));
  }

  /** A learner writes its current epoch. History before epoch: what an epoch stands for is written first (ZOOKEEPER-4643). */
  enteringEpoch({ id, disk }: WatchedServer, epoch: number, { newLeaderHistory: history }: Connection): void {
    mustHold(
      history === null || disk.logical.tip.startsWith(history),
      "durableOrder",
      () => `server ${id} writes current epoch ${epoch} before the history up to ${zxidText(history!.zxid)}`,
    );
  }

  /** A packet leaves. */
  sending({ id, disk, status, tree }: WatchedServer, { packet }: SendEffect, connection: Connection): void {
    switch (packet.kind) {
      case "ack":
      case "ackEpoch":
      case "followerInfo":
      case "observerInfo":
      case "leaderInfo":
        checkPromise(id, packet, disk.image, connection);
        if (packet.kind === "leaderInfo") connection.offeredEpoch = packet.epoch;
        break;
      case "newLeader":
        // Before the epoch is established all of the leader's log is to be history; later, what is committed.
        connection.newLeaderHistory = status.phase === "broadcast" ? tree : disk.logical.tip;
        break;
      default:
    }
  }

  /** A vote leaves. */
  voting({ id, disk }: WatchedServer, { notification }: Extract<Effect, { readonly kind: "notify" }>): void {
    checkVote(id, notification, disk.image);
  }

  /** A server is in a new role or phase. */
  roleChanged(server: WatchedServer): void {
    const { id, disk, status, tree } = server;
    if (status.phase !== "broadcast") return;
    if (status.role === "leading") {
      const history = disk.logical.tip;
      this.uniqueness.established(id, status.epoch);
      checkPrimaryIntegrity(this.order, id, status.epoch, history);
      mustHold(
        tree === history && disk.image.currentEpoch === status.epoch,
        "durableCommits",
        () =>
          `server ${id} leads with a tree of ${zxidText(tree.zxid)} and epoch ${disk.image.currentEpoch} on disk; its history ends at ${zxidText(history.zxid)}`,
      );
      this.#certify(id, history);
    } else {
      // It may be the first one to show what its leader has just called committed.
      this.#certify(id, tree);
    }
  }

  /** A server applies a transaction, which `tree` has as its last one. */
  applied(server: WatchedServer, previousZxid: number): void {
    const { id, disk, status, tree } = server;
    checkPrimaryOrder(previousZxid, tree.zxid, "tree", id);
    mustHold(
      disk.image.tip.startsWith(tree),
      "durableCommits",
      () => `server ${id} applies ${zxidText(tree.zxid)} before it is on its disk`,
    );
    if (status.phase === "broadcast") this.#certify(id, tree);
  }

  /** The tree was replaced: not under the eyes of clients. */
  replaced({ id, status }: WatchedServer): void {
    mustHold(status.phase !== "broadcast", "committedStays", () => `server ${id} replaces its tree while it serves`);
  }

  /** A leader is asked for a sync, having proposed so much. */
  syncAsked(proposed: number): SyncAsked {
    return { proposed, known: this.integrity.known };
  }

  /**
   * A sync is answered: what its leader had proposed when it was asked is in the tree; and what any client knew by then to be
   * committed, so that no leader of yesterday answers.
   */
  synced({ id, tree }: WatchedServer, { proposed, known }: SyncAsked): void {
    mustHold(
      (counterOf(proposed) === 0 || tree.zxid >= proposed) && tree.length >= known,
      "syncBarrier",
      () =>
        `server ${id} answers a sync at ${zxidText(tree.zxid)}, with ${tree.length} transactions; it was asked for at ${zxidText(proposed)}, when ${known} were known to clients`,
    );
  }

  #certify(server: number, history: HistoryNode): void {
    const added = this.order.extend(server, history);
    if (added.length === 0) return;
    for (const node of added) this.integrity.committed(node);
    mustHold(
      this.#isOnQuorum(history, server),
      "committedOnQuorum",
      () => `server ${server} takes ${zxidText(history.zxid)} for committed, which is not on a quorum's disks`,
    );
  }

  /**
   * Whether a quorum of each configuration that a server wants quorums of has this history on disk: what was proposed before a
   * change needs no quorum of the servers to come, though this server may have the change already.
   */
  #isOnQuorum(history: HistoryNode, server: number): boolean {
    const holders = new Set<number>();
    for (const { id, disk } of this.#servers.values()) if (disk.image.tip.startsWith(history)) holders.add(id);
    const { configurations } = this.#servers.get(server)!;
    return configurations.every(
      (configuration, at) => (at > 0 && configuration.version > history.zxid) || this.#isQuorum(configuration, holders),
    );
  }

  #isQuorum({ quorum }: EnsembleConfiguration, servers: ReadonlySet<number>): boolean {
    const mayBeOne = this.#hasOracle && quorum.voters.size === 2;
    return mayBeOne ? [...quorum.voters].some((voter) => servers.has(voter)) : quorum.isQuorum(servers);
  }
}
