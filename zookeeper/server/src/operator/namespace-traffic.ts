import type { SummarySet } from "@branta/foundation-observe";
import { OpCode, type Txn } from "@branta/zookeeper-protocol";

/** What a node's statistics count for in a read, bytes (Apache's DataTree). */
const STAT_BYTES = 68;
/** Apache knows no limit; here who makes a node a second below the root must not fill the memory, nor every board. */
const NAMESPACES_MAX = 1000;

/** Counts the bytes that are read and written below each child of the root. */
export class NamespaceTraffic {
  readonly #reads: SummarySet;
  readonly #writes: SummarySet;

  constructor(metrics: { readonly readPerNamespace: SummarySet; readonly writePerNamespace: SummarySet }) {
    this.#reads = metrics.readPerNamespace;
    this.#writes = metrics.writePerNamespace;
  }

  /** @param bytes of the answer, without statistics */
  read(path: string, bytes: number): void {
    add(this.#reads, path, path.length + bytes + STAT_BYTES);
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
        add(this.#writes, txn.path, txn.path.length + (txn.data?.length ?? 0));
        break;
      case OpCode.delete:
      case OpCode.deleteContainer:
        add(this.#writes, txn.path, txn.path.length);
        break;
      case OpCode.closeSession:
        for (const path of txn.paths2Delete ?? []) add(this.#writes, path, path.length);
        break;
      default:
    }
  }
}

function add(set: SummarySet, path: string, bytes: number): void {
  const end = path.indexOf("/", 1);
  const name = end === -1 ? path.slice(1) : path.slice(1, end);
  if (name === "" || (set.byKey.size >= NAMESPACES_MAX && !set.byKey.has(name))) return;
  set.add(name, bytes);
}
