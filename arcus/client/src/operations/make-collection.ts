import { createRequest } from "@branta/arcus-protocol";
import { type CreateOptions, flagsOf, newCollection } from "./collection-options.ts";
import type { Core } from "./core.ts";
import { meaningOf, STATUS_REPLY } from "./replies.ts";

const KINDS = { lop: "list", sop: "set", mop: "map", bop: "b+tree" } as const;

/** Makes an empty collection of a family. @returns whether it did; false: the key is there. @throws ArcusError */
export async function makeCollection<T>(
  core: Core,
  family: keyof typeof KINDS,
  key: string,
  options: CreateOptions<T>,
): Promise<boolean> {
  const attributes = newCollection(options, flagsOf(core.codec, key, options));
  const makeRequest = () => createRequest(family, key, attributes);
  const reply = await core.dispatcher.execute(key, makeRequest, STATUS_REPLY, options);
  return meaningOf(reply, { CREATED: true, EXISTS: false }, `create ${KINDS[family]}`, key);
}
