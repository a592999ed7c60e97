/** The kinds of collection, by the words that `getattr` answers. */
export type CollectionType = "list" | "set" | "map" | "b+tree";

/** What a full collection does with one more element, by the words of the protocol. */
export type OverflowAction =
  | "error"
  | "head_trim"
  | "tail_trim"
  | "smallest_trim"
  | "largest_trim"
  | "smallest_silent_trim"
  | "largest_silent_trim";

/** What an operator may set on a collection; flags and expiry belong to its item. */
export interface CollectionAttributes {
  /** Elements it holds at most; −1 follows the node's limit, also when that is raised later. */
  maxCount: number;
  overflowAction: OverflowAction;
  /** False hides the elements from readers until `setattr readable=on`. */
  readable: boolean;
}

/** What a client asks for when it creates a collection. */
export interface WantedAttributes {
  /** 0 or left out: 4 000; negative: the node's limit. */
  readonly maxCount?: number;
  readonly overflowAction?: OverflowAction;
  readonly readable?: boolean;
}

/** What `setattr` changes; a left-out attribute stays as it is. */
export interface AttributeChange {
  readonly maxCount?: number;
  readonly overflowAction?: OverflowAction;
  readonly readable?: boolean;
}

/** Elements of a collection whose creator names no maximum. */
const DEFAULT_MAX_COUNT = 4000;

/** The actions that a kind of collection knows; the first is what a creator gets who names none. */
const OVERFLOW_ACTIONS: Readonly<Record<CollectionType, readonly [OverflowAction, ...OverflowAction[]]>> = {
  list: ["tail_trim", "head_trim", "error"],
  set: ["error"],
  map: ["error"],
  "b+tree": ["smallest_trim", "largest_trim", "smallest_silent_trim", "largest_silent_trim", "error"],
};

/** Whether a word names an overflow action, of whatever type. */
export function isOverflowAction(word: string): word is OverflowAction {
  return Object.values(OVERFLOW_ACTIONS).some((actions) => (actions as readonly string[]).includes(word));
}

/** Whether a collection of this type can trim that way. */
export function allowsOverflowAction(type: CollectionType, action: OverflowAction): boolean {
  return OVERFLOW_ACTIONS[type].includes(action);
}

/** The attributes of a new collection; `sizeMax` is the node's limit for its type (`config max_list_size` …). */
export function newAttributes(type: CollectionType, wanted: WantedAttributes, sizeMax: number): CollectionAttributes {
  return {
    maxCount: keptMaxCount(wanted.maxCount ?? 0, sizeMax),
    overflowAction: wanted.overflowAction ?? OVERFLOW_ACTIONS[type][0],
    readable: wanted.readable ?? true,
  };
}

/** How many elements the collection may hold now. */
export function maxCountNow(attributes: CollectionAttributes, sizeMax: number): number {
  return attributes.maxCount > 0 ? attributes.maxCount : sizeMax;
}

/**
 * Changes all of the named attributes, or none when one of them is refused: a maximum below the present count, an
 * action of another type, hiding again what was readable.
 */
export function changeAttributes(
  collection: { readonly type: CollectionType; readonly count: number; readonly attributes: CollectionAttributes },
  change: AttributeChange,
  sizeMax: number,
): "ok" | "badValue" {
  const { attributes, count, type } = collection;
  const maxCount = change.maxCount === undefined ? attributes.maxCount : keptMaxCount(change.maxCount, sizeMax);
  if (change.maxCount !== undefined && maxCount > 0 && maxCount < count) return "badValue";
  if (change.overflowAction !== undefined && !allowsOverflowAction(type, change.overflowAction)) return "badValue";
  if (change.readable === false) return "badValue";
  attributes.maxCount = maxCount;
  attributes.overflowAction = change.overflowAction ?? attributes.overflowAction;
  attributes.readable ||= change.readable === true;
  return "ok";
}

function keptMaxCount(wanted: number, sizeMax: number): number {
  if (wanted < 0) return -1;
  return wanted === 0 ? DEFAULT_MAX_COUNT : Math.min(wanted, sizeMax);
}
