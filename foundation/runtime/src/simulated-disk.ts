import { dirname } from "node:path";
import { DiskError, type DiskErrorCode } from "./disk-error.ts";
import type { Disk, DiskFile, FileInfo, OpenMode } from "./disk.ts";
import type { Random } from "./random.ts";
import { SimulatedContent } from "./simulated-content.ts";
import { SimulatedFile } from "./simulated-file.ts";

/** The operations that can be made to fail. */
export type DiskOperation =
  | "open"
  | "read"
  | "write"
  | "datasync"
  | "sync"
  | "truncate"
  | "rename"
  | "remove"
  | "syncDirectory"
  | "list";

/** Not yet durable change of a directory: what `path` names from now on. */
interface NameChange {
  readonly path: string;
  readonly content: SimulatedContent | null;
}

interface Fault {
  readonly operation: DiskOperation;
  readonly code: DiskErrorCode;
  skip: number;
}

/** How the disk behaves; all of it repeatable from `random`. */
export interface SimulatedDiskOptions {
  readonly random: Random;
  /** How long operations take; by default a few turns of the microtask queue, drawn at random. */
  readonly delay?: () => Promise<void>;
  /** Space on the disk, bytes. */
  readonly capacityBytes?: number;
}

/**
 * A disk in memory that loses what real disks may lose: on {@link crash} every unsynced sector is old or new at
 * random and unsynced names vanish; writes can stop half way for want of space and syncs can fail.
 */
export class SimulatedDisk implements Disk {
  readonly #random: Random;
  readonly #delay: () => Promise<void>;
  #capacityBytes: number;
  #names = new Map<string, SimulatedContent>();
  #durableNames = new Map<string, SimulatedContent>();
  #nameChanges: NameChange[] = [];
  readonly #directories = new Set<string>(["/"]);
  readonly #faults: Fault[] = [];
  #operationsLeft = Number.POSITIVE_INFINITY;
  /** Files opened before the last crash belong to an earlier power-on. */
  #powerOn = 0;
  #dead = false;

