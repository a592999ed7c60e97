import type { LinkId } from "@branta/zookeeper-engine";
import type { QuorumPacket } from "@branta/zookeeper-protocol";
import type { LearnerView } from "./ensemble-view.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** What is told of a link besides what travels on it. */
export interface LinkFacts {
  /** Where the peer is, `host:port`; null for a link that has ended. */
  remoteOf(link: LinkId): string | null;
  /** Bytes that wait to be sent. */
  unsentBytes(link: LinkId): number;
}

/** One learner's link, as its leader counts it. Plain fields: they are bumped at every packet. */
export class LearnerStats implements LearnerView {
  readonly link: LinkId;
  readonly establishedAtMs: number;
  readonly #facts: LinkFacts;
  readonly #metrics: ServerMetrics;
  /** -1 until the learner has introduced itself. */
  serverId = -1;
  type: LearnerView["type"] = "participant";
  isSynced = false;
  packetsReceived = 0;
  packetsSent = 0;
  requestsReceived = 0;
  lastZxid = -1;
  /** How it is being brought up to date. */
  syncing: "diff" | "snap" | null = null;
  /** {@link packetsSent} when nothing waited last. */
  #sentWhole = 0;

  constructor(link: LinkId, establishedAtMs: number, facts: LinkFacts, metrics: ServerMetrics) {
    this.link = link;
    this.establishedAtMs = establishedAtMs;
    this.#facts = facts;
    this.#metrics = metrics;
  }

  get remoteAddress(): string {
    return splitRemote(this.#facts.remoteOf(this.link)).address;
  }

  get remotePort(): number {
    return splitRemote(this.#facts.remoteOf(this.link)).port;
  }

  get queuedBytes(): number {
    return this.#facts.unsentBytes(this.link);
  }

  /** At most: what was sent since nothing waited. */
  get queuedPackets(): number {
    return this.queuedBytes === 0 ? 0 : this.packetsSent - this.#sentWhole;
  }

  received(packet: QuorumPacket): void {
    this.packetsReceived++;
    if (packet.kind === "followerInfo" || packet.kind === "observerInfo") {
      this.serverId = packet.serverId;
      this.type = packet.kind === "followerInfo" ? "participant" : "observer";
    } else if (packet.kind === "request") {
      this.requestsReceived++;
    } else if (packet.kind === "revalidate") {
      this.#metrics.revalidateCount.value++;
    }
  }

  sent(packet: QuorumPacket): void {
    this.packetsSent++;
    if ("zxid" in packet) this.lastZxid = packet.zxid;
    if (packet.kind === "ping") this.#sampleQueue();
    else if (packet.kind === "upToDate") this.isSynced = true;
  }

  /** `observer_connection_stat_reset`. */
  reset(): void {
    this.packetsReceived = 0;
    this.packetsSent = 0;
    this.requestsReceived = 0;
    this.lastZxid = -1;
    this.#sentWhole = 0;
  }

  /** Apache looks at its queue at every packet; at every ping is as good, and costs nothing. */
  #sampleQueue(): void {
    this.#metrics.learnerHandlerQpSize.add(String(this.serverId), this.queuedPackets);
    if (this.queuedBytes === 0) this.#sentWhole = this.packetsSent;
  }
}

function splitRemote(remote: string | null): { readonly address: string; readonly port: number } {
  const colon = remote?.lastIndexOf(":") ?? -1;
  if (remote === null || colon < 0) return { address: "0.0.0.0", port: 0 };
  return { address: remote.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(remote.slice(colon + 1)) };
}
