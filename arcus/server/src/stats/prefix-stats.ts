import { type Cache, ITEM_TYPES, type ItemType, type Prefix } from "@branta/arcus-engine";
import { stampText } from "../admin/time-text.ts";

/** Letters before `itm` (items) and `tsz` or `sz` (bytes) of each type. */
const LETTERS: Readonly<Record<ItemType, string>> = { kv: "k", list: "l", set: "s", map: "m", "b+tree": "b" };

/**
 * Lines of `stats prefixes` without END: items and accounted bytes of each prefix, in all and by type, and when it came.
 *
 * @param names only these; `<null>` is that of the keys without prefix
 */
export function prefixLines(cache: Cache, names: readonly string[] | null): string[] {
  return [...wanted(cache, names)].filter((prefix) => prefix.itemCount > 0).map(lineOf);
}

function* wanted({ prefixes }: Cache, names: readonly string[] | null): Generator<Prefix> {
  if (names === null) {
    yield prefixes.none;
    yield* prefixes.all();
    return;
  }
  for (const name of names) {
    const prefix = prefixes.byName(name);
    if (prefix !== undefined) yield prefix;
  }
}

function lineOf({ name, itemCount, counts, bytes, createdS }: Prefix): string {
  const items = ITEM_TYPES.map((type, at) => `${LETTERS[type]}itm ${counts[at]}`).join(" ");
  const sizes = ITEM_TYPES.map((type, at) => `${LETTERS[type]}tsz ${bytes[at]}`).join(" ");
  const total = bytes.reduce((sum, each) => sum + each, 0);
  const shown = name === "" ? "<null>" : name;
  return `PREFIX ${shown} itm ${itemCount} ${items} tsz ${total} ${sizes} time ${stampText(createdS * 1000)}`;
}