  constructor(options: SimulatedDiskOptions) {
    this.#random = options.random;
    this.#delay = options.delay ?? (() => this.#someTurns());
    this.#capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }

  /** The power fails after `operations` more operations: the one that hits it and all later ones reject. */
  crashAfter(operations: number): void {
    this.#operationsLeft = operations;
  }

  /** The `skip`+1-th next operation of this kind rejects. A failed write took part of its bytes, a failed sync lost them. */
  failNext(operation: DiskOperation, code: DiskErrorCode, skip = 0): void {
    this.#faults.push({ operation, code, skip });
  }

  resize(capacityBytes: number): void {
    this.#capacityBytes = capacityBytes;
  }

  /** Cuts the power and starts again on what is left; open files are of no more use. */
  crash(): void {
    const keep = this.#random.below(5);
    const kept = this.#random.below(this.#nameChanges.length + 1);
    for (const change of this.#nameChanges.slice(0, kept)) this.#burnName(change);
    this.#nameChanges = [];
    this.#names = new Map(this.#durableNames);
    for (const content of new Set(this.#names.values())) content.crash(this.#random, keep);
    this.#powerOn++;
    this.#dead = false;
    this.#operationsLeft = Number.POSITIVE_INFINITY;
    this.#faults.length = 0;
  }

  /** Overwrites bytes of a file unnoticed. */
  corrupt(path: string, position: number, bytes: Buffer): void {
    this.#find(path, "corrupt").corrupt(position, bytes);
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    await this.#step("open", path);
    if (mode !== "create") return this.#opened(path, this.#find(path, "open"));
    if (!this.#directories.has(dirname(path))) throw this.#missing("create", path);
    const existing = this.#names.get(path);
    existing?.truncate(0);
    const content = existing ?? new SimulatedContent();
    if (existing === undefined) this.#setName(path, content);
    return this.#opened(path, content);
  }

  async readWhole(path: string): Promise<Buffer> {
    await this.#step("read", path);
    return this.#find(path, "read").whole();
  }

  async info(path: string): Promise<FileInfo | null> {
    await this.#step("list", path);
    if (this.#directories.has(path)) return { kind: "directory", sizeBytes: 0, modifiedMs: 0 };
    const content = this.#names.get(path);
    return content === undefined ? null : { kind: "file", sizeBytes: content.size, modifiedMs: 0 };
  }

  async list(directory: string): Promise<string[]> {
    await this.#step("list", directory);
    if (!this.#directories.has(directory)) throw this.#missing("list", directory);
    const all = [...this.#names.keys(), ...this.#directories];
    return all
      .filter((path) => path !== "/" && dirname(path) === directory)
      .map((path) => path.slice(path.lastIndexOf("/") + 1))
      .toSorted();
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#step("open", path);
    for (let made = path; made !== "/"; made = dirname(made)) this.#directories.add(made);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step("rename", from);
    const content = this.#find(from, "rename");
    // One journal entry on real file systems: both names change or neither.
    this.#names.delete(from);
    this.#names.set(to, content);
    this.#nameChanges.push({ path: to, content }, { path: from, content: null });
  }

  async remove(path: string): Promise<void> {
    await this.#step("remove", path);
    this.#find(path, "remove");
    this.#names.delete(path);
    this.#nameChanges.push({ path, content: null });
  }

  async syncDirectory(path: string): Promise<void> {
    const pending = this.#nameChanges.filter((change) => dirname(change.path) === path);
    await this.#step("syncDirectory", path);
    for (const change of pending) this.#burnName(change);
    this.#nameChanges = this.#nameChanges.filter((change) => !pending.includes(change));
  }

  async isWritable(directory: string): Promise<boolean> {
    await this.#step("list", directory);
    return this.#directories.has(directory);
  }

  async freeBytes(path: string): Promise<number> {
    await this.#step("list", path);
    return this.#free();
  }

  #opened(path: string, content: SimulatedContent): DiskFile {
    const powerOn = this.#powerOn;
    return new SimulatedFile(path, content, {
      step: (operation) => this.#step(operation, path, powerOn),
      stepNow: (operation) => this.#decide(operation, path, powerOn),
      isOn: () => this.#powerOn === powerOn,
      freeBytes: () => this.#free(),
    });
  }

  #free(): number {
    let used = 0;
    for (const content of new Set(this.#names.values())) used += content.size;
    return Math.max(0, this.#capacityBytes - used);
  }

  #setName(path: string, content: SimulatedContent): void {
    this.#names.set(path, content);
    this.#nameChanges.push({ path, content });
  }

  #burnName(change: NameChange): void {
    if (change.content === null) this.#durableNames.delete(change.path);
    else this.#durableNames.set(change.path, change.content);
  }

  #find(path: string, attempt: string): SimulatedContent {
    const content = this.#names.get(path);
    if (content === undefined) throw this.#missing(attempt, path);
    return content;
  }

  #missing(attempt: string, path: string): DiskError {
    return new DiskError("notFound", `Cannot ${attempt} "${path}": there is no such file`, path);
  }

  /** Every operation passes here: time goes by, then the power may be gone or a fault be due. */
  async #step(operation: DiskOperation, path: string, powerOn = this.#powerOn): Promise<void> {
    await this.#delay();
    this.#decide(operation, path, powerOn);
  }

  #decide(operation: DiskOperation, path: string, powerOn: number): void {
    const gone = powerOn !== this.#powerOn;
    if (!gone && this.#operationsLeft-- <= 0) this.#dead = true;
    if (gone || this.#dead) throw new DiskError("crashed", `Cannot ${operation} "${path}": the power failed`, path);
    const due = this.#faults.find((fault) => fault.operation === operation);
    if (due === undefined || due.skip-- > 0) return;
    this.#faults.splice(this.#faults.indexOf(due), 1);
    throw new DiskError(due.code, `Cannot ${operation} "${path}": simulated ${due.code}`, path);
  }

  async #someTurns(): Promise<void> {
    for (let turns = this.#random.below(4); turns > 0; turns--) await Promise.resolve();
  }
}
