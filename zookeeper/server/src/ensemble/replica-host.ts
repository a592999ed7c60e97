import type { Logger } from "@branta/foundation-observe";
import type { Disk } from "@branta/foundation-runtime";
import {
  type DataTree,
  type EnsembleConfiguration,
  type Input,
  type LearnerPort,
  type LinkId,
  type LogEntry,
  type RoleStatus,
  type ServerId,
  snapshotPieces,
  type SnapshotRef,
} from "@branta/zookeeper-engine";
import { formatZxid, type Notification, type QuorumPacket } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import type { ServerStorage } from "../core/server-storage.ts";
import type { SnapshotScheduler } from "../core/snapshot-scheduler.ts";
import { encodeSnapshot, pacedChunks, readHistory } from "../storage/index.ts";
import { readMembershipText } from "./configuration-text.ts";
import type { EffectHost } from "./effect-runner.ts";
import type { EnsembleLinks } from "./ensemble-links.ts";
import type { RoleHost } from "./role-host.ts";
import type { SnapshotInbox } from "./snapshot-inbox.ts";

/**
 * Time for clients between two chunks of a snapshot for a learner, as a multiple of what the last chunk took. Less than for
 * snapshots that go to disk: what is proposed meanwhile gathers behind it.
 */
const SERVED_TO_TRANSFER = 2;

export interface ReplicaHostOptions {
  readonly config: ServerConfig;
  readonly disk: Disk;
  readonly logger: Logger;
  readonly storage: ServerStorage;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  readonly roles: RoleHost;
  readonly inbox: SnapshotInbox;
  links(): EnsembleLinks;
  input(input: Input): void;
  /** Makes a tree that was read elsewhere ready to be the server's. */
  prepared(tree: DataTree<ServerConnection>): DataTree<ServerConnection>;
  /** A part of a snapshot has left. */
  onProgress(link: LinkId): void;
  /** All that is in the tree is history. */
  onEstablished(): void;
  onConfigured(committed: EnsembleConfiguration, next: EnsembleConfiguration | null): void;
}

/** What a replica's effects act on: the links to the other servers, the tree and the clients. */
export class ReplicaHost implements EffectHost {
  readonly #options: ReplicaHostOptions;

  constructor(options: ReplicaHostOptions) {
    this.#options = options;
  }

  send(link: LinkId, packet: QuorumPacket): void {
    this.#options.links().quorum.send(link, packet);
  }

  pong(link: LinkId, zxid: number): void {
    this.send(link, { kind: "ping", zxid, touched: this.#options.roles.takeTouches() });
  }

  readLog(link: LinkId, after: number, to: number): void {
    const { config, disk, storage, logger, input } = this.#options;
    const { snapshotSizeFactor } = config;
    void readHistory({ disk, ...storage.directories, after, to, snapshotSizeFactor })
      .catch((error: unknown) => {
        // No reason to stop: there is the tree.
        logger.warn(`Sending a snapshot on quorum link ${link}: ${(error as Error).message}`);
        return null;
      })
      .then((entries) => input({ kind: "logRead", link, entries }));
  }

  streamSnapshot(link: LinkId): void {
    const { links, roles, snapshots } = this.#options;
    const pieces = snapshotPieces(roles.tree, { digestEnabled: false, lastProcessedZxid: false });
    const chunks = pacedChunks(encodeSnapshot(pieces, "wire"), snapshots.pace(SERVED_TO_TRANSFER));
    links().quorum.streamSnapshot(
      link,
      withProgress(chunks, () => this.#options.onProgress(link)),
    );
  }

  closeLink(link: LinkId, reason: string): void {
    this.#options.logger.info(`Closing quorum link ${link}: ${reason}`);
    this.#options.inbox.forget(link);
    this.#options.links().quorum.close(link);
  }

  dial(link: LinkId, server: ServerId, port: LearnerPort): void {
    if (port === "observers") this.#options.logger.info(`Observing the ensemble by way of server ${server}`);
    this.#options.links().quorum.dial(link, server, port);
  }

  notify(to: ServerId, notification: Notification): void {
    this.#options.links().election.notify(to, notification);
  }

  reconnect(servers: readonly ServerId[]): void {
    this.#options.links().election.reconnect(servers);
  }

  commit(entry: LogEntry): void {
    this.#options.roles.committed(entry);
  }

  restore(ref: SnapshotRef, zxid: number): void {
    const { inbox, roles, prepared } = this.#options;
    const tree = inbox.take(ref);
    tree.lastProcessedZxid = zxid;
    roles.replaceTree(prepared(tree));
  }

  async reload(zxid: number): Promise<void> {
    const { snapshots, storage, roles, prepared } = this.#options;
    await snapshots.idle();
    const { tree, recovered } = await storage.load({ isMember: true });
    if (recovered.lastZxid !== zxid) {
      const found = formatZxid(recovered.lastZxid);
      throw new Error(`Cannot go back to ${formatZxid(zxid)}: the history on disk ends at ${found}`);
    }
    roles.replaceTree(prepared(tree));
  }

  deliver(link: LinkId, from: ServerId, packet: QuorumPacket): void {
    this.#options.roles.received(link, from, packet);
  }

  synced(ticket: number): void {
    this.#options.roles.synced(ticket);
  }

  role(status: RoleStatus): void {
    const { role, phase, epoch, leader } = status;
    if (role !== "looking") {
      const whom = role === "leading" ? "" : ` server ${leader}`;
      this.#options.logger.info(`${role}${whom}, ${phase}${epoch === 0 ? "" : ` of epoch ${epoch}`}`);
    }
    this.#options.roles.changed(status);
    if (phase === "broadcast") this.#options.onEstablished();
  }

  configured(committed: EnsembleConfiguration, next: EnsembleConfiguration | null): void {
    this.#options.onConfigured(committed, next);
    const both = next === null ? [committed] : [committed, next];
    const members = new Map(both.flatMap(({ text }) => [...readMembershipText(text).members]));
    this.#options.links().configure({ members });
  }

  log(level: "info" | "warn", message: string): void {
    this.#options.logger[level](message);
  }

  drained(): void {
    this.#options.roles.drained();
  }
}

/** Tells of each chunk that was taken. */
async function* withProgress(chunks: AsyncIterable<Buffer>, onProgress: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    onProgress();
  }
}
