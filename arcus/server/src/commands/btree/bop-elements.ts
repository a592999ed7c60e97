import { BtreeCollection, type BtreeElement } from "@branta/arcus-engine";
import { formatBkey, formatEflag } from "@branta/arcus-protocol";

import type { ReplyBuffer } from "../../connection/reply-buffer.ts";
import type { CollectionFamily } from "../collections/collection-access.ts";

export const BTREE_FAMILY: CollectionFamily<BtreeCollection> = {
  type: "b+tree",
  make: (attributes) => new BtreeCollection(attributes),
};

/** Writes `<bkey> [<eflag>] <bytes> <value>`, behind what stands before it in its line. */
export function writeElement(output: ReplyBuffer, before: string, element: BtreeElement): void {
  const { eflag, value } = element;
  const flag = eflag === "" ? "" : ` ${formatEflag(eflag)}`;
  output.text(`${before}${formatBkey(element)}${flag} ${value.length} `);
  output.line(value);
}

/** Writes `VALUE <flags> <count>` and the elements. */
export function writeElements(output: ReplyBuffer, flags: number, elements: readonly BtreeElement[]): void {
  output.line(`VALUE ${flags} ${elements.length}`);
  for (const element of elements) writeElement(output, "", element);
}
