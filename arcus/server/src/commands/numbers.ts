/** Largest number of a 32-bit field without sign. */
export const UINT32_MAX = 0xffff_ffff;
/** Largest number of a 32-bit field with sign. */
export const INT32_MAX = 0x7fff_ffff;
