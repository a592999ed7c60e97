import { type CreateAttributes, type Dice, keptMaxCount } from "../dice.ts";
import { type CollectionItem, countOf, type Model } from "../model.ts";
import { lines, type Operation } from "../operation.ts";

/** One type of collection, as the operations that all have in common see it. */
export interface Family<Kind extends CollectionItem> {
  readonly type: Kind["type"];
  /** `lop`, `sop` … */
  readonly command: string;
  readonly actions: readonly string[];
  readonly make: (attributes: CreateAttributes, expiresMs: number | null) => Kind;
}

/** What every new collection has. */
export function baseOf(attributes: CreateAttributes, expiresMs: number | null, defaultAction: string) {
  return {
    flags: attributes.flags,
    expiresMs,
    maxCount: keptMaxCount(attributes.maxCount),
    overflowAction: attributes.action ?? defaultAction,
    readable: attributes.readable,
  };
}

/** `<command> create <key> <attributes>`. */
export function createOf<Kind extends CollectionItem>(family: Family<Kind>) {
  return (dice: Dice): Operation => {
    const key = dice.key(family.type);
    const attributes = dice.attributes(family.actions);
    return {
      keys: [key],
      line: `${family.command} create ${key} ${attributes.words}`,
      modes: ["noreply"],
      expect: (model) => {
        if (model.live(key) !== undefined) return lines("EXISTS");
        model.put(key, attributes.exptime, (expiresMs) => family.make(attributes, expiresMs));
        return lines("CREATED");
      },
    };
  };
}

/** The words of `[create <attributes>]`, and what they mean. */
export function createOption<Kind extends CollectionItem>(dice: Dice, family: Family<Kind>) {
  const attributes = dice.oneIn(3) ? dice.attributes(family.actions) : null;
  return { attributes, words: attributes === null ? "" : ` create ${attributes.words}` };
}

/** Executes an insert: finds or makes the collection, and takes a new one away when nothing got in. */
export function insertInto<Kind extends CollectionItem>(
  model: Model,
  key: string,
  family: Family<Kind>,
  attributes: CreateAttributes | null,
  insert: (item: Kind) => string,
): string {
  const old = model.live(key);
  if (old === undefined) {
    if (attributes === null) return lines("NOT_FOUND");
    const item = family.make(attributes, null);
    const reply = insert(item);
    if (reply !== lines("STORED")) return reply;
    model.put(key, attributes.exptime, (expiresMs) => Object.assign(item, { expiresMs }));
    // An item that is over at once is made and found no more.
    return lines("CREATED_STORED");
  }
  return old.type === family.type ? insert(old as Kind) : lines("TYPE_MISMATCH");
}

/** Executes what needs a collection that is there; one who `reads` may not see it. */
export function withItem<Kind extends CollectionItem>(
  model: Model,
  key: string,
  family: Family<Kind>,
  reads: boolean,
  act: (item: Kind) => string,
): string {
  const item = model.live(key);
  if (item === undefined) return lines("NOT_FOUND");
  if (item.type !== family.type) return lines("TYPE_MISMATCH");
  if (reads && !(item as Kind).readable) return lines("UNREADABLE");
  return act(item as Kind);
}

/** The last line after elements were taken out, and the end of an empty item that is to be dropped. */
export function removed(model: Model, key: string, item: CollectionItem, drop: boolean): string {
  if (!drop || countOf(item) > 0) return "DELETED";
  model.items.delete(key);
  return "DELETED_DROPPED";
}

/** `delete`, `drop` or nothing, for a get. */
export function drawRemoval(dice: Dice): "" | " delete" | " drop" {
  return dice.weighted([
    [4, ""],
    [1, " delete"],
    [1, " drop"],
  ]);
}
