import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "@branta/foundation-runtime";
import { hostAddress, NO_NODE } from "@branta/zookeeper-engine";
import { type Id, QUOTA_ROOT, quotaLimitPath, quotaStatPath, StatsTrack } from "@branta/zookeeper-protocol";

import type { ServerConfig } from "../config/server-config.ts";
import type { ServerConnection } from "../connection/server-connection.ts";
import type { EnsembleView } from "../operator/ensemble-view.ts";
import type {
  ConnectionExpiry,
  ConnectionView,
  NamespaceQuota,
  ServerMode,
  ServerView,
  SessionExpiry,
  SnapshotView,
} from "../operator/server-view.ts";
import type { Directories } from "../storage/index.ts";
import type { ClientPorts } from "./client-ports.ts";
import type { ServerCore } from "./server-core.ts";
import type { SnapshotScheduler } from "./snapshot-scheduler.ts";

/** A server as {@link RunningServerView} needs it. */
export interface RunningServer {
  readonly core: ServerCore;
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly ports: ClientPorts;
  readonly directories: Directories;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  /** What it is to its ensemble while it serves. */
  readonly mode: ServerMode;
  readonly ensemble: EnsembleView | null;
  /** Replaces the tree by a snapshot's; answers its last zxid. */
  restore(snapshot: AsyncIterable<Uint8Array>): Promise<number>;
}

/** Shows a server to its operators. */
export class RunningServerView implements ServerView {
  readonly #server: RunningServer;
  traceMask = 306n;

  constructor(server: RunningServer) {
    this.#server = server;
  }

  get mode(): ServerMode {
    return this.#server.mode;
  }

  get ensemble(): EnsembleView | null {
    return this.#server.ensemble;
  }

  get isReadOnly(): boolean {
    return this.#server.core.isReadOnly;
  }

  get localSessionCount(): number {
    return this.#server.core.sessions.localCount;
  }

  get connectionDropProbability(): number {
    return this.#server.core.connectionThrottle.dropProbability;
  }

  get isServing(): boolean {
    return this.#server.core.isServing;
  }

  get config(): ServerView["config"] {
    return this.#server.config;
  }

  get stats(): ServerView["stats"] {
    return this.#server.core.stats;
  }

  get metrics(): ServerView["metrics"] {
    return this.#server.core.metrics;
  }

  get uptimeMs(): number {
    return this.#server.clock.nowMs() - this.stats.startedAtMs;
  }

  get clientPort(): number {
    return this.#server.ports.plainPort;
  }

  get secureClientPort(): number {
    return this.#server.ports.securePort;
  }

  get outstandingRequests(): number {
    return this.#server.core.pipeline.outstanding;
  }

  get lastProcessedZxid(): number {
    return this.#server.core.tree.lastProcessedZxid;
  }

  get connectionCount(): number {
    return this.#server.ports.connectionCount;
  }

  get nodeCount(): number {
    // Apache keeps the root under two names and counts both.
    return this.#server.core.tree.znodes.count + 1;
  }

  get watchCount(): number {
    const { watches } = this.#server.core.tree;
    return watches.data.watchCount + watches.children.watchCount;
  }

  get ephemeralsCount(): number {
    return this.#server.core.tree.ephemeralCount;
  }

  get approximateDataSizeBytes(): number {
    // Of the root's two names one is a byte long.
    return this.#server.core.tree.znodes.dataBytes + 1;
  }

  get globalSessionCount(): number {
    return this.#server.core.sessions.size;
  }

  get outstandingTlsHandshakes(): number {
    return this.#server.ports.handshakes;
  }

