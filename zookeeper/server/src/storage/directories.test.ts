import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NodeDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";
import { prepareDirectories } from "./directories.ts";
import { putFile, simulatedDisk, temporaryDirectory } from "./storage-test-kit.ts";

describe("prepareDirectories", () => {
  test("makes what is missing", async () => {
    const disk = await simulatedDisk();
    expect(await prepareDirectories({ disk, dataDir: "/zk/data", dataLogDir: "/zk/log" })).toEqual({
      snapshotDirectory: "/zk/data/version-2",
      logDirectory: "/zk/log/version-2",
    });
    expect(await disk.list("/zk")).toEqual(["data", "log"]);
  });

  test("makes nothing when told not to, and says which key is meant", async () => {
    const disk = await simulatedDisk();
    const options = { disk, dataDir: "/data", dataLogDir: "/zk/log", autoCreate: false };
    await expect(prepareDirectories(options)).rejects.toThrow(
      'Cannot use "/zk/log/version-2" (dataLogDir): it does not exist, and zookeeper.datadir.autocreate is false',
    );
    expect(await prepareDirectories({ ...options, dataLogDir: "/data" })).toMatchObject({
      logDirectory: "/data/version-2",
    });
  });

  test("refuses snapshots among logs and logs among snapshots, but not in one directory", async () => {
    const disk = await simulatedDisk();
    await prepareDirectories({ disk, dataDir: "/a", dataLogDir: "/b" });
    await putFile(disk, "/b/version-2/snapshot.1", Buffer.alloc(0));
    await expect(prepareDirectories({ disk, dataDir: "/a", dataLogDir: "/b" })).rejects.toThrow(
      '(dataLogDir) holds snapshots, such as "snapshot.1"',
    );
    await putFile(disk, "/c/version-2/log.1", Buffer.alloc(0)).catch(() => undefined);
    await prepareDirectories({ disk, dataDir: "/c", dataLogDir: "/d" });
    await putFile(disk, "/c/version-2/log.1", Buffer.alloc(0));
    await expect(prepareDirectories({ disk, dataDir: "/c", dataLogDir: "/d" })).rejects.toMatchObject({
      code: "badDirectory",
      file: "/c/version-2",
    });
    await prepareDirectories({ disk, dataDir: "/c", dataLogDir: "/c" });
  });

  test("names the directory that cannot be made, is a file, or must not be written", async () => {
    await using directory = await temporaryDirectory();
    const disk = new NodeDisk();
    const file = join(directory.path, "file");
    await writeFile(file, "");
    await expect(prepareDirectories({ disk, dataDir: directory.path, dataLogDir: file })).rejects.toThrow(
      /file\/version-2" \(dataLogDir\): it cannot be/,
    );
    await prepareDirectories({ disk, dataDir: directory.path, dataLogDir: directory.path });
    await writeFile(join(directory.path, "version-2", "version-2"), "");
    const inner = join(directory.path, "version-2");
    await expect(prepareDirectories({ disk, dataDir: inner, dataLogDir: inner })).rejects.toThrow(
      "it is a file, must be a directory",
    );
    const readOnly = { disk, dataDir: directory.path, dataLogDir: directory.path };
    await chmod(inner, 0o500);
    // The superuser may write everywhere, so the real answer is asked for and only its meaning is tested.
    if (await disk.isWritable(inner)) Object.assign(readOnly, { disk: readOnlyDisk() });
    await expect(prepareDirectories(readOnly)).rejects.toThrow("this process may not write there");
  });

  test("passes on why a directory could not be looked at", async () => {
    const disk = await simulatedDisk();
    disk.failNext("list", "ioError");
    await expect(prepareDirectories({ disk, dataDir: "/a", dataLogDir: "/a" })).rejects.toThrow(
      "it cannot be looked at",
    );
  });

  test("passes on why a directory could not be made", async () => {
    const disk = new NodeDisk();
    disk.info = () => Promise.resolve(null);
    disk.makeDirectory = () => Promise.reject(new TypeError("odd"));
    await expect(prepareDirectories({ disk, dataDir: "/a", dataLogDir: "/a" })).rejects.toMatchObject({
      message: expect.stringContaining("it cannot be created") as string,
    });
  });
});

function readOnlyDisk(): NodeDisk {
  const disk = new NodeDisk();
  disk.isWritable = () => Promise.resolve(false);
  return disk;
}
