import { join } from "node:path";
import type { Disk } from "@branta/foundation-runtime";
import { formatZxid, zxidEpoch } from "@branta/zookeeper-protocol";
import { type EpochFile, readEpoch, writeEpoch } from "./small-files.ts";
import { StorageError } from "./storage-error.ts";

/** What a member of an ensemble has promised about leaders. */
export interface Epochs {
  /** The newest epoch whose leader this server has agreed to hear. */
  readonly acceptedEpoch: number;
  /** The epoch whose history this server has. */
  readonly currentEpoch: number;
}

/** Where the epochs are, and the history they must fit. */
export interface RestoreEpochsOptions {
  readonly disk: Disk;
  /** `<dataDir>/version-2` */
  readonly directory: string;
  /** The last transaction that was recovered. */
  readonly lastZxid: number;
  /** Told in words of what had to be put right. */
  readonly onNotice?: (message: string) => void;
}

/**
 * Reads the epochs and holds them against the history, as QuorumPeer.loadDataBase does; what is missing is made of the last
 * zxid and written. All of it is durable on return.
 * @throws StorageError `badFile` where files and history contradict each other
 */
export async function restoreEpochs(options: RestoreEpochsOptions): Promise<Epochs> {
  const { disk, directory, lastZxid } = options;
  const historyEpoch = zxidEpoch(Math.max(lastZxid, 0));
  const readCurrent = (await readEpoch(disk, directory, "currentEpoch")) ?? (await adopt(options, "currentEpoch"));
  const acceptedEpoch = (await readEpoch(disk, directory, "acceptedEpoch")) ?? (await adopt(options, "acceptedEpoch"));
  let currentEpoch = readCurrent;
  if (historyEpoch > currentEpoch) {
    currentEpoch = await catchUp(options, { acceptedEpoch, currentEpoch });
  }
  if (acceptedEpoch < currentEpoch) {
    throw contradiction(
      directory,
      "acceptedEpoch",
      `it holds "${acceptedEpoch}", must be at least currentEpoch, which is ${currentEpoch}`,
    );
  }
  return { acceptedEpoch, currentEpoch };

  async function adopt({ onNotice }: RestoreEpochsOptions, name: EpochFile): Promise<number> {
    await writeEpoch(disk, directory, name, historyEpoch);
    onNotice?.(`There is no file "${name}": writing ${historyEpoch}, the epoch of the last transaction`);
    return historyEpoch;
  }
}

/**
 * The history is of a later epoch than the file says: the server ended after its leader's transactions were on disk and
 * before the epoch was. Transactions of an epoch reach the log only behind all that its leader brought along, so to have
 * one of them is to have the epoch's history. Apache starts here only if the file's next version lies ready (ZOOKEEPER-2354)
 * and leaves the rest to an administrator (ZOOKEEPER-4643).
 */
async function catchUp(options: RestoreEpochsOptions, found: Epochs): Promise<number> {
  const { disk, directory, lastZxid } = options;
  const historyEpoch = zxidEpoch(lastZxid);
  const prepared = await preparedEpoch(disk, directory);
  const epoch = prepared !== null && prepared >= historyEpoch ? prepared : historyEpoch;
  if (found.acceptedEpoch < epoch) {
    throw contradiction(
      directory,
      "currentEpoch",
      `it holds "${found.currentEpoch}", must not be older than the last transaction, which is ${formatZxid(lastZxid)}`,
    );
  }
  await writeEpoch(disk, directory, "currentEpoch", epoch);
  options.onNotice?.(
    `The epoch of ${formatZxid(lastZxid)} had not been written any more: currentEpoch is now ${epoch}`,
  );
  return epoch;
}

/** A server that was killed may leave half of the file's next version. */
async function preparedEpoch(disk: Disk, directory: string): Promise<number | null> {
  const path = join(directory, "currentEpoch.tmp");
  if ((await disk.info(path)) === null) return null;
  const text = (await disk.readWhole(path)).toString("utf8").trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

function contradiction(directory: string, name: EpochFile, problem: string): StorageError {
  const file = join(directory, name);
  return new StorageError("badFile", `Cannot start with "${file}": ${problem}`, { file });
}
