import type { Disk, DiskFile, FileInfo, OpenMode } from "@branta/foundation-runtime";

/**
 * A disk as one process sees it. When the process is killed, what it has begun comes to its end, as system calls do, and
 * nothing more begins; the process hears of neither.
 */
export class KillableDisk implements Disk {
  readonly #disk: Disk;
  #isKilled = false;
  #underWay = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Nothing that the process has begun is under way any more. */
  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  kill(): void {
    this.#isKilled = true;
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const file = await this.#run(() => this.#disk.open(path, mode));
    const run = <T>(operation: () => Promise<T>): Promise<T> => this.#run(operation);
    return {
      path,
      read: (position, into, start, end) => run(() => file.read(position, into, start, end)),
      write: (position, bytes, start, end) => run(() => file.write(position, bytes, start, end)),
      // Nobody is left to see that nothing happens.
      writeNow: (position, bytes, start, end) => this.#isKilled || file.writeNow(position, bytes, start, end),
      datasyncNow: () => this.#isKilled || file.datasyncNow(),
      datasync: () => run(() => file.datasync()),
      sync: () => run(() => file.sync()),
      truncate: (sizeBytes) => run(() => file.truncate(sizeBytes)),
      size: () => run(() => file.size()),
      close: () => run(() => file.close()),
      [Symbol.asyncDispose]: () => run(() => file.close()),
    };
  }

  readWhole(path: string): Promise<Buffer> {
    return this.#run(() => this.#disk.readWhole(path));
  }

  info(path: string): Promise<FileInfo | null> {
    return this.#run(() => this.#disk.info(path));
  }

  list(directory: string): Promise<string[]> {
    return this.#run(() => this.#disk.list(directory));
  }

  makeDirectory(path: string): Promise<void> {
    return this.#run(() => this.#disk.makeDirectory(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run(() => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#run(() => this.#disk.remove(path));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#run(() => this.#disk.syncDirectory(path));
  }

  isWritable(directory: string): Promise<boolean> {
    return this.#run(() => this.#disk.isWritable(directory));
  }

  freeBytes(path: string): Promise<number> {
    return this.#run(() => this.#disk.freeBytes(path));
  }

  #run<T>(operation: () => Promise<T>): Promise<T> {
    // A promise that never comes true is what a killed process sees of anything.
    if (this.#isKilled) return new Promise(() => {});
    this.#underWay++;
    return new Promise((resolve, reject) => {
      const told =
        <Outcome>(tell: (outcome: Outcome) => void) =>
        (outcome: Outcome): void => {
          this.#underWay--;
          if (!this.#isKilled) tell(outcome);
        };
      operation().then(told(resolve), told(reject));
    });
  }
}
