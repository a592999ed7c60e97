import type { Effect, Input, ServerId } from "@branta/zookeeper-engine";
import type { TraceHash } from "@branta/foundation-simulator";
import type { TraceSink } from "./cluster.ts";

/** Folds everything that happens into a hash, and hands it on. */
export class HashingTrace implements TraceSink {
  readonly #hash: TraceHash;
  readonly #clock: () => number;
  readonly #next: TraceSink | null;

  constructor(hash: TraceHash, clock: () => number, next: TraceSink | null) {
    this.#hash = hash;
    this.#clock = clock;
    this.#next = next;
  }

  input(server: ServerId, input: Input): void {
    this.#hash.addNumber(this.#clock());
    this.#hash.addNumber(server);
    this.#hash.addText(input.kind);
    if (input.kind === "packet") this.#hash.addText(input.packet.kind);
    this.#next?.input(server, input);
  }

  effect(server: ServerId, effect: Effect): void {
    this.#hash.addText(effect.kind);
    if (effect.kind === "commit") this.#hash.addNumber(effect.entry.zxid);
    else if (effect.kind === "persist") this.#hash.addText(effect.write.kind);
    else if (effect.kind === "send") this.#hash.addText(effect.packet.kind);
    else if (effect.kind === "notify") this.#hash.addNumber(effect.notification.leader);
    this.#next?.effect(server, effect);
  }
}
