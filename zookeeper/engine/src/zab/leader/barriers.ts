import type { EffectQueue } from "../effect-queue.ts";
import type { LinkId } from "../effects.ts";
import type { LeadershipProof } from "./leadership-proof.ts";

/** A question that waits for a position to be reached, and for proof that this server still leads. */
interface Waiting<Asker> {
  readonly zxid: number;
  readonly round: number;
  readonly asker: Asker;
}

/** Who asked for a `sync`, in order. */
class Queue<Asker> {
  readonly #answer: (asker: Asker) => void;
  #waiting: Waiting<Asker>[] = [];

  constructor(answer: (asker: Asker) => void) {
    this.#answer = answer;
  }

  push(waiting: Waiting<Asker>): void {
    this.#waiting.push(waiting);
  }

  /**
   * Answers those whose position is reached and whose proof is there: a round of pings, or a commit of what was proposed after
   * they had asked, which a quorum has acknowledged later still.
   */
  release(position: number, proven: number, committed: number): void {
    let done = 0;
    for (const { zxid, round, asker } of this.#waiting) {
      if (zxid > position || (round > proven && zxid >= committed)) break;
      this.#answer(asker);
      done++;
    }
    if (done > 0) this.#waiting.splice(0, done);
  }
}

/**
 * Answers `sync` when all that was proposed before it is committed and this server has proved that it still leads: a read
 * after it sees everything that anybody was told before.
 */
export class Barriers {
  readonly #proof: LeadershipProof;
  /** Of this server's own clients: they read its tree, so it must have applied what they wait for. */
  readonly #local: Queue<number>;
  /** Of learners: the answer follows the commits in their stream. */
  readonly #remote: Queue<LinkId>;

  constructor(effects: EffectQueue, proof: LeadershipProof) {
    this.#proof = proof;
    this.#local = new Queue((ticket) => effects.push({ kind: "synced", ticket }));
    this.#remote = new Queue((link) => effects.send(link, { kind: "sync" }));
  }

  addLocal(ticket: number, lastProposed: number): void {
    this.#local.push({ zxid: lastProposed, round: this.#proof.ask(lastProposed), asker: ticket });
  }

  addLearner(link: LinkId, lastProposed: number): void {
    this.#remote.push({ zxid: lastProposed, round: this.#proof.ask(lastProposed), asker: link });
  }

  /** @param committed the last transaction that a quorum has acknowledged, whether this server has it on disk or not */
  releaseLocal(applied: number, committed: number): void {
    this.#local.release(applied, this.#proof.proven, committed);
  }

  releaseLearners(committed: number): void {
    this.#remote.release(committed, this.#proof.proven, committed);
  }

  /**
   * To be called before learners hear of a commit. Apache's match answers and commits in the order in which they asked: a client
   * of theirs whose sync is answered behind its later write waits for ever.
   */
  releaseLearnersBefore(zxid: number): void {
    this.#remote.release(zxid - 1, this.#proof.proven, zxid);
  }
}
