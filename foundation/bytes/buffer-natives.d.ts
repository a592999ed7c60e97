// Methods every Node Buffer has and `@types/node` leaves out. They skip the encoding dispatch of toString and write.
interface Buffer<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike> {
  /** A string with a character of the same code for each byte. */
  latin1Slice(start: number, end: number): string;
  latin1Write(text: string, offset?: number, length?: number): number;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset?: number, length?: number): number;
}
