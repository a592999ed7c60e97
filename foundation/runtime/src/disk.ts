/** What is known of a path without opening it. */
export interface FileInfo {
  readonly kind: "file" | "directory";
  readonly sizeBytes: number;
  /** Last change of the content, milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** `read`: must exist. `write`: must exist, reads too. `create`: emptied or made anew, reads too. */
export type OpenMode = "read" | "write" | "create";

/**
 * An open file. Positions count bytes from its beginning; there is no file pointer, so reads and writes of
 * different regions may overlap in time.
 */
export interface DiskFile extends AsyncDisposable {
  readonly path: string;
  /** Reads up to `end - start` bytes into `into`; answers how many, less only where the file ends. */
  read(position: number, into: Buffer, start: number, end: number): Promise<number>;
  /** Writes the whole region, however many system calls that takes. Not durable before a sync. */
  write(position: number, bytes: Buffer, start: number, end: number): Promise<void>;
  /**
   * As {@link write}, done before it returns: for as little as the operating system copies in microseconds, where a hop to
   * another thread and back would cost more than the write.
   */
  writeNow(position: number, bytes: Buffer, start: number, end: number): void;
  /**
   * Makes content and size durable (fdatasync). After an error nothing is known about what is on disk and
   * repeating it would lie (the kernel forgets failed pages): end the process.
   */
  datasync(): Promise<void>;
  /** As {@link datasync}, done before it returns: nothing else happens in the process meanwhile. */
  datasyncNow(): void;
  /** As {@link datasync}, with all metadata (fsync). */
  sync(): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  size(): Promise<number>;
  /** Closing twice changes nothing. */
  close(): Promise<void>;
}

/**
 * The file system as a server needs it: {@link NodeDisk} in production, {@link SimulatedDisk} where crashes, torn
 * writes and full disks are wanted on demand. Every operation rejects with a DiskError.
 */
export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** The whole content. For small files. */
  readWhole(path: string): Promise<Buffer>;
  /** Null if there is nothing. */
  info(path: string): Promise<FileInfo | null>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<string[]>;
  /** Makes the directory and its missing parents; content that is there already stays. */
  makeDirectory(path: string): Promise<void>;
  /** Replaces what `to` named. Durable after {@link syncDirectory}. */
  rename(from: string, to: string): Promise<void>;
  /** Durable after {@link syncDirectory}. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in this directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** Whether this process may create files in the directory. */
  isWritable(directory: string): Promise<boolean>;
  /** Space left to this process on the file system of `path`, bytes. */
  freeBytes(path: string): Promise<number>;
}
