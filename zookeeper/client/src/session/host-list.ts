import type { HostAndPort } from "../connection-string.ts";

/** Answers a number drawn from [0, 1). */
export type Random = () => number;

/**
 * The servers in the order in which to try them: shuffled once, so that clients spread, then in rounds.
 * A server that worked is tried again only after the others, because losing it is why we are asking.
 */
export class HostList {
  readonly #hosts: HostAndPort[];
  #next = 0;
  #sinceSuccess = 0;

  /** @param shuffle false keeps the order given, for tests and for people who want a favourite. */
  constructor(hosts: readonly HostAndPort[], random: Random, shuffle = true) {
    this.#hosts = shuffle ? shuffled(hosts, random) : [...hosts];
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
    const host = this.#hosts[this.#next]!;
    this.#next = (this.#next + 1) % this.#hosts.length;
    this.#sinceSuccess++;
    return host;
  }

  /** Makes `host` the next one to try. */
  prefer(host: HostAndPort): void {
    const at = this.#hosts.indexOf(host);
    if (at >= 0) this.#next = at;
  }

  /** The server answered last was good: counting of failures starts again. */
  succeeded(): void {
    this.#sinceSuccess = 0;
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
