/** What is known of one node. */
export interface ModelNode {
  data: string;
  version: number;
  /** zxid of the last write of the data; undefined as long as no acknowledgement told it. */
  mzxid: number | undefined;
  /** Session that owns the node, 0n for ordinary ones. */
  owner: bigint;
}

/** One change of one writer's part of the tree. A multi is several of them that come together or not at all. */
export type Change =
  | { kind: "create"; path: string; data: string; owner: bigint }
  | { kind: "sequential"; data: string }
  | { kind: "set"; path: string; data: string }
  | { kind: "delete"; path: string }
  /** The session ends: its nodes go with it. */
  | { kind: "close"; owner: bigint };

const SEQUENCE_DIGITS = 10;

/** The part of the tree that one writer alone writes: after a crash it must be a state that the writer's requests passed through. */
export class PartModel {
  /** Folder of the writer's ordinary nodes; ephemeral ones have their own, so that expiry does not touch this counter. */
  readonly folder: string;
  readonly nodes = new Map<string, ModelNode>();
  /** Nodes ever created in the folder: the next sequential suffix. */
  created = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  clone(): PartModel {
    const copy = new PartModel(this.folder);
    for (const [path, node] of this.nodes) copy.nodes.set(path, { ...node });
    copy.created = this.created;
    return copy;
  }

  /** The name that the next sequential node gets. */
  get nextName(): string {
    return `${this.folder}/s-${String(this.created).padStart(SEQUENCE_DIGITS, "0")}`;
  }

  /** Applies changes that travelled as one request; `zxid` as acknowledged. */
  apply(changes: readonly Change[], zxid: number | undefined): void {
    for (const change of changes) this.#applyOne(change, zxid);
  }

  /** What differs from `actual`, in words; undefined if nothing does. */
  difference(actual: FoundPart): string | undefined {
    for (const [path, node] of this.nodes) {
      const found = actual.nodes.get(path);
      if (found === undefined) return `"${path}" is missing, must be there with data "${node.data}"`;
      if (found.data !== node.data) return `"${path}" has data "${found.data}", must be "${node.data}"`;
      if (found.version !== node.version) return `"${path}" has version ${found.version}, must be ${node.version}`;
      if (found.owner !== node.owner) return `"${path}" belongs to ${found.owner}, must belong to ${node.owner}`;
      if (node.mzxid !== undefined && found.mzxid !== node.mzxid)
        return `"${path}" has mzxid ${found.mzxid}, must be ${node.mzxid}`;
    }
    for (const path of actual.nodes.keys()) if (!this.nodes.has(path)) return `"${path}" is there, must not be`;
    // A node that was created and deleted again leaves no other trace.
    if (actual.created !== this.created)
      return `"${this.folder}" has seen ${actual.created} creates, must have seen ${this.created}`;
    return undefined;
  }

  #applyOne(change: Change, mzxid: number | undefined): void {
    switch (change.kind) {
      case "create":
        this.nodes.set(change.path, { data: change.data, version: 0, mzxid, owner: change.owner });
        if (change.path.startsWith(`${this.folder}/`)) this.created++;
        break;
      case "sequential":
        this.nodes.set(this.nextName, { data: change.data, version: 0, mzxid, owner: 0n });
        this.created++;
        break;
      case "set": {
        const node = this.nodes.get(change.path)!;
        node.data = change.data;
        node.version++;
        node.mzxid = mzxid;
        break;
      }
      case "delete":
        this.nodes.delete(change.path);
        break;
      case "close":
        for (const [path, node] of this.nodes) if (node.owner === change.owner) this.nodes.delete(path);
        break;
    }
  }
}

/** A writer's part of the tree, as it was found in the server. */
export interface FoundPart {
  nodes: ReadonlyMap<string, ModelNode>;
  /** Nodes ever created in the folder, as the folder's own statistics tell it. */
  created: number;
}

/** What a crash left of the requests that were under way. */
export interface Survival {
  /** How many of them took place. */
  survived: number;
  model: PartModel;
}

/**
 * Finds how many of the requests under way took place. Requests of a session are executed in their order, so that the
 * survivors are the first few; no other state may be found. Answers the difference at the nearest state if none fits.
 */
export function explainCrash(
  acknowledged: PartModel,
  underWay: readonly (readonly Change[])[],
  actual: FoundPart,
): Survival | string {
  const model = acknowledged.clone();
  let first = "";
  for (let survived = 0; ; survived++) {
    const difference = model.difference(actual);
    if (difference === undefined) return { survived, model };
    if (survived === 0) first = difference;
    if (survived === underWay.length) return `${first}; none of the ${underWay.length} requests under way explains it`;
    model.apply(underWay[survived]!, undefined);
  }
}
