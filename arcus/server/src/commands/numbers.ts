/** Largest number of a 32-bit field without sign. */
export const UINT32_MAX = 0xffff_ffff;
/** Largest number of a 32-bit field with sign. */
export const INT32_MAX = 0x7fff_ffff;

/** Whether a number, or NaN, is one of 32 bits with sign. */
export function isInt32(value: number): boolean {
  return value >= -INT32_MAX - 1 && value <= INT32_MAX;
}
