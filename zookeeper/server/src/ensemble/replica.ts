import { type Clock, type Network, NodeNetwork } from "@branta/foundation-runtime";
import {
  type DataTree,
  type Effect,
  type EnsembleConfiguration,
  type Input,
  type LinkId,
  ZabPeer,
} from "@branta/zookeeper-engine";
import { zxidEpoch } from "@branta/zookeeper-protocol";

import type { ServerConnection } from "../connection/server-connection.ts";
import { auditWrite } from "../core/audit-trail.ts";
import type { ServerOptions } from "../core/server-options.ts";
import type { ServerStorage, SystemPorts } from "../core/server-storage.ts";
import type { SnapshotScheduler } from "../core/snapshot-scheduler.ts";
import { EnsembleStats } from "../operator/ensemble-stats.ts";
import { answerFourLetterWord } from "../operator/four-letter-words.ts";
import type { ServerMetrics } from "../operator/server-metrics.ts";
import type { ServerStats } from "../operator/server-stats.ts";
import type { ServerView } from "../operator/server-view.ts";
import { showConfiguration } from "./config-node.ts";
import type { ConfigurationFiles } from "./configuration-files.ts";
import { readMembershipText } from "./configuration-text.ts";
import { type EffectHost, EffectRunner } from "./effect-runner.ts";
import { EnsembleLinks } from "./ensemble-links.ts";
import { zabOptions } from "./ensemble-settings.ts";
import { HistoryTarget } from "./history-target.ts";
import { EnsembleReconfigurer } from "./reconfigurer.ts";
import type { EnsembleParts, RoleCore } from "./role-core.ts";
import { OracleWatch } from "./oracle-watch.ts";
import { ReplicaHost } from "./replica-host.ts";
import { RoleHost } from "./role-host.ts";
import { leaderPorts, learnerPorts } from "./role-ports.ts";
import { SnapshotInbox } from "./snapshot-inbox.ts";
import { FOUND, readStoredReplica, type StoredReplica } from "./stored-replica.ts";

export interface ReplicaOptions extends ServerOptions, SystemPorts {
  readonly disk: SystemPorts["disk"];
  readonly clock: Clock;
  readonly random: SystemPorts["random"];
  /** The system's own unless given. */
  readonly network?: Network;
  /** For the election port; the same unless given. */
  readonly electionNetwork?: Network;
  /** The open connections of all client ports. */
  connections(): Iterable<ServerConnection>;
  onConnectionClosed(connection: ServerConnection): void;
  /** What operators are shown. */
  view(): ServerView;
  /** The ensemble's members are others, or elsewhere. */
  onConfigured?(configuration: EnsembleConfiguration): void;
}

/** A fraction of any tick. */
const PROGRESS_EVERY_MS = 20;
/** What an oracle takes back holds after so long at the latest. */
const ORACLE_EVERY_MS_MAX = 250;

/** The tree and the history of one server of an ensemble, kept the same as those of the others. */
export class Replica implements AsyncDisposable {
  readonly clock: Clock;
  readonly metrics: ServerMetrics;
  readonly stats: ServerStats;
  readonly storage: ServerStorage;
  readonly snapshots: SnapshotScheduler<ServerConnection>;
  readonly view: EnsembleStats;
  readonly #options: ReplicaOptions;
  readonly #peer: ZabPeer;
  readonly #inbox: SnapshotInbox;
  readonly #roles: RoleHost;
  #runner!: EffectRunner;
  #links!: EnsembleLinks;
  #oracle: OracleWatch | null = null;
  readonly #configurations: ConfigurationFiles | null;
  #configuration: EnsembleConfiguration;
  #nextConfiguration: EnsembleConfiguration | null = null;
  #isStarted = false;
  #lacksSnapshot = false;
  #lastProgress: { readonly link: LinkId; readonly toldMs: number } = { link: 0, toldMs: 0 };

