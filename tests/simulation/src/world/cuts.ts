import type { ServerId } from "@branta/zookeeper-engine";

/** The directions in which nothing gets through. */
export class Cuts {
  readonly #cut = new Set<number>();

  isCut(from: ServerId, to: ServerId): boolean {
    return this.#cut.size > 0 && this.#cut.has(keyOf(from, to));
  }

  /** Whether a connection can be made: both directions are needed. */
  canConnect(one: ServerId, other: ServerId): boolean {
    return !this.isCut(one, other) && !this.isCut(other, one);
  }

  cut(from: ServerId, to: ServerId): void {
    this.#cut.add(keyOf(from, to));
  }

  heal(from: ServerId, to: ServerId): void {
    this.#cut.delete(keyOf(from, to));
  }

  get size(): number {
    return this.#cut.size;
  }
}

/** Ids are small: see the largest of an ensemble, 255. */
function keyOf(from: ServerId, to: ServerId): number {
  return from * 1000 + to;
}
