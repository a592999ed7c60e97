import { AT_ONCE, type LinkId, type PersistToken, type ServerId } from "@branta/zookeeper-engine";
import type { Notification, QuorumPacket } from "@branta/zookeeper-protocol";

/** Where what was held back goes. */
export interface SendTarget {
  send(link: LinkId, packet: QuorumPacket): void;
  notify(to: ServerId, notification: Notification): void;
}

type After = PersistToken | typeof AT_ONCE;

interface Held {
  readonly after: After;
  readonly run: () => void;
}

/** Holds back what promises something that is not on disk yet, and on a link everything behind it. */
export class HeldSends {
  readonly #target: SendTarget;
  #durable: PersistToken;
  readonly #byLink = new Map<LinkId, Held[]>();
  /** Of several votes for one server the last one counts. */
  readonly #votes = new Map<ServerId, { readonly after: PersistToken; readonly notification: Notification }>();

  /** @param durable stands for what was on disk at the start */
  constructor(target: SendTarget, durable: PersistToken) {
    this.#target = target;
    this.#durable = durable;
  }

  send(link: LinkId, packet: QuorumPacket, after: After): void {
    const lane = this.#byLink.get(link);
    if (lane === undefined && after <= this.#durable) this.#target.send(link, packet);
    else this.#hold(link, { after, run: () => this.#target.send(link, packet) });
  }

  /** Runs what sends something by itself, in its place among the link's packets. */
  onLink(link: LinkId, run: () => void): void {
    if (this.#byLink.has(link)) this.#hold(link, { after: AT_ONCE, run });
    else run();
  }

  notify(to: ServerId, notification: Notification, after: PersistToken): void {
    if (after > this.#durable) {
      this.#votes.set(to, { after, notification });
      return;
    }
    this.#votes.delete(to);
    this.#target.notify(to, notification);
  }

  /** Nothing more goes to this link. */
  forget(link: LinkId): void {
    this.#byLink.delete(link);
  }

  /** Everything up to this token is on disk. */
  release(durable: PersistToken): void {
    this.#durable = durable;
    for (const [link, lane] of this.#byLink) {
      let free = 0;
      while (free < lane.length && lane[free]!.after <= durable) free++;
      for (const { run } of lane.splice(0, free)) run();
      if (lane.length === 0) this.#byLink.delete(link);
    }
    for (const [to, { after, notification }] of this.#votes) {
      if (after > durable) continue;
      this.#votes.delete(to);
      this.#target.notify(to, notification);
    }
  }

  #hold(link: LinkId, held: Held): void {
    const lane = this.#byLink.get(link);
    if (lane === undefined) this.#byLink.set(link, [held]);
    else lane.push(held);
  }
}