  private constructor(options: ReplicaOptions, stored: StoredReplica) {
    const { config, clock, disk, onFatal } = options;
    const { metrics, stats, storage, durable, loaded } = stored;
    this.#options = options;
    this.clock = clock;
    this.metrics = metrics;
    this.stats = stats;
    this.storage = storage;
    this.#configurations = stored.configurations;
    const zab = zabOptions(config, options.random);
    this.#configuration = zab.configuration;
    this.#nextConfiguration = durable.nextConfiguration ?? null;
    this.#peer = new ZabPeer(zab, durable);
    this.view = new EnsembleStats({
      serverId: config.serverId,
      hasObserverMasters: config.observerMasterPort > 0,
      metrics,
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
      membership: () => readMembershipText(this.#configuration.text),
      remoteOf: (link) => this.#links.quorum.remoteOf(link),
      unsentBytes: (link) => this.#links.quorum.unsentBytes(link),
    });
    this.snapshots = storage.newScheduler({ tree: () => this.#roles.tree, log: () => this.#runner.writes.log });
    this.#inbox = new SnapshotInbox({
      disk,
      snapshotDirectory: storage.directories.snapshotDirectory,
      newTree: () => storage.newTree(),
      onProgress: (link) => this.#progressed(link),
      onReceived: (link, ref) => this.#runner.input({ kind: "snapshotReceived", link, ref }),
      onFatal,
    });
    this.#roles = new RoleHost({
      tree: this.#prepared(loaded.tree),
      parts: (tree) => this.#parts(tree),
      leaderPorts: () => leaderPorts(this.#runner, this.#reconfigurer()),
      learnerPorts: () => learnerPorts(this.#runner),
      leaderServes: config.leaderServes,
      clock: options.clock,
      // Apache's grace, too.
      readOnlyAfterMs: config.readOnlyModeEnabled ? Math.max(2000, config.tickTimeMs) : null,
    });
  }

  /** Reads what is on disk. @throws StorageError */
  static async open(options: ReplicaOptions): Promise<Replica> {
    const stored = await readStoredReplica(options);
    const replica = new Replica(options, stored);
    const { snapshot, isNew } = stored.loaded.recovered;
    replica.#lacksSnapshot = snapshot === null && !isNew;
    if (snapshot !== null) replica.snapshots.found(snapshot.zxid, options.clock.wallMs());
    // Without a first snapshot its logs would stand alone, which a later start must take for a loss.
    if (isNew) await replica.snapshots.take();
    return replica;
  }

  /** Opens the ports to the other servers and begins to look for a leader. @throws ListenError */
  async start(): Promise<void> {
    const { clock, config, disk, onFatal } = this.#options;
    const target = new HistoryTarget({
      disk,
      storage: this.storage,
      snapshotsIdle: () => this.snapshots.idle(),
      claim: (ref) => this.#inbox.claim(ref),
      configurations: this.#configurations,
    });
    const host = this.#world();
    this.#runner = await EffectRunner.open({ core: this, clock, target, host, durable: FOUND, onFatal });
    const network = this.#options.network ?? new NodeNetwork();
    this.#links = await EnsembleLinks.open({
      config,
      clock,
      network,
      electionNetwork: this.#options.electionNetwork ?? network,
      onNotification: (from, notification) => {
        if (this.#isStarted) this.#runner.input({ kind: "notification", from, notification });
      },
      onUnreachable: (server) => this.#runner.input({ kind: "unreachable", server }),
      onAccepted: (link, port) => this.#runner.input({ kind: "linkAccepted", link, port }),
      onOpened: (link) => this.#runner.input({ kind: "linkOpened", link }),
      onClosed: (link, reason) => this.#closed(link, reason),
      onPacket: (link, packet) => this.#runner.input({ kind: "packet", link, packet }),
      onSnapshot: (link) => this.#inbox.receive(link),
      onLog: (level, message) => this.#options.logger[level](message),
    });
    this.#oracle = await this.#openOracle();
    this.#isStarted = true;
    this.#runner.input({ kind: "start" });
  }

  /** The request side of the role that the server has at the moment. */
  get core(): RoleCore {
    return this.#roles.core;
  }

  /** The core's, for the runner. */
  get nextDeadlineMs(): number {
    return this.#peer.nextDeadlineMs;
  }

  /** The core's, for the runner. */
  step(input: Input, nowMs: number): readonly Effect[] {
    if (this.#isOutdated(input)) return [];
    this.view.observeInput(input);
    const effects = this.#peer.step(input, nowMs);
    this.view.observeEffects(effects);
    return effects;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#oracle?.[Symbol.dispose]();
    this.#runner?.[Symbol.dispose]();
    this.#roles[Symbol.dispose]();
    await this.#links?.[Symbol.asyncDispose]();
    await this.snapshots.idle();
    await this.#runner?.writes.close();
  }

  /** Null where only votes count. */
  async #openOracle(): Promise<OracleWatch | null> {
    const { clock, config, disk, logger } = this.#options;
    const { oraclePath, tickTimeMs } = config;
    if (oraclePath === null) return null;
    return OracleWatch.open({
      disk,
      clock,
      path: oraclePath,
      everyMs: Math.min(tickTimeMs / 4, ORACLE_EVERY_MS_MAX),
      onAnswer: (isGranted) => this.#runner.input({ kind: "oracle", isGranted }),
      onLog: (level, message) => logger[level](message),
    });
  }

