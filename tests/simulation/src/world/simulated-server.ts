import type {
  Effect,
  EnsembleConfiguration,
  Input,
  LinkId,
  RoleStatus,
  ServerId,
  ZabOptions,
} from "@branta/zookeeper-engine";
import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";
import type { SyncAsked } from "../invariants/invariants.ts";
import { SimulationError } from "../simulation-error.ts";
import type { Cluster } from "./cluster.ts";
import { CoreOptions } from "./core-options.ts";
import { durableStateOf, FOUND, readLog } from "./durable-state.ts";
import { logEntry, reconfigEntry } from "./entry.ts";
import { type HistoryNode, zxidOf } from "./history-node.ts";
import type { LinkMessage } from "./link-network.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import type { Peer } from "./peer.ts";
import { ServerDisk } from "./server-disk.ts";

/** What learners ask their leader for, by the protocol's numbers. */
export const FORWARDED = { write: 1, sync: 9 } as const;
type ForwardedType = (typeof FORWARDED)[keyof typeof FORWARDED];

/** A wish to read the log. */
export type ReadLog = Extract<Effect, { readonly kind: "readLog" }>;

/** The sessions that a learner's server has heard of. */
const TOUCHED = [{ sessionId: 1n, timeoutMs: 1000 }] as const;
const NO_BYTES = Buffer.alloc(0);
const NOBODY: ReadonlySet<ServerId> = new Set();
const DOWN: RoleStatus = { role: "looking", phase: "election", epoch: 0, leader: null };

/**
 * A server: a core, the disk it writes to, the tree it applies to, and the runtime that does what the core wishes for. Its
 * tree is the history it has applied.
 */
export class SimulatedServer {
  readonly id: ServerId;
  readonly disk: ServerDisk;
  readonly options: ZabOptions;
  readonly #cluster: Cluster;
  #peer: Peer | null = null;
  #outbox: Outbox;
  #nextAcceptedLink: LinkId = 2;
  #leaderLink: LinkId | null = null;
  /** What a request made the runtime wish for: done when the step is over. */
  #deferred: (() => void)[] = [];
  #lastProposed = 0;
  #nextTicket = 1;
  readonly #syncs = new Map<number, SyncAsked>();
  /** What the syncs had to wait for that the leader has answered to this server's own clients. */
  #syncsAnswered: (SyncAsked | undefined)[] = [];
  /** Zxids in votes for this server that it has heard since it started. */
  readonly #hearsay = new Set<number>();
  readonly #streamed = new WeakMap<Outgoing, HistoryNode>();
  #status = DOWN;
  #tree: HistoryNode;
  #treeZxid = 0;
  #starts = 0;
  #configurations: readonly [EnsembleConfiguration, EnsembleConfiguration];

  constructor(cluster: Cluster, id: ServerId, options: ZabOptions, root: HistoryNode) {
    this.#cluster = cluster;
    this.id = id;
    this.options = options;
    this.#tree = root;
    this.#configurations = [options.configuration, options.configuration];
    this.#outbox = this.#newOutbox();
    this.disk = new ServerDisk(root, cluster.snapshots, (write, before, after) =>
      cluster.invariants.written(id, write, before, after),
    );
  }

  get isUp(): boolean {
    return this.#peer !== null;
  }

  /** As the core told it last. */
  get status(): RoleStatus {
    return this.#status;
  }

  /** The transactions applied. */
  get tree(): HistoryNode {
    return this.#tree;
  }

  /** Where the tree stands; may be a position that no transaction has. */
  get treeZxid(): number {
    return this.#treeZxid;
  }

  get nextDeadlineMs(): number {
    return this.#peer?.nextDeadlineMs ?? Infinity;
  }

  /** What waits for the disk before it may leave. */
  get outgoing(): readonly Outgoing[] {
    return this.#outbox.waiting;
  }

  /** The configurations whose quorums this server wants: the committed one and the last one seen. */
  get configurations(): readonly [EnsembleConfiguration, EnsembleConfiguration] {
    return this.#configurations;
  }

  get isServing(): boolean {
    return this.#status.phase === "broadcast";
  }

  /** How often the process was started. */
  get starts(): number {
    return this.#starts;
  }

  /** The process starts, with what it finds on disk. */
  start(nowMs: number): void {
    this.load();
    this.step({ kind: "start" }, nowMs);
  }

