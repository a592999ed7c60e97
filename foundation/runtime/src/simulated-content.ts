import type { Random } from "./random.ts";

/** What a disk writes as one: a power cut leaves each sector old or new, never a mixture. */
export const SECTOR_BYTES = 512;

interface SectorVersion {
  readonly order: number;
  readonly bytes: Buffer;
}

function resized(bytes: Buffer, sizeBytes: number): Buffer {
  const grown = Buffer.alloc(sizeBytes);
  bytes.copy(grown, 0, 0, Math.min(bytes.length, sizeBytes));
  return grown;
}

/**
 * One file's bytes twice: as programs see them, and as they are on the platter, with every sector version that the
 * cache might have written out in between.
 */
export class SimulatedContent {
  #seen: Buffer = Buffer.alloc(0);
  #size = 0;
  /** May be longer than what counts of it; everything behind that is zero. */
  #durable: Buffer = Buffer.alloc(0);
  #durableSize = 0;
  /** Versions not known to be durable, oldest first, by sector number. */
  readonly #dirty = new Map<number, SectorVersion[]>();
  #unsyncedCut: number | null = null;
  #order = 0;

  get size(): number {
    return this.#size;
  }

  read(position: number, into: Buffer, start: number, end: number): number {
    const stop = Math.min(position + end - start, this.#size);
    return stop <= position ? 0 : this.#seen.copy(into, start, position, stop);
  }

  whole(): Buffer {
    return Buffer.from(this.#seen.subarray(0, this.#size));
  }

  write(position: number, bytes: Buffer): void {
    const stop = position + bytes.length;
    if (stop > this.#seen.length) this.#seen = resized(this.#seen, Math.max(stop, this.#seen.length * 2, SECTOR_BYTES));
    bytes.copy(this.#seen, position);
    this.#size = Math.max(this.#size, stop);
    const order = this.#order++;
    for (let sector = Math.floor(position / SECTOR_BYTES); sector * SECTOR_BYTES < stop; sector++) {
      const from = sector * SECTOR_BYTES;
      const image = Buffer.from(this.#seen.subarray(from, Math.min(from + SECTOR_BYTES, this.#size)));
      const versions = this.#dirty.get(sector);
      if (versions === undefined) this.#dirty.set(sector, [{ order, bytes: image }]);
      else versions.push({ order, bytes: image });
    }
  }

  truncate(sizeBytes: number): void {
    this.#seen = resized(this.#seen.subarray(0, this.#size), sizeBytes);
    this.#size = sizeBytes;
    for (const [sector, versions] of this.#dirty) {
      const left = sizeBytes - sector * SECTOR_BYTES;
      if (left <= 0) this.#dirty.delete(sector);
      else if (left < SECTOR_BYTES) {
        this.#dirty.set(
          sector,
          versions.map((version) => ({ order: version.order, bytes: version.bytes.subarray(0, left) })),
        );
      }
    }
    this.#unsyncedCut = sizeBytes;
  }

  /** A point in the order of writes, for {@link settle}. */
  mark(): number {
    return this.#order;
  }

  /** Makes everything written before `mark` durable. */
  settle(mark: number): void {
    if (this.#unsyncedCut !== null) this.#cutDurable(this.#unsyncedCut);
    this.#unsyncedCut = null;
    this.#take(mark, (sector, version) => this.#burn(sector, version.bytes));
  }

  /** What a failed fsync does on Linux: the pages count as clean and are never written again. */
  forget(mark: number): void {
    this.#take(mark, () => undefined);
  }

  /** The power is cut: any unsynced sector may be old or any of its newer versions. `keep` of 4 is the odds of a change to stay. */
  crash(random: Random, keep: number): void {
    if (this.#unsyncedCut !== null && random.below(2) === 0) this.#cutDurable(this.#unsyncedCut);
    for (const [sector, versions] of this.#dirty) {
      if (random.below(4) < keep) this.#burn(sector, versions[random.below(versions.length)]!.bytes);
    }
    this.#dirty.clear();
    this.#unsyncedCut = null;
    this.#seen = Buffer.from(this.#durable.subarray(0, this.#durableSize));
    this.#size = this.#durableSize;
  }

  /** Changes bytes behind everybody's back, as a failing disk would: on the platter and in the cache. */
  corrupt(position: number, bytes: Buffer): void {
    bytes.copy(this.#seen, position);
    bytes.copy(this.#durable, position);
  }

  #take(mark: number, act: (sector: number, version: SectorVersion) => void): void {
    for (const [sector, versions] of this.#dirty) {
      let taken = 0;
      while (taken < versions.length && versions[taken]!.order < mark) taken++;
      if (taken === 0) continue;
      act(sector, versions[taken - 1]!);
      if (taken === versions.length) this.#dirty.delete(sector);
      else versions.splice(0, taken);
    }
  }

  #burn(sector: number, bytes: Buffer): void {
    const from = sector * SECTOR_BYTES;
    const stop = from + bytes.length;
    if (stop > this.#durable.length) this.#durable = resized(this.#durable, Math.max(stop, this.#durable.length * 2));
    bytes.copy(this.#durable, from);
    this.#durableSize = Math.max(this.#durableSize, stop);
  }

  #cutDurable(sizeBytes: number): void {
    if (sizeBytes >= this.#durableSize) return;
    this.#durable = resized(this.#durable, sizeBytes);
    this.#durableSize = sizeBytes;
  }
}
