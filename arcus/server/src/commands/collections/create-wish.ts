import {
  allowsOverflowAction,
  type CollectionType,
  isOverflowAction,
  type WantedAttributes,
} from "@branta/arcus-engine";

import type { Request } from "../../connection/request.ts";
import { int32, uint32 } from "./request-words.ts";

/** What `create <attributes>` of a request asks for. */
export interface CreateWish {
  readonly flags: number;
  /** As the protocol says it: 0, −1, relative or absolute seconds. */
  readonly exptime: number;
  readonly attributes: WantedAttributes;
}

const WORDS_MAX = 5;

/**
 * Reads `<flags> [<exptime> [<maxcount> [<ovflaction>] [unreadable]]]` in the words from … to − 1; null when they are
 * not that, or name an action that this type does not know.
 */
export function parseCreateWish(request: Request, from: number, to: number, type: CollectionType): CreateWish | null {
  const count = to - from;
  if (count < 1 || count > WORDS_MAX) return null;
  const flags = uint32(request, from);
  const exptime = count >= 2 ? request.int(from + 1) : 0;
  const maxCount = count >= 3 ? int32(request, from + 2) : 0;
  if (flags < 0 || Number.isNaN(exptime) || Number.isNaN(maxCount)) return null;
  if (count <= 3) return { flags, exptime, attributes: { maxCount } };
  const action = request.text(from + 3);
  const hasAction = isOverflowAction(action) && allowsOverflowAction(type, action);
  const rest = hasAction ? from + 4 : from + 3;
  if (to - rest > 1 || (to - rest === 1 && !request.is(rest, "unreadable"))) return null;
  const readable = to === rest;
  return {
    flags,
    exptime,
    attributes: hasAction ? { maxCount, overflowAction: action, readable } : { maxCount, readable },
  };
}

/**
 * Reads `[create <attributes>]` of an insert in the words from … to − 1: undefined for no words, null for wrong ones.
 */
export function parseCreateOption(
  request: Request,
  from: number,
  to: number,
  type: CollectionType,
): CreateWish | null | undefined {
  if (from === to) return undefined;
  return request.is(from, "create") ? parseCreateWish(request, from + 1, to, type) : null;
}