  /** As {@link start}, but its core is not told to start. */
  load(): void {
    this.#starts++;
    const durable = durableStateOf(this.disk.image, this.options.windowEntries);
    this.#tree = this.disk.image.tip;
    this.#treeZxid = durable.lastZxid;
    this.#outbox = this.#newOutbox();
    this.#hearsay.clear();
    this.#nextAcceptedLink = 2;
    const configuration = this.disk.image.configuration ?? this.options.configuration;
    const next = this.disk.image.nextConfiguration;
    this.#configurations = [
      configuration,
      next !== null && next.version > configuration.version ? next : configuration,
    ];
    this.#peer = this.#cluster.newPeer(new CoreOptions({ ...this.options, configuration }), durable);
  }

  /** The process ends at once; of the writes under way the disk keeps the first `kept`. For the rest see {@link LinkNetwork.crash}. */
  crash(kept: number, isSilent = false, sentOf: (waiting: number) => number = (waiting) => waiting): void {
    this.#peer = null;
    this.#status = DOWN;
    this.#leaderLink = null;
    this.#deferred = [];
    this.#syncs.clear();
    this.#syncsAnswered = [];
    this.disk.crash(kept);
    this.#cluster.links.crash(this.id, isSilent, sentOf);
    this.#cluster.votes.crash(this.id, isSilent);
  }

  /** Gives the core an input and does what it wishes for. */
  step(input: Input, nowMs: number): void {
    const peer = this.#peer;
    if (peer === null) return;
    this.#cluster.traced(this.id, input);
    for (const effect of this.#effectsOf(peer, input, nowMs)) this.#do(effect, nowMs);
    this.#cluster.timing.stepped(this.id);
    while (this.#deferred.length > 0) this.#deferred.shift()!();
  }

  /** The disk ends a sync: what waited for it leaves, then the core hears of it. */
  endSync(nowMs: number): void {
    const token = this.disk.endSync();
    this.#outbox.persisted(token);
    this.step({ kind: "persisted", token }, nowMs);
    if (this.disk.waiting > 0) this.#cluster.timing.written(this.id);
  }

  /** What the core asked of the log on disk has been read; `isLong` where a snapshot would be shorter. */
  endRead({ link, after, to }: ReadLog, isLong: boolean, nowMs: number): void {
    const entries = isLong ? null : readLog(this.disk.logical, after, to);
    this.#cluster.counts[entries === null ? "logsNotRead" : "logsRead"]++;
    this.step({ kind: "logRead", link, entries }, nowMs);
  }

  /** A client of the leader writes; the request is refused where there is no leader. */
  propose(nowMs: number): void {
    if (!this.isServing || this.#status.role !== "leading") return;
    const zxid = this.#lastProposed + 1;
    const payload = this.#cluster.invariants.integrity.proposed(zxid);
    this.#lastProposed = zxid;
    this.#cluster.counts.proposals++;
    this.step({ kind: "propose", entry: logEntry(zxid, payload) }, nowMs);
  }

  /**
   * A client of the leader has it change who votes; refused as Apache does: one change at a time, and only when a quorum of the
   * new voters follows already.
   *
   * @param moved whose address becomes another
   */
  reconfigure(voters: ReadonlySet<ServerId>, nowMs: number, moved: ReadonlySet<ServerId> = NOBODY): void {
    if (!this.isServing || this.#status.role !== "leading") return;
    const [committed, lastSeen] = this.#configurations;
    if (committed.version !== lastSeen.version) return;
    const zxid = this.#lastProposed + 1;
    const observers = [...this.#cluster.servers.keys()].filter((id) => !voters.has(id));
    const configuration = this.#cluster.configurationOf(voters, observers, zxid, moved);
    // By groups and weights all of them may be nobody.
    if (!configuration.quorum.isQuorum(voters)) return;
    if (this.#peer?.isReadyFor(configuration) !== true) return;
    const payload = this.#cluster.invariants.integrity.proposed(zxid);
    this.#lastProposed = zxid;
    this.#cluster.counts.reconfigs++;
    this.step({ kind: "propose", entry: reconfigEntry(zxid, payload, configuration.text) }, nowMs);
  }

  /** A client of the leader asks to see all that there is. */
  sync(nowMs: number): void {
    if (!this.isServing || this.#status.role !== "leading") return;
    const ticket = this.#nextTicket++;
    this.#syncs.set(ticket, this.#cluster.invariants.syncAsked(this.#lastProposed));
    this.step({ kind: "sync", ticket }, nowMs);
  }

  /** A client of a learner writes or syncs: its server asks the leader. */
  forward(type: ForwardedType): void {
    if (this.#leaderLink === null || !this.isServing) return;
    const question = { kind: "request", sessionId: 1n, cxid: 1, type, body: NO_BYTES, authInfo: [] } as const;
    this.step({ kind: "ask", question }, this.#cluster.nowMsOf(this.id));
  }

  // Of the networks.

  nextAcceptedLink(): LinkId {
    const link = this.#nextAcceptedLink;
    this.#nextAcceptedLink += 2;
    return link;
  }

  linkMessage(link: LinkId, message: LinkMessage): void {
    const nowMs = this.#cluster.nowMsOf(this.id);
    switch (message.kind) {
      case "accepted":
        return this.step({ kind: "linkAccepted", link, port: message.port }, nowMs);
      case "opened":
        return this.step({ kind: "linkOpened", link }, nowMs);
      case "closed":
      case "reset":
        this.#outbox.closed(link);
        return this.step({ kind: "linkClosed", link }, nowMs);
      case "packet":
        if (message.packet.kind === "sync") {
          this.#syncsAnswered.push(this.#cluster.links.connectionOf(this.id, link)?.syncsAsked.shift());
        }
        return this.step({ kind: "packet", link, packet: message.packet }, nowMs);
      case "snapshot": {
        const ref = this.#cluster.snapshots.add(message.state);
        return this.step({ kind: "snapshotReceived", link, ref }, nowMs);
      }
    }
  }

  unreachable(server: ServerId): void {
    this.step({ kind: "unreachable", server }, this.#cluster.nowMsOf(this.id));
  }

  notified(from: ServerId, notification: Notification): void {
    if (notification.leader === this.id) this.#hearsay.add(notification.zxid);
    this.step({ kind: "notification", from, notification }, this.#cluster.nowMsOf(this.id));
  }

  #newOutbox(): Outbox {
    return new Outbox((effect) => this.#leave(effect), this.#cluster.mayOvertake, FOUND);
  }

  #effectsOf(peer: Peer, input: Input, nowMs: number): readonly Effect[] {
    try {
      return peer.step(input, nowMs);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new SimulationError("core", `server ${this.id}, at "${input.kind}": ${message}`, { cause });
    }
  }

  #do(effect: Effect, nowMs: number): void {
    this.#cluster.tracedEffect(this.id, effect);
    switch (effect.kind) {
      case "persist":
        return this.#persist(effect);
      case "send":
        if (effect.packet.kind === "sync") this.#passOn(effect.link);
        return this.#outbox.put(effect);
      case "notify":
      case "streamSnapshot":
      case "pong":
        return this.#outbox.put(this.#captured(effect));
      case "reconnect":
        for (const server of effect.servers) this.#cluster.votes.connect(this.id, server);
        return;
      case "dial":
        this.#leaderLink = effect.link;
        return this.#cluster.links.dial(this.id, effect.link, effect.server, effect.port);
      case "closeLink":
        this.#outbox.closed(effect.link);
        return this.#cluster.links.close(this.id, effect.link);
      case "readLog":
        return this.#cluster.timing.reading(this.id, effect);
      case "commit":
        return this.#commit(effect);
      case "restore":
      case "reload":
        return this.#replaceTree(effect);
      case "deliver":
        return this.#deliver(effect, nowMs);
      case "synced":
        this.#cluster.invariants.synced(this, this.#syncs.get(effect.ticket)!);
        this.#cluster.counts.syncs++;
        return;
      case "role":
        return this.#roleChanged(effect.status);
      case "configured":
        this.#configurations = [effect.committed, effect.next ?? effect.committed];
        return;
      case "log":
    }
  }

  #persist({ token, write }: Extract<Effect, { readonly kind: "persist" }>): void {
    this.disk.write(token, write);
    if (write.kind === "currentEpoch" && this.#leaderLink !== null) {
      const link = this.#cluster.links.connectionOf(this.id, this.#leaderLink);
      if (link !== undefined) this.#cluster.invariants.enteringEpoch(this, write.epoch, link);
    }
    this.#cluster.timing.written(this.id);
  }

  #countPacket(kind: QuorumPacket["kind"]): void {
    if (kind === "diff" || kind === "trunc" || kind === "snap") this.#cluster.counts[kind]++;
  }

  /** A snapshot is of the tree as it is when the core asks, not when it leaves. */
  #captured(effect: Outgoing): Outgoing {
    if (effect.kind === "streamSnapshot") this.#streamed.set(effect, this.#tree);
    return effect;
  }

  #leave(effect: Outgoing): void {
    const { links, votes, invariants } = this.#cluster;
    if (effect.kind === "notify") {
      // What others still say of this server, from before a restart, is no promise of its own; discovery finds out.
      if (!this.#hearsay.has(effect.notification.zxid)) invariants.voting(this, effect);
      return votes.send(this.id, effect.to, effect.notification);
    }
    const connection = links.connectionOf(this.id, effect.link);
    if (connection === undefined) return;
    switch (effect.kind) {
      case "send":
        invariants.sending(this, effect, connection);
        this.#countPacket(effect.packet.kind);
        return links.send(this.id, connection, { kind: "packet", packet: effect.packet });
      case "pong": {
        const packet = { kind: "ping", zxid: effect.zxid, touched: TOUCHED } as const;
        return links.send(this.id, connection, { kind: "packet", packet });
      }
      case "streamSnapshot": {
        const history = this.#streamed.get(effect)!;
        return links.send(this.id, connection, { kind: "snapshot", state: { history } });
      }
    }
  }

  #commit({ entry }: Extract<Effect, { readonly kind: "commit" }>): void {
    const before = this.#treeZxid;
    this.#tree = this.#tree.with(entry);
    this.#treeZxid = entry.zxid;
    const { invariants } = this.#cluster;
    invariants.applied(this, before);
    this.#cluster.counts.commits++;
    // The leader's clients have their answer now.
    if (this.#status.role === "leading" && this.#status.phase === "broadcast") {
      invariants.integrity.acknowledged(this.#tree);
    }
  }

  #replaceTree(effect: Extract<Effect, { readonly kind: "restore" | "reload" }>): void {
    this.#cluster.counts[`${effect.kind}s`]++;
    this.#tree =
      effect.kind === "restore"
        ? this.#cluster.snapshots.get(effect.ref).history
        : this.disk.logical.tip.upTo(effect.zxid);
    this.#treeZxid = effect.zxid;
    this.#cluster.invariants.replaced(this);
  }

  /** A follower's answer to an observer is the leader's to it, which has just come. */
  #passOn(link: LinkId): void {
    if (this.#status.role !== "following") return;
    const sync = this.#syncsAnswered.pop();
    if (sync !== undefined) this.#cluster.links.connectionOf(this.id, link)?.syncsAsked.push(sync);
  }

  #deliver({ link, packet }: Extract<Effect, { readonly kind: "deliver" }>, nowMs: number): void {
    this.#cluster.counts.delivered++;
    const asked = this.#cluster.links.connectionOf(this.id, link)?.syncsAsked;
    if (packet.kind === "sync") {
      const sync = this.#syncsAnswered.shift();
      if (sync !== undefined) this.#cluster.invariants.synced(this, sync);
      this.#cluster.counts.syncs++;
    } else if (packet.kind === "request" && packet.type === FORWARDED.write) {
      this.#deferred.push(() => this.propose(nowMs));
    } else if (packet.kind === "request") {
      this.#deferred.push(() => {
        if (!this.isServing || this.#status.role !== "leading") return;
        asked?.push(this.#cluster.invariants.syncAsked(this.#lastProposed));
        this.step({ kind: "syncLearner", link }, nowMs);
      });
    }
  }

  #roleChanged(status: RoleStatus): void {
    this.#status = status;
    if (status.phase === "broadcast" && status.role === "leading") {
      this.#lastProposed = zxidOf(status.epoch, 0);
      this.#cluster.counts.established++;
    }
    if (status.role !== "leading") this.#syncs.clear();
    if (status.phase !== "broadcast") this.#syncsAnswered = [];
    this.#cluster.invariants.roleChanged(this);
    this.#cluster.roleChanged(this.id);
  }
}
