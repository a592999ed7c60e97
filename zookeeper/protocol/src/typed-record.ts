import type { Codec } from "@branta/foundation-bytes";

/** A record and the operation it belongs to. Distributes: several operations make a union of several members. */
export type Typed<Type extends number, Fields> = Type extends number ? { readonly type: Type } & Fields : never;

/** For every member of a union of {@link Typed} the codec of its fields; null for a member without fields. */
export type TypedCodecs<T extends { readonly type: number }> = {
  readonly [Type in T["type"]]: Codec<Omit<Extract<T, { readonly type: Type }>, "type">> | null;
};

/**
 * The codec of a number that has only just been read; undefined if the number is no member.
 * The one place where the pairing that {@link TypedCodecs} checks is looked at from outside.
 */
export function codecOf<T extends { readonly type: number }>(
  codecs: TypedCodecs<T>,
  type: number,
): Codec<object> | null | undefined {
  return (codecs as { readonly [type: number]: Codec<object> | null })[type];
}
