import { Writer } from "@branta/foundation-bytes";

/** Records that go to disk together, in the order they came. */
export class Batch {
  readonly writer: Writer;
  /** The batch's first record is the first of a new segment. */
  startsSegment = false;
  records = 0;
  firstTag = -1;
  lastTag = -1;

  constructor(capacityBytes: number) {
    this.writer = new Writer(capacityBytes);
  }

  get sizeBytes(): number {
    return this.writer.length;
  }

  add(tag: number): void {
    if (this.records === 0) this.firstTag = tag;
    this.lastTag = tag;
    this.records++;
  }

  clear(): void {
    this.writer.clear();
    this.startsSegment = false;
    this.records = 0;
    this.firstTag = -1;
    this.lastTag = -1;
  }
}
