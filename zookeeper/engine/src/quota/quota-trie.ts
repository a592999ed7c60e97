interface TrieNode {
  /** The path this node stands for; blank elements are left out, as Apache does. */
  readonly path: string;
  readonly children: Map<string, TrieNode>;
  hasQuota: boolean;
}

/** Which paths have a quota: answers the deepest one at or above a path. As Apache's PathTrie, with the cost of one lookup an element. */
export class QuotaTrie {
  #root: TrieNode = newNode("");
  #size = 0;

  /** How many paths have a quota; with 0 nothing else need be asked. */
  get size(): number {
    return this.#size;
  }

  /** Notes that `path` has a quota. The root cannot have one: `/` is ignored. */
  add(path: string): void {
    let node = this.#root;
    for (const element of elements(path)) {
      let child = node.children.get(element);
      if (child === undefined) {
        child = newNode(`${node.path}/${element}`);
        node.children.set(element, child);
      }
      node = child;
    }
    if (node === this.#root || node.hasQuota) return;
    node.hasQuota = true;
    this.#size++;
  }

  /** Notes that `path` has no quota any more; quotas below it stay. */
  delete(path: string): void {
    const trail: [parent: TrieNode, element: string, node: TrieNode][] = [];
    let node = this.#root;
    for (const element of elements(path)) {
      const child = node.children.get(element);
      if (child === undefined) return;
      trail.push([node, element, child]);
      node = child;
    }
    if (!node.hasQuota) return;
    node.hasQuota = false;
    this.#size--;
    // Apache leaves emptied ancestors behind; they hold no quota, so pruning them changes no answer and gives memory back.
    for (let last = trail.pop(); last !== undefined; last = trail.pop()) {
      const [parent, element, child] = last;
      if (child.hasQuota || child.children.size > 0) return;
      parent.children.delete(element);
    }
  }

  clear(): void {
    this.#root = newNode("");
    this.#size = 0;
  }

  /** The deepest path with a quota that is `path` itself or above it; null when there is none. */
  maxPrefix(path: string): string | null {
    if (this.#size === 0) return null;
    let node = this.#root;
    let deepest: string | null = null;
    for (let start = 1; start <= path.length;) {
      const slash = path.indexOf("/", start);
      const end = slash < 0 ? path.length : slash;
      const element = path.slice(start, end);
      start = end + 1;
      if (isBlank(element)) continue;
      const child = node.children.get(element);
      if (child === undefined) break;
      if (child.hasQuota) deepest = child.path;
      node = child;
    }
    return deepest;
  }
}

function newNode(path: string): TrieNode {
  return { path, children: new Map(), hasQuota: false };
}

function elements(path: string): string[] {
  return path.split("/").filter((element) => !isBlank(element));
}

/** Blank as Java's String.trim sees it: nothing above U+0020. */
function isBlank(element: string): boolean {
  for (let at = 0; at < element.length; at++) if (element.charCodeAt(at) > 0x20) return false;
  return true;
}
