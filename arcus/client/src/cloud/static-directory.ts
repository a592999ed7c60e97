import { ArcusError } from "../arcus-error.ts";
import type { Directory } from "./directory.ts";

/** Nodes that are given, for development and for a single node. */
export class StaticDirectory implements Directory {
  readonly #addresses: readonly string[];

  constructor(addresses: readonly string[]) {
    for (const address of addresses) {
      if (/^.+:\d{1,5}$/.test(address)) continue;
      throw new ArcusError("invalidArgument", `Cannot use the node "${address}": wanted is "host:port"`);
    }
    this.#addresses = [...addresses];
  }

  follow(listener: (addresses: readonly string[]) => void): void {
    listener(this.#addresses);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
