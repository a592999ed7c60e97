/** A learner's pings, which it answers in order: so answers can be told apart by counting. */
export class PingCount {
  #sent = 0;
  #answered = 0;
  /** The ping of the last round. */
  #mark = Infinity;

  sent(): void {
    this.#sent++;
  }

  answered(): void {
    this.#answered++;
  }

  /** The ping being sent belongs to a round. */
  beginRound(): void {
    this.#sent++;
    this.#mark = this.#sent;
  }

  get hasAnsweredRound(): boolean {
    return this.#answered >= this.#mark;
  }
}
