/**
 * How an operation on the cache or on a collection ended. The words follow the codes of arcus-memcached's engine
 * (include/memcached/types.h), so that each has one reply line of the protocol.
 */
export type Outcome =
  | "ok"
  | "notStored"
  | "keyNotFound"
  | "keyExists"
  | "elementNotFound"
  | "elementExists"
  | "typeMismatch"
  | "overflowed"
  | "outOfRange"
  | "badValue"
  | "bkeyMismatch"
  | "bkeyOutOfRange"
  | "eflagMismatch"
  | "unreadable"
  | "attributeNotFound"
  | "notNumeric"
  | "tooLarge"
  | "outOfMemory"
  | "prefixInvalid"
  | "prefixTooLong"
  | "prefixNotFound";
