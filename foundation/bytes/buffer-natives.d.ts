// Methods every Node Buffer has and `@types/node` leaves out. They skip the encoding dispatch of toString and write.
interface Buffer<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike> {
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset?: number, length?: number): number;
}
