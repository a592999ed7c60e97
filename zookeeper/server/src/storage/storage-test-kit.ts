import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, type Random, SeededRandom, SimulatedDisk } from "@branta/foundation-runtime";
import { adler32 } from "@branta/foundation-bytes";
import type { Acl, StatPersisted } from "@branta/zookeeper-protocol";
import type { SnapshotSink, SnapshotSource, SourceNode } from "./snapshot-source.ts";
import type { StorageWarning, WarningHook } from "./storage-warning.ts";
import { TxnLogWriter, type TxnLogWriterOptions } from "./txn-log-writer.ts";

export const DIRECTORY = "/data/version-2";

/** A disk with the one directory that most tests need. */
export async function simulatedDisk(seed: number | string = 1): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk({ random: new SeededRandom(seed) });
  await disk.makeDirectory(DIRECTORY);
  return disk;
}

/** A directory of the real file system, removed when it is disposed of. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "storage-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** An entry as the log takes it: a header with this zxid and some body, of which much may be zero. */
export function entryOf(zxid: number, bodyBytes = 20, random: Random = new SeededRandom(zxid)): Buffer {
  const bytes = Buffer.alloc(32 + bodyBytes);
  bytes.writeBigInt64BE(BigInt(random.u32()), 0);
  bytes.writeBigInt64BE(BigInt(zxid), 12);
  bytes.writeInt32BE(1, 28);
  const zeroFrom = Math.min(random.below(bodyBytes + 1), 4096);
  for (let at = 0; at < zeroFrom; at++) bytes[32 + at] = random.below(256);
  return bytes;
}

/** The entry with Apache's frame around it. */
export function frameOf(entry: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(adler32(entry), 4);
  head.writeInt32BE(entry.length, 8);
  return Buffer.concat([head, entry, Buffer.from("B")]);
}

/** A whole log file of these entries, with zeros behind them. */
export function logFileOf(zxids: readonly number[], zerosBehind = 0): Buffer {
  const header = Buffer.from("5a4b4c47000000020000000000000000", "hex");
  return Buffer.concat([header, ...zxids.map((zxid) => frameOf(entryOf(zxid))), Buffer.alloc(zerosBehind)]);
}

/** Puts a file on the disk, durably. */
export async function putFile(disk: SimulatedDisk, path: string, content: Buffer): Promise<void> {
  await using file = await disk.open(path, "create");
  await file.write(0, content, 0, content.length);
  await file.sync();
  await disk.syncDirectory(path.slice(0, path.lastIndexOf("/")));
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Warnings, as they come. */
export function collectWarnings(): { readonly warnings: StorageWarning[]; readonly onWarning: WarningHook } {
  const warnings: StorageWarning[] = [];
  return { warnings, onWarning: (warning) => warnings.push(warning) };
}

/** A writer and what it reports. */
export async function openWriter(
  disk: SimulatedDisk,
  changes: Partial<TxnLogWriterOptions> = {},
): Promise<{ writer: TxnLogWriter; durable: number[]; fatal: Error[] }> {
  const durable: number[] = [];
  const fatal: Error[] = [];
  const writer = await TxnLogWriter.open({
    disk,
    clock: new ManualClock(),
    directory: DIRECTORY,
    preAllocBytes: 8192,
    onDurable: (zxid) => durable.push(zxid),
    onFatal: (error) => fatal.push(error),
    ...changes,
  });
  return { writer, durable, fatal };
}

const STAT: StatPersisted = {
  czxid: 1,
  mzxid: 2,
  ctime: 3,
  mtime: 4,
  version: 5,
  cversion: 6,
  aversion: 7,
  ephemeralOwner: -8n,
  pzxid: 9,
};
const ACL: Acl[] = [{ perms: 31, id: { scheme: "world", id: "anyone" } }];

export function nodeOf(path: string, data: Buffer | null): SourceNode {
  return { path, data, aclId: 1, stat: STAT };
}

/** A snapshot of a root and `count` nodes below it. */
export function sourceOf(count: number, changes: Partial<SnapshotSource> = {}): SnapshotSource {
  const nodes = [
    nodeOf("", null),
    ...range(1, count).map((index) => nodeOf(`/n${index}`, Buffer.from(`data of ${index}`))),
  ];
  return {
    sessionCount: 2,
    aclCount: 1,
    sessions: () => [
      { sessionId: 0x1000_0000_0000_0001n, timeoutMs: 4000 },
      { sessionId: -5n, timeoutMs: 30_000 },
    ],
    acls: () => [{ aclId: 1, acl: ACL }],
    nodes: () => nodes,
    zxidDigest: () => ({ zxid: 77, version: 2, digest: -123456789012345n }),
    lastProcessedZxid: () => 78,
    ...changes,
  };
}

/** Keeps everything, and forgets it when a restore begins anew. */
export class RecordingSink implements SnapshotSink {
  sessions: [bigint, number][] = [];
  acls: [number, Acl[]][] = [];
  nodes: SourceNode[] = [];
  ended = false;
  begun = 0;

  begin(): void {
    this.begun++;
    this.sessions = [];
    this.acls = [];
    this.nodes = [];
  }

  session(sessionId: bigint, timeoutMs: number): void {
    this.sessions.push([sessionId, timeoutMs]);
  }

  acl(aclId: number, acl: Acl[]): void {
    this.acls.push([aclId, acl]);
  }

  node(path: string, data: Buffer | null, aclId: number, stat: StatPersisted): void {
    this.nodes.push({ path, data: data === null ? null : Buffer.from(data), aclId, stat });
  }

  end(): void {
    this.ended = true;
  }
}
