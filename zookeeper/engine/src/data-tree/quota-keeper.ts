import { quotaStatPath } from "@branta/zookeeper-protocol";
import { addToStats, quotaEvent, quotaPathsOf, type QuotaTrie, recount } from "../quota/index.ts";
import { NO_NODE } from "../tree/znode-reader.ts";
import type { ZnodeTree } from "../tree/znode-tree.ts";

/** Keeps the statistics nodes of quotas true as nodes come, go and change size. */
export class QuotaKeeper {
  readonly #znodes: ZnodeTree;
  readonly #trie: QuotaTrie;

  constructor(znodes: ZnodeTree, trie: QuotaTrie) {
    this.#znodes = znodes;
    this.#trie = trie;
  }

  /** To be called after the tree has changed. `bytes` and `nodes` are what the change added. */
  changed(path: string, change: { created?: boolean; deleted?: boolean; bytes: number; nodes: number }): void {
    if (change.created === true) this.#follow(quotaEvent("created", path));
    if (change.deleted === true) this.#follow(quotaEvent("deleted", path));
    if (this.#trie.size === 0) return;
    const prefix = this.#trie.maxPrefix(path);
    if (prefix === null) return;
    const id = this.#znodes.find(quotaStatPath(prefix));
    if (id === NO_NODE) return;
    const updated = addToStats(this.#znodes.data(id), change.bytes, change.nodes);
    if (updated !== null) this.#znodes.setData(id, updated);
  }

  /** Builds the trie anew and counts every quota's subtree: after a snapshot was restored. */
  rebuild(): void {
    this.#trie.clear();
    const childrenOf = (path: string): string[] => {
      const id = this.#znodes.find(path);
      return id === NO_NODE ? [] : this.#znodes.childNames(id);
    };
    for (const path of quotaPathsOf(childrenOf)) {
      this.#trie.add(path);
      this.#recount(path);
    }
  }

  #follow(event: ReturnType<typeof quotaEvent>): void {
    if (event === null) return;
    if (event.kind === "addTrie") this.#trie.add(event.path);
    else if (event.kind === "deleteTrie") this.#trie.delete(event.path);
    else this.#recount(event.path);
  }

  #recount(path: string): void {
    const id = this.#znodes.find(quotaStatPath(path));
    if (id === NO_NODE) return;
    const stats = recount(path, (at) => {
      const node = this.#znodes.find(at);
      if (node === NO_NODE) return undefined;
      return { dataLength: Math.max(this.#znodes.dataLength(node), 0), children: this.#znodes.childNames(node) };
    });
    this.#znodes.setData(id, stats.toBytes());
  }
}
