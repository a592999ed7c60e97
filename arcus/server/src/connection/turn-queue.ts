/** Connections that go on in one round of the event loop; then all others are listened to first. */
const TURNS_A_ROUND = 4;

/**
 * Lets connections that have much to be answered go on a few at a time, so that hundreds of them do not keep one small
 * request waiting.
 */
export class TurnQueue {
  #waiting: (() => void)[] = [];

  add(goOn: () => void): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#round());
    this.#waiting.push(goOn);
  }

  #round(): void {
    const turns = this.#waiting.splice(0, TURNS_A_ROUND);
    if (this.#waiting.length > 0) setImmediate(() => this.#round());
    for (const goOn of turns) goOn();
  }
}