  /** What a leader asked for may find the role at its end: then nobody waits for it any more. */
  #isOutdated(input: Input): boolean {
    if (input.kind !== "propose" && input.kind !== "sync" && input.kind !== "syncLearner") return false;
    const { role, phase, epoch } = this.#peer.status;
    if (role !== "leading" || phase !== "broadcast") return true;
    return input.kind === "propose" && zxidEpoch(input.entry.zxid) !== epoch;
  }

  #established(): void {
    const { tree } = this.#roles;
    // What its snapshot can show has been committed before it came here, so a leader's history has it, and now ours.
    if (tree.fuzzyUpTo === Number.POSITIVE_INFINITY)
      tree.fuzzyUpTo = Math.max(tree.lastProcessedZxid, this.#runner.writes.lastZxid);
    // One whose database was missing has got what there is, and its logs need a snapshot to stand on.
    if (!this.#lacksSnapshot) return;
    this.#lacksSnapshot = false;
    this.snapshots.take().catch((error: unknown) => this.#options.onFatal(error as Error));
  }

  /** Often enough to be a sign of life, seldom enough to cost nothing. */
  #progressed(link: LinkId): void {
    const nowMs = this.clock.nowMs();
    const last = this.#lastProgress;
    if (link === last.link && nowMs - last.toldMs < PROGRESS_EVERY_MS) return;
    this.#lastProgress = { link, toldMs: nowMs };
    this.#runner.input({ kind: "transferring", link });
  }

  #closed(link: LinkId, reason: string): void {
    this.#options.logger.info(`Quorum link ${link} has ended: ${reason}`);
    this.#inbox.forget(link);
    this.#runner.input({ kind: "linkClosed", link });
  }

  #world(): EffectHost {
    const { config, disk, logger } = this.#options;
    return new ReplicaHost({
      config,
      disk,
      logger,
      storage: this.storage,
      snapshots: this.snapshots,
      roles: this.#roles,
      inbox: this.#inbox,
      links: () => this.#links,
      input: (input) => this.#runner.input(input),
      prepared: (tree) => this.#prepared(tree),
      onProgress: (link) => this.#progressed(link),
      onEstablished: () => this.#established(),
      onConfigured: (committed, next) => {
        const isNew = committed.version !== this.#configuration.version;
        this.#configuration = committed;
        // No transaction brings a configuration that was only given a version, or learned from votes.
        if (isNew) showConfiguration(this.#roles.tree, committed, this.clock.wallMs());
        this.#nextConfiguration = next;
        this.#options.onConfigured?.(committed);
      },
    });
  }

  #prepared(tree: DataTree<ServerConnection>): DataTree<ServerConnection> {
    showConfiguration(tree, this.#configuration, this.clock.wallMs());
    return tree;
  }

  #reconfigurer(): EnsembleReconfigurer {
    return new EnsembleReconfigurer({
      standaloneEnabled: this.#options.config.standaloneEnabled,
      committed: () => this.#configuration,
      lastSeen: () => this.#nextConfiguration ?? this.#configuration,
      isReadyFor: (configuration) => this.#peer.isReadyFor(configuration),
    });
  }

  #parts(tree: DataTree<ServerConnection>): EnsembleParts {
    const { config, clock, random, logger, newSaslServer, connections, onConnectionClosed } = this.#options;
    const audit = this.#options.audit ?? null;
    return {
      config,
      clock,
      random,
      logger,
      stats: this.stats,
      metrics: this.metrics,
      tree,
      connections,
      onConnectionClosed,
      newSaslServer: newSaslServer ?? (() => null),
      answerFourLetterWord: (word, payload) => answerFourLetterWord(word, this.#options.view(), payload),
      onApplied: (entry, write, result) => {
        if (audit !== null) auditWrite(audit, entry, write, result);
        this.snapshots.applied();
      },
    };
  }
}