  dataDirSizeBytes(): Promise<number> {
    return sizeBelow(this.#server.directories.snapshotDirectory);
  }

  logDirSizeBytes(): Promise<number> {
    return sizeBelow(this.#server.directories.logDirectory);
  }

  connections(): Iterable<ConnectionView> {
    return this.#server.ports.plainConnections();
  }

  secureConnections(): Iterable<ConnectionView> {
    return this.#server.ports.secureConnections();
  }

  globalSessions(): Iterable<readonly [bigint, number]> {
    return this.#server.core.tree.sessions;
  }

  sessionExpiry(): Iterable<SessionExpiry> {
    const { clock, core } = this.#server;
    const offsetMs = clock.wallMs() - clock.nowMs();
    const buckets = new Map<number, bigint[]>();
    for (const session of core.sessions.sessions()) {
      const bucket = buckets.get(session.expiresAtMs);
      if (bucket === undefined) buckets.set(session.expiresAtMs, [session.id]);
      else bucket.push(session.id);
    }
    const ordered = [...buckets].toSorted(([a], [b]) => a - b);
    return ordered.map(([atMs, sessionIds]) => ({ expiresAtMs: Math.round(atMs + offsetMs), sessionIds }));
  }

  connectionExpiry(): Iterable<ConnectionExpiry> {
    const { clock, config } = this.#server;
    const offsetMs = clock.wallMs() - clock.nowMs();
    // Apache puts connections into buckets of this length, apart from those of the sessions.
    const bucketMs = config.sessionlessConnectionTimeoutMs;
    const buckets = new Map<number, ServerConnection[]>();
    for (const connection of this.#server.ports.connections()) {
      const endsAtMs = connection.session?.expiresAtMs ?? connection.openedAtMs + bucketMs;
      const bucket = (Math.floor((endsAtMs + offsetMs) / bucketMs) + 1) * bucketMs;
      const members = buckets.get(bucket);
      if (members === undefined) buckets.set(bucket, [connection]);
      else members.push(connection);
    }
    const ordered = [...buckets].toSorted(([a], [b]) => a - b);
    return ordered.map(([expiresAtMs, connections]) => ({ expiresAtMs, connections }));
  }

  ephemerals(): ReturnType<ServerView["ephemerals"]> {
    return this.#server.core.tree.ephemerals();
  }

  *watchesByPath(): Generator<readonly [string, Iterable<bigint>]> {
    for (const [path, watchers] of this.#server.core.tree.watches.data.paths()) yield [path, idsOf(watchers)];
  }

  *watchesBySession(): Generator<readonly [bigint, Iterable<string>]> {
    for (const [watcher, paths] of this.#server.core.tree.watches.data.watchers()) yield [watcher.sessionId, paths];
  }

  digestLog(): ReturnType<ServerView["digestLog"]> {
    return this.#server.core.digests.entries();
  }

  lastSnapshot(): { readonly zxid: number; readonly writtenAtMs: number } | null {
    return this.#server.snapshots.last;
  }

  quotas(): Iterable<NamespaceQuota> {
    const { znodes } = this.#server.core.tree;
    const root = znodes.find(QUOTA_ROOT);
    const found: NamespaceQuota[] = [];
    for (const namespace of root === NO_NODE ? [] : znodes.childNames(root)) {
      const path = `/${namespace}`;
      const limits = this.#track(quotaLimitPath(path));
      const usage = this.#track(quotaStatPath(path));
      if (limits === null || usage === null) continue;
      const countLimit = limits.countHardLimit > -1 ? limits.countHardLimit : limits.count;
      const bytesLimit = limits.byteHardLimit > -1 ? limits.byteHardLimit : limits.bytes;
      found.push({ namespace, countLimit, bytesLimit, countUsage: usage.count, bytesUsage: usage.bytes });
    }
    return found;
  }

  resetConnectionStats(): void {
    for (const connection of this.#server.ports.connections()) connection.stats.resetStats();
  }

  async takeSnapshot(): Promise<SnapshotView> {
    const { path, zxid } = await this.#server.snapshots.take();
    return { file: path, zxid };
  }

  restore(snapshot: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#server.restore(snapshot);
  }

  authenticate(
    scheme: string,
    credential: Buffer | null,
    request: { readonly remoteAddress: string },
  ): readonly Id[] | null {
    const remoteAddress = hostAddress(request.remoteAddress);
    const { auth, tree } = this.#server.core;
    const readData = (path: string): Buffer | null | undefined => tree.dataAt(path);
    const outcome = auth.authenticate(scheme, credential, { remoteAddress, readData });
    return outcome.kind === "ok" ? outcome.ids : null;
  }

  rootAclPermits(ids: readonly Id[], permissions: number): boolean {
    const { auth, tree } = this.#server.core;
    const acl = tree.aclOf(tree.znodes.find("/"));
    return [1, 2, 4, 8, 16].every((bit) => (permissions & bit) === 0 || auth.checkAcl(acl, bit, ids, "/"));
  }

  #track(path: string): StatsTrack | null {
    const data = this.#server.core.tree.dataAt(path);
    if (data === undefined) return null;
    try {
      return StatsTrack.parse(data);
    } catch {
      return null;
    }
  }
}

function* idsOf(watchers: Iterable<ServerConnection>): Generator<bigint> {
  for (const watcher of watchers) yield watcher.sessionId;
}

async function sizeBelow(directory: string): Promise<number> {
  let bytes = 0;
  // A folder that cannot be listed has no size, as with Apache; the other lines are answered all the same.
  for (const entry of await readdir(directory).catch(() => [])) {
    // A file may be purged between the listing and the look at it.
    const info = await stat(join(directory, entry)).catch(() => null);
    if (info?.isFile() === true) bytes += info.size;
  }
  return bytes;
}
