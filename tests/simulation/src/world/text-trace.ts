import type { Effect, Input, ServerId } from "@branta/zookeeper-engine";
import { describeEffect, describeInput } from "./describe.ts";
import type { TraceSink } from "./cluster.ts";

/** Writes a line for everything that happens: the time, the server, what it got and what it wished for. */
export class TextTrace implements TraceSink {
  readonly #clock: () => number;
  readonly #write: (line: string) => void;

  constructor(clock: () => number, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  input(server: ServerId, input: Input): void {
    this.#write(`${this.#clock().toFixed(3).padStart(10)} ${server} ◁ ${describeInput(input)}`);
  }

  effect(_server: ServerId, effect: Effect): void {
    this.#write(`${" ".repeat(10)}     ${describeEffect(effect)}`);
  }
}
