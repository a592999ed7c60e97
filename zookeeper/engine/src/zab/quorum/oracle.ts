import type { ServerId } from "../effects.ts";
import type { QuorumVerifier } from "./quorum-verifier.ts";

const ALWAYS = (): boolean => true;

/**
 * An outside tie-breaker for two voters (oraclePath; QuorumOracleMaj in Apache): while one has lost the other, it decides alone where its
 * oracle says so. Both oracles must never say so at once, nor one that has missed what the other decided alone: that is up to
 * whoever lets them speak.
 */
export class Oracle {
  #isGranted = false;
  #isAlone: () => boolean = ALWAYS;

  /** Whether this server may decide alone, as the oracle has said last; no before it has. */
  get isGranted(): boolean {
    return this.#isGranted;
  }

  says(isGranted: boolean): void {
    this.#isGranted = isGranted;
  }

  /** @param isAlone whether a leader has nobody whose word it would have to wait for */
  serve(isAlone: () => boolean): void {
    this.#isAlone = isAlone;
  }

  /** The leader is none any more. */
  leave(): void {
    this.#isAlone = ALWAYS;
  }

  /** Whether it is asked about these voters at all. */
  isFor({ voters }: QuorumVerifier): boolean {
    return voters.size === 2;
  }

  /** Whether these servers decide though they are no majority. */
  breaksTie(quorum: QuorumVerifier, servers: ReadonlySet<ServerId>): boolean {
    if (!this.#isGranted || !this.isFor(quorum) || !this.#isAlone()) return false;
    return [...quorum.voters].some((server) => servers.has(server));
  }
}
