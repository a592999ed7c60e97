import type { Summary, SummarySet } from "@branta/foundation-observe";
import { OpCode, type Txn } from "@branta/zookeeper-protocol";

const SLASH = 0x2f;
/** What a node's statistics count for in a read, bytes (Apache's DataTree). */
const STAT_BYTES = 68;
/** Apache knows no limit; here who makes a node a second below the root must not fill the memory, nor every board. */
const NAMESPACES_MAX = 1000;

/** Counts the bytes that are read and written below each child of the root. */
export class NamespaceTraffic {
  readonly #reads: Namespaces;
  readonly #writes: Namespaces;

  constructor(metrics: { readonly readPerNamespace: SummarySet; readonly writePerNamespace: SummarySet }) {
    this.#reads = new Namespaces(metrics.readPerNamespace);
    this.#writes = new Namespaces(metrics.writePerNamespace);
  }

  /** @param bytes of the answer, without statistics */
  read(path: string, bytes: number): void {
    this.#reads.add(path, path.length + bytes + STAT_BYTES);
  }

  wrote(txn: Txn): void {
    switch (txn.type) {
      case OpCode.multi:
        for (const part of txn.txns) this.wrote(part);
        break;
      case OpCode.create:
      case OpCode.create2:
      case OpCode.createTTL:
      case OpCode.createContainer:
      case OpCode.setData:
      case OpCode.reconfig:
        this.#writes.add(txn.path, txn.path.length + (txn.data?.length ?? 0));
        break;
      case OpCode.delete:
      case OpCode.deleteContainer:
        this.#writes.add(txn.path, txn.path.length);
        break;
      case OpCode.closeSession:
        for (const path of txn.paths2Delete ?? []) this.#writes.add(path, path.length);
        break;
      default:
    }
  }
}

/** Summaries by namespace. One request is mostly about the same namespace as the one before it, so that one is kept at hand. */
class Namespaces {
  readonly #set: SummarySet;
  #lastName = "";
  #last: Summary | null = null;

  constructor(set: SummarySet) {
    this.#set = set;
  }

  add(path: string, bytes: number): void {
    if (this.#last === null || !isWithin(path, this.#lastName)) {
      const name = namespaceOf(path);
      const { byKey } = this.#set;
      if (name === "" || (byKey.size >= NAMESPACES_MAX && !byKey.has(name))) return;
      this.#lastName = name;
      this.#last = this.#set.of(name);
    }
    this.#last.add(bytes);
  }
}

function namespaceOf(path: string): string {
  const end = path.indexOf("/", 1);
  return end === -1 ? path.slice(1) : path.slice(1, end);
}

function isWithin(path: string, name: string): boolean {
  const end = name.length + 1;
  return path.startsWith(name, 1) && (path.length === end || path.charCodeAt(end) === SLASH);
}
