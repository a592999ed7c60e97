import { mustHold } from "../simulation-error.ts";

/** At most one leader is ever established in an epoch (Zab: "at most one primary broadcasts in an epoch"). */
export class PrimaryUniqueness {
  readonly #leaders = new Map<number, number>();

  get epochs(): number {
    return this.#leaders.size;
  }

  established(server: number, epoch: number): void {
    const other = this.#leaders.get(epoch);
    mustHold(other === undefined, "primaryUniqueness", () => `servers ${other} and ${server} both lead epoch ${epoch}`);
    this.#leaders.set(epoch, server);
  }
}
