/**
 * Something odd that did not stop the reading.
 * `tornTail`: the newest log file ends in a record whose write was interrupted.
 * `endedEarly`: an older log file ends in such a record, and the next file goes on without a gap.
 * `gap`: zxids are missing between two entries.
 * `outOfOrder`: an entry older than one before it was passed over.
 * `badSnapshot`: a snapshot could not be read, the next older one is tried.
 * `emptyTrusted`: there are log entries but no snapshot, and the configuration says to go on.
 * `leftover`: an unfinished file of an earlier run was removed.
 */
export type StorageWarningKind =
  | "tornTail"
  | "endedEarly"
  | "gap"
  | "outOfOrder"
  | "badSnapshot"
  | "emptyTrusted"
  | "leftover";

/** Told to whoever reads stored data, so that it reaches the server's log. */
export interface StorageWarning {
  readonly kind: StorageWarningKind;
  readonly message: string;
  readonly file: string;
  /** Bytes from the beginning of the file; 0 where no place in it is meant. */
  readonly offset: number;
}

/** Takes warnings. */
export type WarningHook = (warning: StorageWarning) => void;
