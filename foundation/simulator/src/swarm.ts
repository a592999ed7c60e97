import type { Random } from "@branta/foundation-runtime";

/**
 * Chooses a run's faults. Each seed turns a random few of them on and up high, the others off: faults of every kind at a
 * middling rate hide each other ("Swarm Testing", Groce et al., ISSTA 2012). A choice depends on seed and name only, so a
 * new fault does not change what the old seeds do with theirs.
 */
export class Swarm {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** True in `percent` of the seeds. */
  chance(name: string, percent: number): boolean {
    return this.#random.fork(name).below(100) < percent;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(name: string, least: number, most: number): number {
    return least + this.#random.fork(name).below(most - least + 1);
  }

  /** Any number from `least` to `most`, each order of magnitude as likely as the other. */
  magnitude(name: string, least: number, most: number): number {
    return magnitude(this.#random.fork(name), least, most);
  }

  /** Such a number in `percent` of the seeds, else 0: the fault is off. */
  rate(name: string, percent: number, least: number, most: number): number {
    return this.chance(`${name}?`, percent) ? this.magnitude(name, least, most) : 0;
  }
}

/** A number from `least` to `most`, each order of magnitude as likely as the other. */
export function magnitude(random: Random, least: number, most: number): number {
  return least * (most / least) ** fraction(random);
}

/** Uniform in 0 … 1, 1 excluded. */
export function fraction(random: Random): number {
  return random.u32() / 0x1_0000_0000;
}
