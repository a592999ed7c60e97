import type { Id } from "@branta/zookeeper-protocol";

const SLOTS_MIN = 16;

/**
 * Ids in the order in which Apache's server lists those of a connection. It keeps them in a hash table (a ConcurrentHashMap of
 * Id), and the table's order shows: in access lists where the scheme `auth` stands for all of them, and in whoAmI.
 *
 * Exact as long as no two ids share a slot of a table that has grown, for which a connection needs twelve of them.
 */
export function inJavaHashOrder(ids: readonly Id[]): Id[] {
  let slots = SLOTS_MIN;
  // Three quarters full, it doubles.
  while (ids.length >= slots - slots / 4) slots *= 2;
  const slotOf = (id: Id): number => {
    const hash = hashOf(id);
    return (hash ^ (hash >>> 16)) & (slots - 1);
  };
  // Within a slot ids follow as they came, and sorting keeps that.
  return ids.toSorted((one, other) => slotOf(one) - slotOf(other));
}

/** Id.hashCode as jute generates it. */
function hashOf({ scheme, id }: Id): number {
  return (Math.imul(Math.imul(17, 37) + hashOfString(scheme), 37) + hashOfString(id)) | 0;
}

/** String.hashCode of java.lang. */
function hashOfString(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
