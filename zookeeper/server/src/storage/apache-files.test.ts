import { cp } from "node:fs/promises";
import { join } from "node:path";
import { Reader } from "@branta/foundation-bytes";
import { NodeDisk } from "@branta/foundation-runtime";
import { type TxnEntry, txnEntry } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";
import { recover } from "./recover.ts";
import { RecordingSink, temporaryDirectory } from "./storage-test-kit.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/storage");
const SESSION = 0x1_0000_0000_0001n;

async function recovered(
  release: string,
): Promise<{ result: Awaited<ReturnType<typeof recover>>; sink: RecordingSink; entries: TxnEntry[] }> {
  await using copy = await temporaryDirectory();
  const directory = copy.path;
  await cp(join(FIXTURES, release), directory, { recursive: true });
  const sink = new RecordingSink();
  const entries: TxnEntry[] = [];
  const result = await recover({
    disk: new NodeDisk(),
    snapshotDirectory: directory,
    logDirectory: directory,
    sink,
    onEntry: (record) => entries.push(txnEntry.decode(new Reader(record.bytes))),
    onWarning: (warning) => expect.unreachable(warning.message),
  });
  return { result, sink, entries };
}

describe("files of Apache ZooKeeper", () => {
  test.each(["3.4.14", "3.9.5-plain", "3.9.5-gz", "3.9.5-snappy"])(
    "%s: the newest snapshot and the entries after it",
    async (release) => {
      const { result, sink, entries } = await recovered(release);
      expect(result).toMatchObject({ lastZxid: 6, entries: 2, tornTail: null, isNew: false });
      expect(result.snapshot?.zxid).toBe(4);
      expect(sink.sessions).toEqual([[SESSION, 30_000]]);
      const data = new Map(sink.nodes.map((node) => [node.path, node.data?.toString() ?? null]));
      expect(data.get("/n2")).toBeNull();
      expect(data.get("/n3")).toBe("data 3");
      expect(data.get("/n4")).toBe("data 4");
      expect(data.has("/n5")).toBe(false);
      expect(entries.map((entry) => [entry.header.zxid, entry.header.clientId])).toEqual([
        [5, SESSION],
        [6, SESSION],
      ]);
      expect(entries[0]!.txn).toMatchObject({ path: "/n5", data: Buffer.from("data 5"), ephemeral: true });
    },
  );

  test("3.4 knows no digests", async () => {
    expect((await recovered("3.4.14")).result.snapshot).toMatchObject({ zxidDigest: null, lastProcessedZxid: null });
  });

  test("3.9 writes the digest and the last zxid", async () => {
    const { snapshot } = (await recovered("3.9.5-plain")).result;
    expect(snapshot).toMatchObject({ zxidDigest: { zxid: 4, version: 2, digest: 8573146389n }, lastProcessedZxid: 4 });
  });

  test("3.8 of an ensemble: the snapshot is as new as the log", async () => {
    const { result } = await recovered("3.8.0");
    expect(result).toMatchObject({ lastZxid: 0x1_0000_0004, entries: 0 });
    expect(result.snapshot?.file.name).toBe("snapshot.100000004");
  });
});
