import type { ZabOptions } from "@branta/zookeeper-engine";
import { expect, test } from "vitest";
import { readConfiguration } from "./configurations.ts";
import { CoreOptions } from "./core-options.ts";

test("options of one shape say what the others said, also what the shape does not name", () => {
  const options = {
    serverId: 1,
    configuration: readConfiguration("server.1=h1:2888:3888:participant\nversion=0"),
    tickMs: 100,
    initLimitTicks: 5,
    syncLimitTicks: 3,
    minNotificationMs: 50,
    maxNotificationMs: 1000,
    finalizeWaitMs: 10,
    hasOracle: true,
    windowEntries: 7,
    ofTomorrow: "new",
  };
  expect(new CoreOptions(options satisfies ZabOptions)).toMatchObject(options);
  expect(Object.keys(new CoreOptions({ ...options, readConfiguration }))).toEqual(
    Object.keys(new CoreOptions(options)),
  );
});
