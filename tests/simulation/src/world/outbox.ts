import type { Effect, LinkId } from "@branta/zookeeper-engine";

/** What leaves a server and may have to wait for its disk. */
export type Outgoing = Extract<Effect, { readonly kind: "send" | "notify" | "streamSnapshot" | "pong" }>;

/**
 * The runtime rule: an effect with a token leaves when the token is durable, not before. Whether one without may overtake
 * those that wait on its link is the runtime's choice; the core has to do with either.
 */
export class Outbox {
  readonly #leave: (effect: Outgoing) => void;
  readonly #mayOvertake: boolean;
  #durable: number;
  #waiting: Outgoing[] = [];

  constructor(leave: (effect: Outgoing) => void, mayOvertake: boolean, durable: number) {
    this.#leave = leave;
    this.#mayOvertake = mayOvertake;
    this.#durable = durable;
  }

  get waiting(): readonly Outgoing[] {
    return this.#waiting;
  }

  put(effect: Outgoing): void {
    if (tokenOf(effect) > this.#durable || (!this.#mayOvertake && this.#isBlocked(effect))) this.#waiting.push(effect);
    else this.#leave(effect);
  }

  /** Writes up to the token are durable. */
  persisted(token: number): void {
    this.#durable = token;
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const effect of waiting) this.put(effect);
  }

  /** Nothing leaves on a closed link. */
  closed(link: LinkId): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter((effect) => effect.kind === "notify" || effect.link !== link);
  }

  #isBlocked(effect: Outgoing): boolean {
    if (effect.kind === "notify") return false;
    for (const waiting of this.#waiting) if (waiting.kind !== "notify" && waiting.link === effect.link) return true;
    return false;
  }
}

function tokenOf(effect: Outgoing): number {
  return effect.kind === "send" || effect.kind === "notify" ? effect.after : 0;
}
