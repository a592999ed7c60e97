export { type Clock, SystemClock, type Timer } from "./clock.ts";
export { DiskError, type DiskErrorCode } from "./disk-error.ts";
export type { Disk, DiskFile, FileInfo, OpenMode } from "./disk.ts";
export type { FatalHook } from "./fatal.ts";
export { ManualClock } from "./manual-clock.ts";
export { NodeDisk } from "./node-disk.ts";
export { type Random, SeededRandom, SystemRandom } from "./random.ts";
export { SECTOR_BYTES } from "./simulated-content.ts";
export { type DiskOperation, SimulatedDisk, type SimulatedDiskOptions } from "./simulated-disk.ts";
