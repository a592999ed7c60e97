import { describe, expect, test } from "vitest";
import { readEpoch, readMyId, removePidFile, takeInitializeFile, writeEpoch, writePidFile } from "./small-files.ts";
import { DIRECTORY, putFile, simulatedDisk } from "./storage-test-kit.ts";

describe("epoch files", () => {
  test("hold a number, or are not there", async () => {
    const disk = await simulatedDisk();
    expect(await readEpoch(disk, DIRECTORY, "currentEpoch")).toBeNull();
    await writeEpoch(disk, DIRECTORY, "currentEpoch", 17);
    expect(await readEpoch(disk, DIRECTORY, "currentEpoch")).toBe(17);
    expect((await disk.readWhole(`${DIRECTORY}/currentEpoch`)).toString()).toBe("17");
    expect(await disk.list(DIRECTORY)).toEqual(["currentEpoch"]);
  });

  test.each(["", "x", "1.5", "99999999999999999999"])("refuses %j", async (content) => {
    const disk = await simulatedDisk();
    await putFile(disk, `${DIRECTORY}/acceptedEpoch`, Buffer.from(content));
    await expect(readEpoch(disk, DIRECTORY, "acceptedEpoch")).rejects.toMatchObject({
      code: "badFile",
      file: `${DIRECTORY}/acceptedEpoch`,
    });
  });

  test("are old or new after a power failure, and new once written", async () => {
    for (let operations = 0; operations < 8; operations++) {
      for (let seed = 0; seed < 20; seed++) {
        const disk = await simulatedDisk(seed);
        await writeEpoch(disk, DIRECTORY, "currentEpoch", 1);
        disk.crashAfter(operations);
        const written = await writeEpoch(disk, DIRECTORY, "currentEpoch", 2).then(
          () => true,
          () => false,
        );
        disk.crash();
        const epoch = await readEpoch(disk, DIRECTORY, "currentEpoch");
        expect(written ? [2] : [1, 2]).toContain(epoch);
      }
    }
  });

  test("other troubles than a missing file are not taken for one", async () => {
    const disk = await simulatedDisk();
    disk.failNext("read", "ioError");
    await expect(readEpoch(disk, DIRECTORY, "currentEpoch")).rejects.toMatchObject({ code: "ioError" });
  });
});

test("myid may have a line end and more lines behind it", async () => {
  const disk = await simulatedDisk();
  expect(await readMyId(disk, "/data")).toBeNull();
  await putFile(disk, "/data/myid", Buffer.from(" 3 \nrest"));
  expect(await readMyId(disk, "/data")).toBe(3);
  await putFile(disk, "/data/myid", Buffer.from("three"));
  await expect(readMyId(disk, "/data")).rejects.toThrow(
    'Cannot read "/data/myid": it holds "three", must hold the number of this server',
  );
});

test("the initialize file counts once", async () => {
  const disk = await simulatedDisk();
  await putFile(disk, "/data/initialize", Buffer.alloc(0));
  expect(await takeInitializeFile(disk, ["/log", "/data", "/data"])).toBe(true);
  expect(await takeInitializeFile(disk, ["/log", "/data"])).toBe(false);
});

test("the pid file has no line end, and may be removed twice", async () => {
  const disk = await simulatedDisk();
  await writePidFile(disk, "/data/zookeeper_server.pid", 4711);
  expect((await disk.readWhole("/data/zookeeper_server.pid")).toString()).toBe("4711");
  await removePidFile(disk, "/data/zookeeper_server.pid");
  await removePidFile(disk, "/data/zookeeper_server.pid");
  expect(await disk.list("/data")).toEqual(["version-2"]);
});
