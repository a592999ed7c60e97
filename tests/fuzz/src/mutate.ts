import type { Dice } from "./dice.ts";

/** Longest input made; long enough for every list and text that the samples have, twice. */
export const INPUT_BYTES_MAX = 4096;

/** Numbers at which readers of lengths and counts go wrong. */
const LENGTHS = [0, 1, 2, 3, 4, 8, 16, 0x7f, 0xff, 0xffff, 0xf_ffff, 0x7fff_ffff, -1, -2, -128, -0x8000_0000];

type Mutation = (bytes: Buffer, length: number, dice: Dice, other: Buffer) => number;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, length, dice) {
    bytes[dice.below(length)] ^= 1 << dice.below(8);
    return length;
  },
  function setByte(bytes, length, dice) {
    bytes[dice.below(length)] = dice.below(256);
    return length;
  },
  function setLength(bytes, length, dice) {
    if (length >= 4) bytes.writeInt32BE(dice.pick(LENGTHS), dice.below(length - 3));
    return length;
  },
  function nudgeLength(bytes, length, dice) {
    if (length < 4) return length;
    const at = dice.below(length - 3);
    bytes.writeInt32BE((bytes.readInt32BE(at) + dice.below(9) - 4) | 0, at);
    return length;
  },
  function cut(_bytes, length, dice) {
    return dice.below(length);
  },
  function append(bytes, length, dice) {
    const end = Math.min(length + 1 + dice.below(32), INPUT_BYTES_MAX);
    for (let at = length; at < end; at++) bytes[at] = dice.below(256);
    return end;
  },
  function remove(bytes, length, dice) {
    const from = dice.below(length);
    const to = from + dice.below(Math.min(length - from, 32));
    bytes.copyWithin(from, to, length);
    return length - (to - from);
  },
  function repeat(bytes, length, dice) {
    const from = dice.below(length);
    const count = Math.min(dice.below(64), length - from, INPUT_BYTES_MAX - length);
    bytes.copyWithin(from + count, from, length);
    return length + count;
  },
  function splice(bytes, length, dice, other) {
    const at = dice.below(length);
    const from = dice.below(other.length);
    return at + other.copy(bytes, at, from, Math.min(other.length, from + INPUT_BYTES_MAX - at));
  },
  function noise(bytes, _length, dice) {
    const length = dice.below(96);
    for (let at = 0; at < length; at++) bytes[at] = dice.below(256);
    return length;
  },
];

/**
 * Fills `bytes` with a sample that was changed in one to four ways.
 *
 * @param bytes room for INPUT_BYTES_MAX bytes.
 * @returns how many of them are the input.
 */
export function mutate(bytes: Buffer, samples: readonly Buffer[], dice: Dice): number {
  let length = dice.pick(samples).copy(bytes);
  for (let times = 1 + dice.below(4); times > 0; times--) {
    length = dice.pick(MUTATIONS)(bytes, length, dice, dice.pick(samples));
  }
  return length;
}
