import { formatHost, type HostAndPort } from "../connection-string.ts";

/** Answers a number drawn from [0, 1). */
export type Random = () => number;

/** What is known when the servers are replaced by others. */
export interface ServerChange {
  readonly before: readonly HostAndPort[];
  readonly after: readonly HostAndPort[];
  /** Where the client is, or was last. */
  readonly current: HostAndPort;
}

/** Whether two entries of connection strings name the same server: names of hosts are compared as they are written. */
export function isSameServer(one: HostAndPort, other: HostAndPort): boolean {
  return formatHost(one).toLowerCase() === formatHost(other).toLowerCase();
}

/** The place of a server in a list, -1 if it is not there. */
export function indexOfServer(hosts: readonly HostAndPort[], wanted: HostAndPort): number {
  return hosts.findIndex((host) => isSameServer(host, wanted));
}

/**
 * Decides by chance whether one of many clients leaves its server after a change of servers, so that all of them
 * together are spread evenly if they were before: the rule of Apache's Java client (ZOOKEEPER-1355).
 *
 * - more servers than before: who is on a server that remains leaves it with probability 1 - before / after, for a
 *   newcomer; who has lost its server goes to a newcomer
 * - as many or fewer: who is on a server that remains stays; who has lost its server goes to one of the known servers
 *   with the probability that fills them up, and else to a newcomer
 *
 * @returns null: stay
 */
export function planMove({ before, after, current }: ServerChange, random: Random): Move | null {
  const known = after.filter((host) => indexOfServer(before, host) >= 0);
  const newcomers = after.filter((host) => indexOfServer(before, host) < 0);
  const remains = indexOfServer(after, current) >= 0;
  if (after.length > before.length) {
    return remains && random() >= 1 - before.length / after.length ? null : new Move(newcomers, known, 1, random);
  }
  if (remains) return null;
  const lost = before.length - known.length;
  // Nobody has lost a server of the list: the client was on one that had been taken off the list before.
  const knownShare = lost === 0 ? 1 : (known.length * (before.length - after.length)) / (after.length * lost);
  return new Move(newcomers, known, 1 - knownShare, random);
}

/** The way to another server: which ones to try, each once. */
export class Move {
  readonly #newcomers: HostAndPort[];
  readonly #known: HostAndPort[];
  readonly #newcomerShare: number;
  readonly #random: Random;

  /** @param newcomerShare the probability of trying a newcomer next, as long as there are servers of both kinds */
  constructor(newcomers: readonly HostAndPort[], known: readonly HostAndPort[], newcomerShare: number, random: Random) {
    this.#newcomers = [...newcomers];
    this.#known = [...known];
    this.#newcomerShare = newcomerShare;
    this.#random = random;
  }

  /** The server to try now; undefined when all have been tried. */
  next(): HostAndPort | undefined {
    const [first, second] =
      this.#random() < this.#newcomerShare ? [this.#newcomers, this.#known] : [this.#known, this.#newcomers];
    return first.shift() ?? second.shift();
  }
}
