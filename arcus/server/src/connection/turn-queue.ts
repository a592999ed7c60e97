/**
 * Lets connections that have much to be answered go on one in each round of the event loop, so that hundreds of them do
 * not keep one small request waiting, nor those who connect: a round accepts few.
 */
export class TurnQueue {
  #waiting: (() => void)[] = [];

  add(goOn: () => void): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#round());
    this.#waiting.push(goOn);
  }

  #round(): void {
    const goOn = this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(() => this.#round());
    goOn?.();
  }
}
