import type { EffectQueue } from "../effect-queue.ts";
import type { LinkId } from "../effects.ts";

/** Who asked: this server's own clients, or a learner for its. */
type Asker = { readonly kind: "ticket"; readonly ticket: number } | { readonly kind: "learner"; readonly link: LinkId };

/** Requests to be told when all that was proposed before them is committed; answered in order. */
export class PendingSyncs {
  readonly #effects: EffectQueue;
  #waiting: { readonly zxid: number; readonly asker: Asker }[] = [];

  constructor(effects: EffectQueue) {
    this.#effects = effects;
  }

  add(asker: Asker, lastProposed: number, committed: number): void {
    if (committed >= lastProposed) this.#answer(asker);
    else this.#waiting.push({ zxid: lastProposed, asker });
  }

  committed(zxid: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.zxid <= zxid) this.#answer(this.#waiting.shift()!.asker);
  }

  #answer(asker: Asker): void {
    if (asker.kind === "ticket") this.#effects.push({ kind: "synced", ticket: asker.ticket });
    else this.#effects.send(asker.link, { kind: "sync" });
  }
}
