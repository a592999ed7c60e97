import { expect, it } from "vitest";
import { logFileName, logFileZxid, snapshotFileName, snapshotFileZxid } from "./file-names.ts";

it("names files after the zxid and reads it back", () => {
  expect(logFileName(0x100000001)).toBe("log.100000001");
  expect(snapshotFileName(0x100000004)).toBe("snapshot.100000004");
  expect(snapshotFileName(0, ".gz")).toBe("snapshot.0.gz");
  expect(logFileZxid("log.100000001")).toBe(0x100000001);
  expect(snapshotFileZxid("snapshot.0")).toBe(0);
  expect(snapshotFileZxid("snapshot.1f.snappy")).toBe(0x1f);
});

it("knows other files as such", () => {
  for (const name of ["log.", "log.x", "log.1.bak", "logs.1", "snapshot.1", "acceptedEpoch"])
    expect(logFileZxid(name)).toBeNull();
  for (const name of ["snapshot.", "snapshot", "snapshot.-1", "log.1"]) expect(snapshotFileZxid(name)).toBeNull();
});
