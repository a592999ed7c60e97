/** Block sizes are whole numbers of this many bytes. */
const UNIT_BYTES = 8;
const CHUNK_BYTES = 1 << 20;
const CHUNK_UNITS = CHUNK_BYTES / UNIT_BYTES;
/** Blocks up to this size have a class for every unit count; larger ones share geometric classes. */
const EXACT_UNITS = 128;
const EXACT_DOUBLING = Math.log2(EXACT_UNITS);
/** Data above this size gets a Buffer of its own: moving it through the slab would waste more than it saves. */
const LARGE_BYTES = 64 * 1024;
const NONE = -1;

/** Where a byte string stands in a {@link ByteSlab}; negative for large ones. 0-byte strings have no block. */
export type SlabRef = number;

/**
 * Byte strings in 1 MiB chunks outside the JavaScript heap, so that a million znodes cost the garbage collector
 * nothing. Freed blocks are kept in lists by size class, each linked through the blocks themselves.
 *
 * The caller keeps the length of what it stored and gives it back on {@link replace} and {@link free}.
 */
export class ByteSlab {
  readonly #chunks: Buffer[] = [];
  /** Head of the free list of each class, as a block reference. */
  readonly #freeHeads: Int32Array = new Int32Array(256).fill(NONE);
  readonly #large: (Buffer | null)[] = [null];
  readonly #freeLarge: number[] = [];
  #nextUnit = CHUNK_UNITS;
  #usedBytes = 0;

  /** Bytes in blocks that are in use, rounded up to block sizes. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Copies `source` into the slab. */
  store(source: Uint8Array): SlabRef {
    const ref = this.#allocate(source.length);
    this.bufferOf(ref).set(source, this.offsetOf(ref));
    return ref;
  }

  /** Puts `source` in the place of a string of `oldLength` bytes, reusing its block where it fits the same class. */
  replace(ref: SlabRef, oldLength: number, source: Uint8Array): SlabRef {
    if (oldLength > 0 && oldLength <= LARGE_BYTES && classOf(oldLength) === classOf(source.length)) {
      this.bufferOf(ref).set(source, this.offsetOf(ref));
      return ref;
    }
    this.free(ref, oldLength);
    return this.store(source);
  }

  free(ref: SlabRef, length: number): void {
    if (length === 0) return;
    if (ref < 0) {
      this.#large[-ref] = null;
      this.#freeLarge.push(-ref);
      this.#usedBytes -= length;
      return;
    }
    const sizeClass = classOf(length);
    this.bufferOf(ref).writeInt32LE(this.#freeHeads[sizeClass]!, this.offsetOf(ref));
    this.#freeHeads[sizeClass] = ref;
    this.#usedBytes -= unitsOfClass(sizeClass) * UNIT_BYTES;
  }

  /** The buffer that holds the block; valid until the block is freed or replaced. */
  bufferOf(ref: SlabRef): Buffer {
    return ref < 0 ? this.#large[-ref]! : (this.#chunks[Math.floor(ref / CHUNK_UNITS)] ?? EMPTY);
  }

  /** Where in {@link bufferOf} the block begins, bytes. */
  offsetOf(ref: SlabRef): number {
    return ref < 0 ? 0 : (ref % CHUNK_UNITS) * UNIT_BYTES;
  }

  #allocate(length: number): SlabRef {
    if (length === 0) return 0;
    if (length > LARGE_BYTES) return this.#allocateLarge(length);
    const sizeClass = classOf(length);
    const units = unitsOfClass(sizeClass);
    this.#usedBytes += units * UNIT_BYTES;
    const head = this.#freeHeads[sizeClass]!;
    if (head !== NONE) {
      this.#freeHeads[sizeClass] = this.bufferOf(head).readInt32LE(this.offsetOf(head));
      return head;
    }
    if (this.#nextUnit + units > CHUNK_UNITS) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#nextUnit = 0;
    }
    const ref = (this.#chunks.length - 1) * CHUNK_UNITS + this.#nextUnit;
    this.#nextUnit += units;
    return ref;
  }

  #allocateLarge(length: number): SlabRef {
    const slot = this.#freeLarge.pop() ?? this.#large.length;
    this.#large[slot] = Buffer.allocUnsafeSlow(length);
    this.#usedBytes += length;
    return -slot;
  }
}

const EMPTY = Buffer.alloc(0);

/** Classes up to {@link EXACT_UNITS} hold as many units; above, four classes to each doubling. */
function classOf(length: number): number {
  const units = Math.ceil(length / UNIT_BYTES);
  if (units <= EXACT_UNITS) return units;
  const doubling = 31 - Math.clz32(units - 1);
  const step = 1 << (doubling - 2);
  const quarter = Math.floor((units - 1 - (1 << doubling)) / step);
  return EXACT_UNITS + (doubling - EXACT_DOUBLING) * 4 + quarter + 1;
}

function unitsOfClass(sizeClass: number): number {
  if (sizeClass <= EXACT_UNITS) return sizeClass;
  const index = sizeClass - EXACT_UNITS - 1;
  const doubling = EXACT_DOUBLING + (index >> 2);
  return (1 << doubling) + ((index & 3) + 1) * (1 << (doubling - 2));
}
