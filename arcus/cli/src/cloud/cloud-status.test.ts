import { expect, test } from "vitest";
import { cloudStatus } from "./cloud-status.ts";
import { statusTable } from "./status-table.ts";

const CREATED = "2026-11-21 04:34:42.323786";
const SIX = [1, 2, 3].flatMap((host) => [`10.0.0.${host}:11211`, `10.0.0.${host}:11212`]);
const cloud = (present: readonly string[], modified: string | null = null) =>
  cloudStatus({ serviceCode: "test-cloud", registered: SIX, present, created: CREATED, modified });
const nodes = (addresses: readonly string[]) => addresses.map((address) => `${address}-cache-00.arcus`);

test("the tables are those that were recorded", () => {
  const line = "-----------------------------------------------------------------------------------";
  expect(statusTable([cloud(nodes(SIX))])).toEqual([
    line,
    "serviceCode  status  total  online  offline  created                     modified",
    line,
    "test-cloud   OK          6       6        0  2026-11-21 04:34:42.323786  None    ",
  ]);
  expect(statusTable([cloud([], "2026-11-21 04:35:36.782279")]).slice(1)).toEqual([
    "serviceCode  status  total  online  offline  created                     modified                  ",
    `${line}------------------`,
    "test-cloud   DOWN        6       0        6  2026-11-21 04:34:42.323786  2026-11-21 04:35:36.782279",
  ]);
  expect(statusTable([])).toEqual([]);
});

test("nodes are online, offline or undefined, in the order of their numbers", () => {
  const some = cloud(nodes(["10.0.0.10:11211", "10.0.0.9:11211", "10.0.0.3:11212"]));
  expect(some).toMatchObject({
    status: "SOME_DOWN",
    total: 6,
    online: ["10.0.0.3:11212"],
    offline: SIX.slice(0, 5),
    undefined: ["10.0.0.9:11211", "10.0.0.10:11211"],
  });
  expect(cloud(nodes([...SIX, "10.0.0.9:1"])).status).toBe("SOME_DOWN");
  expect(cloud(nodes(["10.0.0.9:1"])).status).toBe("DOWN");
  expect(cloud(["who is this"]).undefined).toEqual(["who is this"]);
});
