import type { HostAndPort } from "../connection-string.ts";
import { indexOfServer, type Move, planMove, type Random } from "./move.ts";

/**
 * The servers in the order in which to try them: shuffled once, so that clients spread, then in rounds.
 * A server that worked is tried again only after the others, because losing it is why we are asking.
 */
export class HostList {
  readonly #random: Random;
  readonly #shuffle: boolean;
  #hosts: readonly HostAndPort[];
  #next = 0;
  #sinceSuccess = 0;
  /** The server answered last. */
  #last: HostAndPort | undefined;
  /** Where to go since the servers were replaced, until one is reached. */
  #move: Move | null = null;

  /** @param shuffle false keeps the order given, for tests and for people who want a favourite. */
  constructor(hosts: readonly HostAndPort[], random: Random, shuffle = true) {
    this.#random = random;
    this.#shuffle = shuffle;
    this.#hosts = this.#ordered(hosts);
  }

  get size(): number {
    return this.#hosts.length;
  }

  get hosts(): readonly HostAndPort[] {
    return this.#hosts;
  }

  /** Rounds of all servers that have failed since the last success. */
  get failedRounds(): number {
    return Math.floor(this.#sinceSuccess / this.#hosts.length);
  }

  /** The server to try now. */
  next(): HostAndPort {
    const host = this.#nextOfMove() ?? this.#hosts[this.#next]!;
    this.#next = (indexOfServer(this.#hosts, host) + 1) % this.#hosts.length;
    this.#sinceSuccess++;
    this.#last = host;
    return host;
  }

  /** Makes `host` the next one to try. */
  prefer(host: HostAndPort): void {
    const at = indexOfServer(this.#hosts, host);
    if (at < 0) return;
    this.#next = at;
    this.#move = null;
  }

  /** The server answered last was good: counting of failures starts again. */
  succeeded(): void {
    this.#sinceSuccess = 0;
    this.#move = null;
  }

  /** Whether `host` is one of the servers, after they may have been replaced. */
  has(host: HostAndPort): boolean {
    return indexOfServer(this.#hosts, host) >= 0;
  }

  /**
   * Replaces the servers, and decides by chance where this client belongs now; see {@link planMove}.
   *
   * @param current the server the client is connected to, if it is
   * @returns whether the client is to leave `current` for what {@link next} answers
   */
  replace(hosts: readonly HostAndPort[], current: HostAndPort | undefined): boolean {
    // A client on its way counts as arrived at the server it would try next.
    const isOnItsWay = this.#move !== null;
    const here = isOnItsWay ? this.next() : (current ?? this.#last ?? this.#hosts[0]!);
    const after = this.#ordered(hosts);
    this.#move = planMove({ before: this.#hosts, after, current: here }, this.#random);
    this.#hosts = after;
    const at = Math.max(0, indexOfServer(after, here));
    this.#next = isOnItsWay ? at : (at + 1) % after.length;
    return this.#move !== null || isOnItsWay;
  }

  #nextOfMove(): HostAndPort | undefined {
    const host = this.#move?.next();
    if (host === undefined) this.#move = null;
    return host;
  }

  #ordered(hosts: readonly HostAndPort[]): readonly HostAndPort[] {
    return this.#shuffle ? shuffled(hosts, this.#random) : [...hosts];
  }
}

/** Fisher and Yates' shuffle, on a copy. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1));
    [result[last], result[at]] = [result[at]!, result[last]!];
  }
  return result;
}
