import { expect, it } from "vitest";
import { isSupportedApache, versionDanger } from "./apache-versions.ts";

it.each(["3.4.14", "3.5.10", "3.6.4", "3.7.2", "3.8.0", "3.8.4", "3.9.0", "3.9.1", "3.9.3"])(
  "%s may lose acknowledged writes",
  (version) => {
    expect(versionDanger(version)?.issues).toContain("ZOOKEEPER-");
  },
);

it.each(["3.8.5", "3.8.6", "3.9.2", "3.9.4", "3.9.5", "3.10.0"])("%s is not known to", (version) => {
  expect(versionDanger(version)).toBeNull();
});

it("3.5 to 3.9 form ensembles with Branta's servers", () => {
  expect(["3.4.14", "3.5.0", "3.9.9", "3.10.0", "unknown"].map(isSupportedApache)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});
